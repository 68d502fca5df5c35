import { setTimeout as delay } from "node:timers/promises";
import type { TrainingContext } from "@versant/core";
import type { Event, PlaceRecord, Steering } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";

/** Milliseconds between two looks into the ledger for what people ask. */
const lookEvery = 200;

type Applied = Event<"steer.applied">["payload"];

/** Where a fit stands. */
export function placeOf({ epoch, batch, batches, step }: TrainingContext): PlaceRecord {
  // What is done at the end of an epoch is done before the next.
  return batch === batches ? { epoch: epoch + 1, batch: 0, step } : { epoch, batch, step };
}

/**
 * Does to a running training what people ask for in the ledger, between two batches; and what they asked
 * for before, at the very batches, so that a resumed run and a rerun come to the same bits.
 */
export class Steerer {
  /** Requests up to this event are done. */
  #after = -1;
  #looked = 0;
  /** Of the ledger, when it looked last. */
  #version: unknown;
  /** Pauses asked for up to this event are out of date. */
  #stalePauses = -1;
  #planned: readonly Applied[] = [];
  #from: PlaceRecord | undefined;
  #records = false;
  #waiting = false;
  #failure: unknown;
  /** Whether somebody asked for the end. */
  wasStopped = false;

  /**
   * @param done is called when something was done, in a pause as well
   * @param tell shows a line to whoever watches
   */
  constructor(
    readonly ledger: Ledger,
    readonly run: string,
    readonly done: (context: TrainingContext) => Promise<void>,
    readonly tell: (line: string) => void,
  ) {}

  /** Repeats what was done to another run, and records it as done to this one, unless nothing is recorded. */
  repeat(applied: readonly Applied[], { records = true } = {}): void {
    this.#planned = applied.filter(isLasting);
    this.#records = records;
  }

  /**
   * Goes on with this run: what was done before is repeated where it comes again.
   *
   * @param from where the checkpoint stands
   */
  async goOn(from: PlaceRecord): Promise<void> {
    this.#from = from;
    const { ledger, run } = this;
    const applied = await ledger.events({ run, types: ["steer.applied"] });
    const payloads = applied.map(({ payload }) => payload);
    this.#planned = payloads.filter(isLasting);
    this.wasStopped = payloads.some(({ action }) => action === "stop");
    const done = new Set(payloads.map(({ request }) => request));
    const asked = await ledger.events({ run, types: ["steer.requested"] });
    const first = asked.find(({ hash }) => !done.has(hash));
    this.#after = first ? first.sequence - 1 : (asked.at(-1)?.sequence ?? -1);
    this.#stalePauses = asked.at(-1)?.sequence ?? -1;
    const pause = payloads.findLast(({ action }) => action === "pause" || action === "resume");
    // Whoever resumes the run wants it to go on.
    if (pause?.action === "pause") await this.#record({ action: "resume", place: pause.place });
  }

  /** Whether something has to be repeated, at whatever batch. */
  get isRepeating(): boolean {
    return this.#planned.length > 0;
  }

  /** Repeats what was done where the checkpoint stands: its state may be of just before. */
  repeatAtStart(context: TrainingContext): void {
    for (const { place, request: _request, ...asked } of this.#planned) {
      if (place.epoch === this.#from?.epoch && place.batch === this.#from.batch) {
        this.#apply(context, asked, "it was stopped here before");
      }
    }
  }

  /** Repeats what was done at this place. */
  async repeatAt(context: TrainingContext): Promise<void> {
    const { epoch, batch } = placeOf(context);
    for (const payload of this.#planned) {
      const { place, request: _request, ...asked } = payload;
      if (place.epoch !== epoch || place.batch !== batch) continue;
      this.#apply(context, asked, "it was stopped here before");
      if (this.#records) await this.#record({ ...asked, place: placeOf(context) });
    }
  }

  /** Ends training here, as its program decides; a rerun ends at the same place. */
  async stop(context: TrainingContext, reason: string): Promise<void> {
    this.#apply(context, { action: "stop" }, reason);
    await this.#record({ action: "stop", place: placeOf(context) });
  }

  /** Looks whether somebody asks for something, unless it looked just now. */
  async look(context: TrainingContext): Promise<void> {
    if (this.#failure) throw this.#failure;
    const now = performance.now();
    if (now - this.#looked < lookEvery) return;
    this.#looked = now;
    const { version } = this.ledger;
    if (version === this.#version) return;
    this.#version = version;
    await this.#obey(context);
    if (context.paused && !this.#waiting) {
      this.#wait(context).catch((error: unknown) => {
        // Training is told as soon as it goes on.
        this.#failure = error;
        context.resume();
      });
    }
  }

  /** While training waits, nothing else would look, and nothing keep the process alive. */
  async #wait(context: TrainingContext): Promise<void> {
    this.#waiting = true;
    while (context.paused) {
      await delay(lookEvery);
      await this.#obey(context);
    }
    this.#waiting = false;
  }

  async #obey(context: TrainingContext): Promise<void> {
    const { run } = this;
    const types = ["steer.requested"] as const;
    const requests = await this.ledger.events({ run, types, after: this.#after });
    for (const { sequence, hash, actor, payload } of requests) {
      this.#after = sequence;
      const { why, ...asked } = payload;
      if (asked.action === "pause" && sequence <= this.#stalePauses) continue;
      const from = context.learningRate;
      // From here on this is another course than the one before.
      if (asked.action === "learningRate") this.#planned = [];
      this.tell(`${actor.name}: ${describe(asked)} (${why})`);
      this.#apply(context, asked, `${actor.name} asked for it: ${why}`);
      await this.#record({
        ...asked,
        request: hash,
        place: placeOf(context),
        ...(asked.action === "learningRate" && { from }),
      });
    }
    if (requests.length > 0) await this.done(context);
  }

  #apply(context: TrainingContext, asked: Steering, reason: string): void {
    switch (asked.action) {
      case "pause":
        context.pause();
        break;
      case "resume":
        context.resume();
        break;
      case "stop":
        this.wasStopped = true;
        context.stop(reason);
        break;
      case "learningRate":
        context.learningRate = asked.value;
    }
  }

  async #record(payload: Applied): Promise<void> {
    await this.ledger.append([{ type: "steer.applied", run: this.run, payload }]);
  }
}

const describe = (asked: Steering): string =>
  asked.action === "learningRate" ? `learning rate ${asked.value}` : asked.action;

/** Pauses change no bit. */
const isLasting = ({ action }: Applied): boolean => action === "learningRate" || action === "stop";
