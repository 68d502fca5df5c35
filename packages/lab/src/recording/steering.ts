import type { Callback, TrainingContext } from "@versant/core";
import type { Event, PlaceRecord, Steering } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";

/** Milliseconds between two looks into the ledger for what people ask. */
const patience = 200;

export type Applied = Event<"steer.applied">;

/** Where a fit stands. */
export const placeOf = ({ epoch, batch, batches, step }: TrainingContext): PlaceRecord =>
  // What is done at the end of an epoch is done before the next.
  batch === batches ? { epoch: epoch + 1, batch: 0, step } : { epoch, batch, step };

/** Does to a running training what people ask for in the ledger, between two batches. */
export class Steerer {
  #after = -1;
  #looked = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Whether somebody asked for the end. */
  wasStopped = false;

  constructor(
    readonly ledger: Ledger,
    readonly run: string,
  ) {}

  /** Looks whether somebody asks for something, unless it looked just now. */
  async look(context: TrainingContext): Promise<void> {
    const now = performance.now();
    if (now - this.#looked < patience) return;
    this.#looked = now;
    await this.#obey(context);
    if (context.paused) this.#wait(context);
  }

  /** Passes over what was asked and done before an interruption. */
  async passOver(): Promise<void> {
    const { ledger, run } = this;
    const applied = await ledger.events({ run, types: ["steer.applied"] });
    const done = new Set(applied.map(({ payload }) => payload.request));
    const asked = await ledger.events({ run, types: ["steer.requested"] });
    const first = asked.find(({ hash }) => !done.has(hash));
    this.#after = first ? first.sequence - 1 : (asked.at(-1)?.sequence ?? -1);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** While training waits, nothing else would look, and nothing keep the process alive. */
  #wait(context: TrainingContext): void {
    this.#timer ??= setInterval(async () => {
      await this.#obey(context);
      if (!context.paused) this.end();
    }, patience);
  }

  async #obey(context: TrainingContext): Promise<void> {
    const { run } = this;
    const types = ["steer.requested"] as const;
    for (const event of await this.ledger.events({ run, types, after: this.#after })) {
      this.#after = event.sequence;
      const { why: _why, ...asked } = event.payload;
      const from = context.learningRate;
      if (asked.action === "stop") this.wasStopped = true;
      apply(context, asked, `${event.actor.name} asked for it: ${event.payload.why}`);
      const payload = {
        ...asked,
        request: event.hash,
        place: placeOf(context),
        ...(asked.action === "learningRate" && { from }),
      };
      await this.ledger.append([{ type: "steer.applied", run, payload }]);
    }
  }
}

function apply(context: TrainingContext, asked: Steering, reason: string): void {
  switch (asked.action) {
    case "pause":
      context.pause();
      break;
    case "resume":
      context.resume();
      break;
    case "stop":
      context.stop(reason);
      break;
    case "learningRate":
      context.learningRate = asked.value;
  }
}

/** Repeats what was done to a training, at the very batches: so it comes to the same bits. */
export function replay(applied: readonly Applied[]): Callback {
  const lasting = applied.filter(({ payload: { action } }) => isLasting(action));
  const at = (context: TrainingContext, batch: number): void => {
    for (const { payload } of lasting) {
      const { place } = payload;
      if (place.epoch === context.epoch && place.batch === batch) {
        apply(context, payload, "it was stopped here before");
      }
    }
  };
  return {
    onEpochStart: (context) => at(context, 0),
    ...(lasting.length > 0 && { onBatchEnd: (context) => at(context, context.batch) }),
  };
}

/** Pauses change no bit. */
const isLasting = (action: Steering["action"]): boolean =>
  action === "learningRate" || action === "stop";
