import { ArgumentError, describeValue } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { requireDataset } from "./requireDataset.js";

/** One for each of the counts or fractions that were asked for. */
export type PartsOf<Parts extends readonly number[], Part> = { [P in keyof Parts]: Part };

/**
 * How many samples are to be divided.
 *
 * @throws ArgumentError when `samples` is neither an integer of at least 1 nor a dataset
 */
export function sampleCount(operation: string, samples: unknown): number {
  if (typeof samples !== "number") {
    requireDataset(operation, samples);
    return samples.length;
  }
  if (Number.isInteger(samples) && samples >= 1) return samples;
  throw new ArgumentError(
    `${operation}: received ${samples} samples, expected an integer of at least 1, or a dataset.`,
  );
}

/** A part of a dataset; of a number of samples, the indices themselves. */
export const takePart = <Batch extends readonly Tensor[]>(
  samples: number | Dataset<Batch>,
  indices: Int32Array,
): Int32Array | Subset<Batch> =>
  // A copy, as parts may be views of one array.
  typeof samples === "number" ? indices.slice() : new Subset(samples, indices);

/**
 * Whole numbers of samples, one a part, that add up to `length`: counts as they are, fractions by the
 * largest remainders.
 *
 * @throws ArgumentError when parts do not add up, or one would be empty
 */
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
