import {
  ArgumentError,
  describeValue,
  Generator,
  range,
  requireCount,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { membersByLabel, requireLabels } from "./labels.js";
import { requireDataset } from "./requireDataset.js";

export interface ClassOptions {
  /** How many classes there are. Default: the largest label and one. */
  readonly classes?: number;
}

/**
 * Weights that let every class weigh the same in a loss, however rare it is: N / (C n_c) for a class
 * of n_c among N samples, as scikit-learn's "balanced". Their mean over the samples is 1.
 *
 * ```ts
 * const weights = classWeights(labels);
 * loss: (scores, y) => loss.crossEntropy(scores, y, { classWeights: weights }),
 * ```
 *
 * @param labels of the training part, integers from 0 to C - 1
 * @returns float32 (C,)
 * @throws ArgumentError when a label is not such an integer, or a class has no sample
 */
export function classWeights(labels: ArrayLike<number>, options: ClassOptions = {}): Tensor {
  const counts = countClasses("classWeights", labels, options);
  requireAllClasses("classWeights", counts);
  const balanced = counts.map((count) => labels.length / (counts.length * count));
  return tensor(Float32Array.from(balanced));
}

export interface SamplingOptions {
  /** The same seed gives the same samples. Default 0. */
  readonly seed?: number;
}

/**
 * As many samples of each class as the largest has, in random order: every sample is there, and those
 * of rarer classes are repeated, each equally often but for one time. For the training part only: a
 * test has to keep the proportions that there are.
 *
 * @param labels the class of each sample of `dataset`, integers from 0
 * @throws ArgumentError when labels do not fit the dataset
 */
export function oversample<Batch extends readonly Tensor[]>(
  dataset: Dataset<Batch>,
  labels: ArrayLike<number>,
  options: SamplingOptions = {},
): Subset<Batch> {
  return resample("oversample", dataset, labels, options, (sizes) => Math.max(...sizes));
}

/**
 * As many samples of each class as the smallest has, drawn without replacement, in random order: what
 * is common is thinned, and most of the data may go. For the training part only.
 *
 * @param labels the class of each sample of `dataset`, integers from 0
 * @throws ArgumentError when labels do not fit the dataset
 */
export function undersample<Batch extends readonly Tensor[]>(
  dataset: Dataset<Batch>,
  labels: ArrayLike<number>,
  options: SamplingOptions = {},
): Subset<Batch> {
  return resample("undersample", dataset, labels, options, (sizes) => Math.min(...sizes));
}

function resample<Batch extends readonly Tensor[]>(
  operation: string,
  dataset: Dataset<Batch>,
  labels: ArrayLike<number>,
  options: SamplingOptions,
  sizeFor: (sizes: readonly number[]) => number,
): Subset<Batch> {
  requireDataset(operation, dataset);
  requireOptions(operation, options, ["seed"]);
  requireLabels(operation, "labels", labels, dataset.length);
  countClasses(operation, labels, {});
  // Not the draws of `split`, which are those of index 0.
  const generator = new Generator(options.seed ?? 0, "split", 1);
  const order = shuffle(range(dataset.length), generator);
  const classes = [...membersByLabel(order, labels).values()];
  const size = sizeFor(classes.map((members) => members.length));
  const drawn = new Int32Array(classes.length * size);
  classes.forEach((members, position) => {
    for (let each = 0; each < size; each++) {
      drawn[position * size + each] = members[each % members.length] as number;
    }
  });
  return new Subset(dataset, shuffle(drawn, generator));
}

/** How many samples have each label. */
export function countClasses(
  operation: string,
  labels: ArrayLike<number>,
  options: ClassOptions,
): number[] {
  requireOptions(operation, options, ["classes"]);
  requireLabels(operation, "labels", labels, labels?.length ?? 0);
  const { classes } = options;
  if (classes !== undefined) requireCount(operation, "classes", classes);
  const counts = new Array<number>(classes ?? 0).fill(0);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample] as number;
    const inRange = Number.isInteger(label) && label >= 0 && label < (classes ?? 2 ** 24);
    if (!inRange) {
      throw new ArgumentError(
        `${operation}: received label ${describeValue(label)} for sample ${sample}, expected ` +
          `${classes === undefined ? "integers from 0" : `integers from 0 to ${classes - 1}`}.`,
      );
    }
    while (counts.length <= label) counts.push(0);
    counts[label] = (counts[label] as number) + 1;
  }
  if (counts.length > 0) return counts;
  throw new ArgumentError(`${operation}: received no label, expected at least one.`);
}

function requireAllClasses(operation: string, counts: readonly number[]): void {
  const empty = counts.flatMap((count, label) => (count === 0 ? [label] : []));
  if (empty.length === 0) return;
  throw new ArgumentError(
    `${operation}: received no sample of ${empty.length > 1 ? "classes" : "class"} ` +
      `${empty.join(", ")} of ${counts.length}, expected at least one of each; a weight cannot stand ` +
      "in for what is not there. Stratify the split, or number the classes without gaps.",
  );
}
