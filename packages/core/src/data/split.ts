import { ArgumentError, describeValue, Generator, requireOptions } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { range, shuffle } from "./permutation.js";
import { requireDataset } from "./requireDataset.js";

export interface SplitOptions {
  /** The same seed gives the same parts. Default 0. */
  readonly seed?: number;
  /** The class of each sample; every part then has each class in the proportion of the whole. */
  readonly stratifyBy?: ArrayLike<number>;
}

/**
 * Deals the samples of a dataset at random into parts that do not overlap.
 *
 * @param parts counts that add up to the number of samples, or fractions that add up to 1; fractions
 *   become counts by the largest remainders, so that every sample has a place
 * @throws ArgumentError when parts do not add up or one would be empty, when `stratifyBy` has
 *   another length, or when a class has fewer samples than there are parts
 */
export function split<Batch extends readonly Tensor[], const Parts extends readonly number[]>(
  dataset: Dataset<Batch>,
  parts: Parts,
  options: SplitOptions = {},
): { [P in keyof Parts]: Subset<Batch> } {
  requireDataset("split", dataset);
  requireOptions("split", options, ["seed", "stratifyBy"]);
  const { seed = 0, stratifyBy } = options;
  const counts = countParts(parts, dataset.length);
  const order = shuffle(range(dataset.length), new Generator(seed, "split"));
  const members =
    stratifyBy === undefined
      ? dealInTurn(order, counts)
      : dealByClass(order, counts, requireLabels(stratifyBy));
  return members.map((indices) => new Subset(dataset, indices)) as {
    [P in keyof Parts]: Subset<Batch>;
  };
}

/** Whole numbers of samples, one a part, that add up to `length`. */
function countParts(parts: readonly number[], length: number): number[] {
  if (!Array.isArray(parts)) {
    throw new ArgumentError(
      `split: received ${describeValue(parts)} as parts, expected a list such as [0.8, 0.2].`,
    );
  }
  const total = parts.reduce((sum, part) => sum + part, 0);
  const areCounts = parts.every((part) => Number.isInteger(part) && part >= 1);
  const areFractions = parts.every((part) => part > 0 && part < 1) && Math.abs(total - 1) < 1e-9;
  if (areCounts && total === length) return [...parts];
  if (parts.length === 0 || !areFractions) {
    throw new ArgumentError(
      `split: received parts [${parts.join(", ")}], which add up to ${total}; expected fractions ` +
        `that add up to 1, or counts of at least 1 that add up to ${length}, the number of samples.`,
    );
  }
  const counts = parts.map((part) => Math.floor(part * length + 1e-9));
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part * length - (counts[index] as number) }))
    .sort((a, b) => b.remainder - a.remainder);
  const missing = length - counts.reduce((sum, count) => sum + count, 0);
  for (const { index } of byRemainder.slice(0, missing)) counts[index] = (counts[index] ?? 0) + 1;
  if (counts.includes(0)) {
    throw new ArgumentError(
      `split: fractions [${parts.join(", ")}] of ${length} samples give parts of ` +
        `[${counts.join(", ")}]; expected no empty part. Use larger fractions or more samples.`,
    );
  }
  return counts;
}

/** The first so many of the order go to the first part, and so on. */
function dealInTurn(order: Int32Array, counts: readonly number[]): Int32Array[] {
  let end = 0;
  return counts.map((count) => {
    end += count;
    return order.subarray(end - count, end);
  });
}

/**
 * The members of each part when class after class is dealt out and each sample goes to the part that
 * lags most behind its share of what was dealt. Totals come out exact, and of each class a part gets
 * its proportion but for the rounding.
 */
function dealByClass(
  order: Int32Array,
  counts: readonly number[],
  labels: ArrayLike<number>,
): Int32Array[] {
  const partOf = new Int32Array(order.length);
  const given = counts.map(() => 0);
  let dealt = 0;
  for (const members of groupByClass(order, labels, counts.length)) {
    for (const sample of members) {
      dealt++;
      const lags = counts.map(
        (count, part) => (count * dealt) / order.length - (given[part] as number),
      );
      const part = lags.indexOf(Math.max(...lags));
      given[part] = (given[part] as number) + 1;
      partOf[sample] = part;
    }
  }
  // Each part in the order in which the samples were shuffled, not class by class.
  return counts.map((_, part) => order.filter((sample) => partOf[sample] === part));
}

function requireLabels(labels: unknown): ArrayLike<number> {
  if (Array.isArray(labels) || (ArrayBuffer.isView(labels) && "length" in labels)) {
    return labels as ArrayLike<number>;
  }
  throw new ArgumentError(
    `split: received ${describeValue(labels)} as stratifyBy, expected the class of each sample, in ` +
      "a list or a typed array.",
  );
}

/** The samples of each class, in the given order. */
function groupByClass(
  order: Int32Array,
  labels: ArrayLike<number>,
  parts: number,
): Iterable<number[]> {
  if (labels.length !== order.length) {
    throw new ArgumentError(
      `split: received ${labels.length} labels in stratifyBy for ${order.length} samples, expected ` +
        "one for each sample of the dataset that is split.",
    );
  }
  const classes = new Map<number, number[]>();
  for (const sample of order) {
    const label = labels[sample] as number;
    const members = classes.get(label);
    if (members) members.push(sample);
    else classes.set(label, [sample]);
  }
  for (const [label, members] of classes) {
    if (members.length < parts) {
      throw new ArgumentError(
        `split: class ${label} of stratifyBy has ${members.length} of the ${order.length} samples, ` +
          `expected at least ${parts}, one for each part; split without stratifyBy, or leave that ` +
          "class out.",
      );
    }
  }
  return classes.values();
}
