import type { Callback, EpochRecord } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import type { Experiment } from "../experiment/experiment.js";
import { Run } from "../experiment/run.js";
import type { Estimate } from "./estimate.js";
import { estimateScore } from "./estimateScore.js";
import { overlapOf, type Replicate, replicatesOf } from "./replicates.js";
import { scoresOf } from "./scores.js";

export interface CrossValidateOptions {
  /** Values that differ from the defaults. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Folds of training and validation data together; 1 is the experiment's own split. Default 5. */
  readonly folds?: number;
  /** Each trains all folds, which it also deals. Default [42]. */
  readonly seeds?: readonly number[];
  /** Is told of every epoch; a text ends all that is left, for this reason. */
  readonly watch?: (
    progress: CrossValidationProgress,
  ) => undefined | string | Promise<string | undefined>;
  /** Ends training after the batch when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface CrossValidationProgress extends Replicate {
  /** Epochs that are done, those of the trainings before included. */
  readonly step: number;
  readonly record: EpochRecord;
}

/** One training of several. */
export interface ReplicateResult extends Replicate {
  readonly epochs: readonly EpochRecord[];
  /** After the last epoch, by names such as "validation.loss". */
  readonly scores: Readonly<Record<string, number>>;
}

export interface CrossValidation {
  readonly trainings: readonly ReplicateResult[];
  /** Of those trainings, by names such as "validation.loss". */
  readonly scores: Readonly<Record<string, Estimate>>;
  /** Why it ended early, if it did. */
  readonly stopped?: string;
}

/**
 * Trains an experiment on each of K folds of its training and validation data, with each of several seeds, and
 * tells how its scores vary. The test part is never looked at. Nothing is recorded.
 *
 * ```ts
 * const { scores } = await crossValidate(houses, { folds: 5, seeds: [1, 2, 3] });
 * console.log(scores["validation.loss"]); // { count: 15, mean, deviation, low, high }
 * ```
 *
 * A setup that splits by the `split` of its context fits what it fits on the fold's training part. Others have the parts that
 * they returned dealt anew, by class where targets are classes.
 *
 * @throws ArgumentError where data cannot be folded: loaders and streams, parts that are none of one dataset, and a
 *   setup that fitted preprocessing on a part of its own
 */
export async function crossValidate(
  experiment: Experiment,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  requireOptions("crossValidate", options, optionNames);
  const { hyperparameters = {}, folds = 5, seeds = [42], watch, signal } = options;
  const trainings: ReplicateResult[] = [];
  let step = 0;
  let stopped: string | undefined;
  for (const replicate of replicatesOf("crossValidate", { folds, seeds })) {
    const watcher: Callback = {
      onEpochEnd: async (context, record) => {
        stopped ??= await watch?.({ ...replicate, step: ++step, record });
        if (stopped !== undefined) context.stop(stopped);
      },
    };
    const run = await Run.prepare(experiment, {
      hyperparameters,
      ...replicate,
      callbacks: [watcher],
    });
    const { epochs } = await run.fit(signal ? { signal } : {});
    const last = epochs.at(-1);
    if (signal?.aborted) stopped ??= String(signal.reason);
    if (last && !signal?.aborted) trainings.push({ ...replicate, epochs, scores: scoresOf(last) });
    if (stopped !== undefined) break;
  }
  const names = Object.keys(trainings[0]?.scores ?? {});
  const of = (name: string) =>
    estimateScore(
      name,
      trainings.map(({ scores }) => scores[name] ?? Number.NaN),
      overlapOf(folds),
    );
  const scores = Object.fromEntries(names.map((name) => [name, of(name)]));
  return { trainings, scores, ...(stopped !== undefined && { stopped }) };
}

const optionNames = ["hyperparameters", "folds", "seeds", "watch", "signal"];
