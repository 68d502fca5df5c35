import type { LoopState } from "@versant/core";
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
}

/**
 * What a run's weights were at its newest checkpoint, or at the newest that was the best: their averages, where the run
 * was measured with these.
 *
 * @throws ArgumentError when there is none, or it does not say whose averages it holds
 */
export async function weightsAt(
  ledger: Ledger,
  run: string,
  which: Which,
): Promise<CheckpointWeights> {
  const events = await ledger.events({ run, types: ["checkpoint"] });
  const kept = events.findLast(({ payload }) => which === "last" || payload.best)?.payload;
  if (kept === undefined) {
    throw new ArgumentError(
      `the run ${run} has no such checkpoint (${which}); expected one, or ${run} for the weights of its end.`,
    );
  }
  const { tensors } = decodeSafetensors(await ledger.objects.get(kept.tensors), `${run}@${which}`);
  const weights = new Map(under("model.", tensors));
  const averages = under("average.average.", tensors);
  const owners = averages.length > 0 ? await ownersOf(ledger, kept.loop) : [];
  for (const [place, average] of averages) {
    const owner = owners[Number(place)];
    if (owner === undefined) {
      throw new ArgumentError(
        `${run} was measured with averages of its weights, and this checkpoint does not say whose they are; ` +
          `expected ${run} alone, for the averages of its end.`,
      );
    }
    if (owner !== null) weights.set(owner, average);
  }
  return { sha256: kept.tensors, tensors: weights };
}

const under = (
  prefix: string,
  tensors: ReadonlyMap<string, StoredTensor>,
): (readonly [string, StoredTensor])[] =>
  [...tensors].flatMap(([name, each]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), each] as const] : [],
  );

/** Names of the parameters that averages belong to; none where they were not noted. */
async function ownersOf(
  { objects }: Ledger,
  loop: string,
): Promise<NonNullable<LoopState["averaged"]>> {
  const kept: { loop: LoopState } = JSON.parse(new TextDecoder().decode(await objects.get(loop)));
  return kept.loop.averaged ?? [];
}
