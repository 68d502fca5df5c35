import {
  ArgumentError,
  describeValue,
  Generator,
  range,
  requireOptions,
  shuffle,
} from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { type DealOptions, deal } from "./deal.js";
import { requireDataset } from "./requireDataset.js";

export interface SplitOptions extends DealOptions {
  /** The same seed gives the same parts. Default 0. */
  readonly seed?: number;
}

/**
 * Deals the samples of a dataset at random into parts that do not overlap.
 *
 * @param parts counts that add up to the number of samples, or fractions that add up to 1; fractions
 *   become counts by the largest remainders, so that every sample has a place
 * @param options.groupBy keeps groups whole; the counts are then met as nearly as groups allow
 * @throws ArgumentError when parts do not add up or one would be empty, when `stratifyBy` or
 *   `groupBy` has another length, or when a class has fewer samples, or there are fewer groups, than
 *   parts
 */
export function split<Batch extends readonly Tensor[], const Parts extends readonly number[]>(
  dataset: Dataset<Batch>,
  parts: Parts,
  options: SplitOptions = {},
): { [P in keyof Parts]: Subset<Batch> } {
  requireDataset("split", dataset);
  requireOptions("split", options, ["seed", "stratifyBy", "groupBy"]);
  const { seed = 0, ...by } = options;
  const counts = countParts("split", parts, dataset.length);
  const order = shuffle(range(dataset.length), new Generator(seed, "split"));
  return deal("split", order, counts, by).map((indices) => new Subset(dataset, indices)) as {
    [P in keyof Parts]: Subset<Batch>;
  };
}

/** Whole numbers of samples, one a part, that add up to `length`. */
export function countParts(operation: string, parts: readonly number[], length: number): number[] {
  if (!Array.isArray(parts)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(parts)} as parts, expected a list such as [0.8, 0.2].`,
    );
  }
  const total = parts.reduce((sum, part) => sum + part, 0);
  const areCounts = parts.every((part) => Number.isInteger(part) && part >= 1);
  const areFractions = parts.every((part) => part > 0 && part < 1) && Math.abs(total - 1) < 1e-9;
  if (areCounts && total === length) return [...parts];
  if (parts.length === 0 || !areFractions) {
    throw new ArgumentError(
      `${operation}: received parts [${parts.join(", ")}], which add up to ${total}; expected fractions ` +
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
      `${operation}: fractions [${parts.join(", ")}] of ${length} samples give parts of ` +
        `[${counts.join(", ")}]; expected no empty part. Use larger fractions or more samples.`,
    );
  }
  return counts;
}
