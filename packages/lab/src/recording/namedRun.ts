import { ArgumentError } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { findNamedOrTagged, type RunSummary } from "../ledger/runs.js";
import { isSearch } from "../ledger/searches.js";
import { decodeSafetensors, type StoredTensor } from "../weights/safetensors.js";

export type Which = "best" | "last";

/** A run as a person named it, with one of its checkpoints where that is meant. */
export interface NamedRun {
  readonly run: RunSummary;
  /** Default: the run's end. */
  readonly checkpoint?: Which;
}

/**
 * Of "last", a tag, "mnist-k7f3qd@best", "#12@last"; of a search, or SEARCH@best, the run of its best trial.
 *
 * @throws ArgumentError when there is no such run, and for another checkpoint than these two
 */
export async function findNamedRun(
  operation: string,
  ledger: Ledger,
  source: string,
): Promise<NamedRun> {
  const [, word = source, checkpoint] = /^(.*)@(.*)$/.exec(source) ?? [];
  if (checkpoint !== undefined && checkpoint !== "best" && checkpoint !== "last") {
    throw new ArgumentError(
      `${operation}: received "${source}", expected a run, RUN@best, RUN@last, SEARCH@best or the path of a ` +
        "safetensors file.",
    );
  }
  const run = await findNamedOrTagged(ledger, word);
  const isEnd =
    checkpoint === undefined || (checkpoint === "best" && (await isSearch(ledger, word)));
  return isEnd ? { run } : { run, checkpoint };
}

/** The model's part of a checkpoint. */
export interface CheckpointWeights {
  /** By which the ledger keeps the whole. */
  readonly sha256: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Whether it was measured with averages of these weights. */
  readonly isAveraged: boolean;
}

/** What a run's weights were at its newest checkpoint, or at the newest that was the best. */
export async function weightsAt(
  ledger: Ledger,
  run: string,
  which: Which,
): Promise<CheckpointWeights> {
  const events = await ledger.events({ run, types: ["checkpoint"] });
  const kept = events.findLast(({ payload }) => which === "last" || payload.best)?.payload.tensors;
  if (kept === undefined) {
    throw new ArgumentError(
      `the run ${run} has no such checkpoint (${which}); expected one, or ${run} for the weights of its end.`,
    );
  }
  const { tensors } = decodeSafetensors(await ledger.objects.get(kept), `${run}@${which}`);
  const prefix = "model.";
  const own = [...tensors].flatMap(([name, each]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), each] as const] : [],
  );
  const isAveraged = [...tensors.keys()].some((name) => name.startsWith("average."));
  return { sha256: kept, tensors: new Map(own), isAveraged };
}
