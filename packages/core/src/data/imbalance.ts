import {
  ArgumentError,
  checkSeed,
  describeValue,
  listed,
  RandomGenerator,
  range,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { type ClassNames, mostClasses, namesOf, type Values } from "../tensor/values.js";
import { type Dataset, Subset } from "./dataset.js";
import { labelsOf, listOf, membersByLabel } from "./labels.js";
import { requireDataset } from "./requireDataset.js";

export interface ClassOptions {
  /** How many classes there are, or the name of each. Default: the largest label and one. */
  readonly classes?: ClassNames;
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
 * @param labels of the training part, (N,): integers from 0 to C - 1
 * @returns float32 (C,)
 * @throws ArgumentError when a label is not such an integer, or a class has no sample
 */
export function classWeights(labels: Values, options: ClassOptions = {}): Tensor {
  requireOptions("classWeights", options, ["classes"]);
  const { classes } = options;
  const names = classes === undefined ? undefined : namesOf("classWeights", classes);
  const { counts, samples } = countClasses("classWeights", "labels", labels, names?.length);
  requireAllClasses(counts, names);
  const balanced = counts.map((count) => samples / (counts.length * count));
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
  labels: Values,
  options: SamplingOptions = {},
): Subset<Batch> {
  return resample("oversample", dataset, labels, options, (sizes) =>
    sizes.reduce((most, size) => Math.max(most, size)),
  );
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
  labels: Values,
  options: SamplingOptions = {},
): Subset<Batch> {
  return resample("undersample", dataset, labels, options, (sizes) =>
    sizes.reduce((least, size) => Math.min(least, size)),
  );
}

function resample<Batch extends readonly Tensor[]>(
  operation: string,
  dataset: Dataset<Batch>,
  labels: Values,
  options: SamplingOptions,
  sizeFor: (sizes: readonly number[]) => number,
): Subset<Batch> {
  requireDataset(operation, dataset);
  requireOptions(operation, options, ["seed"]);
  countClasses(operation, "labels", labels);
  const known = labelsOf(operation, "labels", "the class", labels, dataset.length);
  const generator = new RandomGenerator(checkSeed(operation, options.seed ?? 0), "sampling");
  const order = shuffle(range(dataset.length), generator);
  const classes = [...membersByLabel(order, known).values()];
  const size = sizeFor(classes.map((members) => members.length));
  const drawn = new Int32Array(classes.length * size);
  classes.forEach((members, position) => {
    for (let each = 0; each < size; each++) {
      drawn[position * size + each] = members[each % members.length] as number;
    }
  });
  return new Subset(dataset, shuffle(drawn, generator));
}

/** How many samples there are of each class, and in all. */
export interface ClassCounts {
  readonly counts: readonly number[];
  readonly samples: number;
}

/**
 * @param name what the labels are called, for errors
 * @param classes how many there are. Default: the largest label and one
 * @throws ArgumentError when there is no label, or one is not an integer from 0 to classes - 1
 */
export function countClasses(
  operation: string,
  name: string,
  given: unknown,
  classes?: number,
): ClassCounts {
  const labels = listOf(operation, name, "the class", given);
  const counts = new Array<number>(classes ?? 0).fill(0);
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample] as number;
    const inRange = Number.isInteger(label) && label >= 0 && label < (classes ?? mostClasses);
    if (!inRange) {
      const count = classes ?? (label >= mostClasses ? mostClasses : undefined);
      throw new ArgumentError(
        `${operation}: received ${describeValue(label)} in ${name} for sample ${sample}, expected ` +
          `integers from 0${count === undefined ? "" : ` to ${count - 1}`}.`,
      );
    }
    while (counts.length <= label) counts.push(0);
    counts[label] = (counts[label] as number) + 1;
  }
  if (labels.length > 0) return { counts, samples: labels.length };
  throw new ArgumentError(`${operation}: received no label in ${name}, expected at least one.`);
}

function requireAllClasses(counts: readonly number[], names: readonly string[] | undefined): void {
  const empty = counts.flatMap((count, label) => (count === 0 ? [names?.[label] ?? label] : []));
  if (empty.length === 0) return;
  throw new ArgumentError(
    `classWeights: received no sample of ${empty.length > 1 ? "classes" : "class"} ` +
      `${listed(empty)} of ${counts.length}, expected at least one of each; a weight cannot stand ` +
      "in for what is not there. Stratify the split, or number the classes without gaps.",
  );
}
