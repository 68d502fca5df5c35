import {
  ArgumentError,
  describeValue,
  Generator,
  range,
  requireOptions,
  shuffle,
} from "../array/index.js";
import type { Dataset } from "./dataset.js";
import { type DealOptions, deal } from "./deal.js";
import { requireDataset } from "./requireDataset.js";
import { requireGap } from "./splitByTime.js";

/** Positions of samples, for `new Subset(dataset, fold.train)`. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface KFoldOptions extends DealOptions {
  /** The same seed gives the same folds. Default 0. */
  readonly seed?: number;
}

/**
 * k-fold cross-validation: the samples are dealt at random into k parts whose sizes differ by one at
 * most, and each part is the test of one fold, with all the others to train on.
 *
 * ```ts
 * for (const { train, test } of kFold(houses, 5, { seed })) {
 *   const parts = { train: new Subset(houses, train), test: new Subset(houses, test) };
 * }
 * ```
 *
 * @param samples how many there are, or the dataset that has them
 * @param k folds, from 2 to the number of samples
 * @param options.stratifyBy each fold tests each class in the proportion of the whole
 * @param options.groupBy no group stands in training and test of a fold; sizes then differ as much
 *   as whole groups need
 * @throws ArgumentError when k is out of its range, labels have another length, or a class has fewer
 *   samples, or there are fewer groups, than folds
 */
export function kFold(samples: number | Dataset, k: number, options: KFoldOptions = {}): Fold[] {
  requireOptions("kFold", options, ["seed", "stratifyBy", "groupBy"]);
  const length = lengthOf("kFold", samples);
  requireFolds("kFold", k, length);
  const { seed = 0, ...by } = options;
  const order = shuffle(range(length), new Generator(seed, "split"));
  const counts = Array.from({ length: k }, (_, fold) => Math.ceil((length - fold) / k));
  return deal("kFold", order, counts, by).map((test) => {
    const isTest = new Uint8Array(length);
    for (const sample of test) isTest[sample] = 1;
    return { train: order.filter((sample) => isTest[sample] === 0), test };
  });
}

export interface ExpandingFoldsOptions {
  /** Samples each fold tests on. Default floor(samples / (k + 1)). */
  readonly testSize?: number;
  /** Samples left out between training and test. Default 0. */
  readonly gap?: number;
}

/**
 * Cross-validation in the order of time: k tests of equal size follow one another up to the last
 * sample, and each is preceded by all that came before it, to train on (an expanding window).
 *
 * @param samples how many there are, or the dataset that has them, in the order of time
 * @throws ArgumentError when options are out of their range, or nothing is left to train the first
 *   fold on
 */
export function expandingFolds(
  samples: number | Dataset,
  k: number,
  options: ExpandingFoldsOptions = {},
): Fold[] {
  requireOptions("expandingFolds", options, ["testSize", "gap"]);
  const length = lengthOf("expandingFolds", samples);
  requireFolds("expandingFolds", k, length);
  const { testSize = Math.floor(length / (k + 1)), gap = 0 } = options;
  requireGap("expandingFolds", gap);
  const firstTraining = length - k * testSize - gap;
  if (!Number.isInteger(testSize) || testSize < 1 || firstTraining < 1) {
    throw new ArgumentError(
      `expandingFolds: ${k} tests of ${describeValue(testSize)} and a gap of ${gap} leave ` +
        `${firstTraining} of ${length} samples to train the first fold on, expected tests and a ` +
        "training part of at least 1; use fewer folds, a smaller testSize or a smaller gap.",
    );
  }
  const order = range(length);
  return Array.from({ length: k }, (_, fold) => {
    const start = length - (k - fold) * testSize;
    return {
      train: order.subarray(0, start - gap),
      test: order.subarray(start, start + testSize),
    };
  });
}

function lengthOf(operation: string, samples: unknown): number {
  if (typeof samples !== "number") {
    requireDataset(operation, samples);
    return samples.length;
  }
  if (Number.isInteger(samples) && samples >= 1) return samples;
  throw new ArgumentError(
    `${operation}: received ${samples} samples, expected an integer of at least 1, or a dataset.`,
  );
}

function requireFolds(operation: string, k: unknown, length: number): void {
  if (Number.isInteger(k) && (k as number) >= 2 && (k as number) <= length) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(k)} folds, expected an integer from 2 to ${length}, ` +
      "the number of samples.",
  );
}
