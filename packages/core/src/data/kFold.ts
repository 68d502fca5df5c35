import {
  ArgumentError,
  checkSeed,
  describeValue,
  RandomGenerator,
  range,
  requireAtLeast,
  requireOptions,
  shuffle,
} from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import type { Dataset, Subset } from "./dataset.js";
import { type DealOptions, deal } from "./deal.js";
import { sampleCount, takePart } from "./parts.js";

/**
 * What one model is trained on, and what it is measured on: subsets, or indices of samples. Each is
 * made when it is asked for and not kept, so that many folds of many samples take no memory.
 */
export interface Fold<Part = Int32Array> {
  readonly train: Part;
  readonly validation: Part;
}

export interface KFoldOptions extends DealOptions {
  /** The same seed gives the same folds. Default 0. */
  readonly seed?: number;
}

/**
 * k-fold cross-validation: the samples are dealt at random into k parts whose sizes differ by one at
 * most, and each part validates one fold, with all the others to train on. Hastie, Tibshirani and
 * Friedman, "The Elements of Statistical Learning", 2009, section 7.10.
 *
 * ```ts
 * for (const { train, validation } of kFold(houses, 5, { seed })) {
 *   await trainer.fit({ train: new DataLoader(train, { batchSize: 16 }), epochs: 10 });
 * }
 * ```
 *
 * @param samples the dataset, for parts of it; or how many samples there are, for their indices
 * @param k folds, from 2 to the number of samples
 * @param options.stratifyBy what folds have of a class differs by one sample at most
 * @param options.groupBy no group stands in both parts of a fold; sizes then differ as much as whole
 *   groups need
 * @throws ArgumentError when k is out of its range, labels have another length, or a class has fewer
 *   samples, or there are fewer groups, than folds
 */
export function kFold(samples: number, k: number, options?: KFoldOptions): Fold[];
export function kFold<Batch extends readonly Tensor[]>(
  samples: Dataset<Batch>,
  k: number,
  options?: KFoldOptions,
): Fold<Subset<Batch>>[];
export function kFold(
  samples: number | Dataset,
  k: number,
  options: KFoldOptions = {},
): Fold<Int32Array | Subset>[] {
  requireOptions("kFold", options, ["seed", "stratifyBy", "groupBy"]);
  const length = sampleCount("kFold", samples);
  requireFolds("kFold", k, length);
  const { seed = 0, ...by } = options;
  const order = shuffle(range(length), new RandomGenerator(checkSeed("kFold", seed), "split"));
  const counts = Array.from({ length: k }, (_, fold) => Math.ceil((length - fold) / k));
  const equal = counts.map(() => 1);
  return deal("kFold", order, counts, by, equal).map((validation) =>
    foldOf(samples, () => without(order, validation), validation),
  );
}

/** @param train gives the indices of the training part; those of the validation are there already */
const foldOf = (
  samples: number | Dataset,
  train: () => Int32Array,
  validation: Int32Array,
): Fold<Int32Array | Subset> => ({
  get train() {
    return takePart(samples, train());
  },
  get validation() {
    return takePart(samples, validation);
  },
});

function without(order: Int32Array, validation: Int32Array): Int32Array {
  const isKept = new Uint8Array(order.length);
  for (const sample of validation) isKept[sample] = 1;
  return order.filter((sample) => isKept[sample] === 0);
}

export interface ExpandingFoldsOptions {
  /** Samples that each fold validates on. Default floor(samples / (k + 1)). */
  readonly validationSize?: number;
  /** Samples left out between training and validation. Default 0. */
  readonly gap?: number;
}

/**
 * Cross-validation in the order of time: k validation parts of equal size follow one another up to
 * the last sample, and each is preceded by all that came before it, to train on (an expanding
 * window). Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 2021, section 5.10.
 *
 * @param samples in the order of time: the dataset, for parts of it; or how many samples there are,
 *   for their indices
 * @throws ArgumentError when options are out of their range, or nothing is left to train the first
 *   fold on
 */
export function expandingFolds(samples: number, k: number, options?: ExpandingFoldsOptions): Fold[];
export function expandingFolds<Batch extends readonly Tensor[]>(
  samples: Dataset<Batch>,
  k: number,
  options?: ExpandingFoldsOptions,
): Fold<Subset<Batch>>[];
export function expandingFolds(
  samples: number | Dataset,
  k: number,
  options: ExpandingFoldsOptions = {},
): Fold<Int32Array | Subset>[] {
  requireOptions("expandingFolds", options, ["validationSize", "gap"]);
  const length = sampleCount("expandingFolds", samples);
  requireFolds("expandingFolds", k, length);
  const { validationSize: size = Math.floor(length / (k + 1)), gap = 0 } = options;
  requireAtLeast("expandingFolds", "gap", gap, 0);
  const firstTraining = length - k * size - gap;
  if (!Number.isInteger(size) || size < 1 || firstTraining < 1) {
    throw new ArgumentError(
      `expandingFolds: ${k} validation parts of ${describeValue(size)} and a gap of ${gap} leave ` +
        `${firstTraining} of ${length} samples to train the first fold on, expected parts of at ` +
        "least 1; use fewer folds, a smaller validationSize or a smaller gap.",
    );
  }
  const order = range(length);
  return Array.from({ length: k }, (_, fold) => {
    const start = length - (k - fold) * size;
    const train = (): Int32Array => order.subarray(0, start - gap);
    return foldOf(samples, train, order.subarray(start, start + size));
  });
}

function requireFolds(operation: string, k: unknown, length: number): void {
  if (Number.isInteger(k) && (k as number) >= 2 && (k as number) <= length) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(k)} folds, expected an integer from 2 to ${length}, ` +
      "the number of samples.",
  );
}
