import { ArgumentError, giveTurn, isTurnDue } from "../array/index.js";
import type { Loader } from "../data/index.js";
import { batchOf, locateErrors } from "./errors.js";
import { feedOf, type StepCall } from "./feed.js";
import { inEvaluation } from "./mode.js";
import type { Model } from "./options.js";

export interface Pass {
  readonly loader: Loader;
  readonly model: Model;
  /** Where errors say that they happened. */
  readonly place: string;
  /** Ends the pass between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs every batch of a loader's first epoch in evaluation mode; the event loop has its turns.
 *
 * @param run takes a batch; `where` names it
 * @returns false once the signal came
 * @throws ArgumentError when the loader gives no batch
 */
export async function passOver(
  { loader, model, place, signal }: Pass,
  run: (call: StepCall, where: string) => void,
): Promise<boolean> {
  const parts = model.modules();
  const feed = feedOf(loader, 0);
  try {
    for (let batch = 1; ; batch++) {
      if (signal?.aborted) return false;
      const pending = feed.next();
      const call = pending instanceof Promise ? await pending : pending;
      if (!call) {
        requireBatches(place, batch - 1);
        return true;
      }
      const where = `${place}, ${batchOf(batch, loader.length ?? Number.POSITIVE_INFINITY)}`;
      locateErrors(where, () => inEvaluation(parts, () => run(call, where)));
      if (isTurnDue()) await giveTurn();
    }
  } finally {
    await feed.close();
  }
}

/** @throws ArgumentError for none: there is nothing that scores could be of */
export function requireBatches(place: string, batches: number): void {
  if (batches > 0) return;
  throw new ArgumentError(
    `Trainer: the loader gave no batch in ${place}, expected at least one; read(epoch) has to begin ` +
      "anew each time it is called.",
  );
}
