import type { TrainingState } from "@versant/core";
import type { Draft, Payloads, PlaceRecord } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { writeCheckpoint } from "./checkpoint.js";

type Checkpoint = Payloads["checkpoint"];

/** Keeps the last checkpoint of a run and the best; the others are deleted, which is recorded. */
export class CheckpointKeeper {
  #last: Checkpoint | undefined;
  #best: Checkpoint | undefined;

  constructor(
    readonly ledger: Ledger,
    readonly run: string,
  ) {}

  /** Goes on with those that are there. */
  async goOn(): Promise<void> {
    const { run } = this;
    const events = await this.ledger.events({ run, types: ["checkpoint"] });
    const payloads = events.map(({ payload }) => payload);
    this.#last = payloads.at(-1);
    this.#best = payloads.filter(({ best }) => best).at(-1);
  }

  /** The score that the best was kept for. */
  get best(): Checkpoint["best"] {
    return this.#best?.best;
  }

  /** Keeps a state as the last one, and as the best one if it is. */
  async keep(state: TrainingState, best?: Checkpoint["best"]): Promise<void> {
    const { ledger, run } = this;
    const kept = await writeCheckpoint(ledger.objects, run, state);
    const payload = { ...kept, place: placeOfState(state), ...(best && { best }) };
    const before = [this.#last, this.#best];
    const after = [payload, best ? payload : this.#best] as const;
    const needed = new Set(after.flatMap(objectsOf));
    const superseded = [...new Set(before.flatMap(objectsOf))].filter((hash) => !needed.has(hash));
    const gone = new Set(before.filter((each) => each && !needed.has(each.loop)));
    const bytes = [...gone].reduce((sum, each) => sum + (each?.bytes ?? 0), 0);
    const drafts: Draft[] = [{ type: "checkpoint", run, payload }];
    if (superseded.length > 0) {
      drafts.push({ type: "collected", run, payload: { objects: superseded, bytes } });
    }
    await ledger.append(drafts);
    [this.#last, this.#best] = after;
    // Only now: until it is recorded, they are what a resumed run goes on from.
    for (const hash of superseded) await ledger.objects.delete(hash);
  }
}

const objectsOf = (checkpoint: Checkpoint | undefined): string[] =>
  checkpoint ? [checkpoint.tensors, checkpoint.loop] : [];

/** Where a state stands: at the end of an epoch, before the next. */
export function placeOfState({ loop }: TrainingState): PlaceRecord {
  const { epoch, batch, step, records } = loop;
  const isRecorded = records.at(-1)?.epoch === epoch;
  return isRecorded ? { epoch: epoch + 1, batch: 0, step } : { epoch, batch, step };
}
