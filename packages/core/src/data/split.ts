import { checkSeed, RandomGenerator, range, requireOptions, shuffle } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import type { Dataset, Subset } from "./dataset.js";
import { type DealOptions, deal } from "./deal.js";
import { countParts, type PartsOf, sampleCount, takePart } from "./parts.js";

export interface SplitOptions extends DealOptions {
  /** The same seed gives the same parts. Default 0. */
  readonly seed?: number;
}

/**
 * Deals samples at random into parts that do not overlap.
 *
 * ```ts
 * const [train, test] = split(dataset, [0.8, 0.2], { seed: 1 });
 * const [known, kept] = split(rows.length, [0.8, 0.2], { seed: 1 }); // the indices of the same
 * ```
 *
 * @param samples the dataset, for parts of it; or how many samples there are, for their indices
 * @param parts counts that add up to the number of samples, or fractions that add up to 1; fractions
 *   become counts by the largest remainders, so that every sample has a place
 * @param options.stratifyBy the counts are met, each class has a sample in every part, and where
 *   every class is large enough for one (samples of the class times samples of the part at least
 *   those of the whole) each part has of each class its proportion, rounded down or up
 * @param options.groupBy keeps groups whole; the counts are then met as nearly as groups allow
 * @throws ArgumentError when parts do not add up or one would be empty, when `stratifyBy` or
 *   `groupBy` has another length, when a class has fewer samples than there are parts, or a part
 *   than there are classes, or when there are fewer groups than parts
 */
export function split<const Parts extends readonly number[]>(
  samples: number,
  parts: Parts,
  options?: SplitOptions,
): PartsOf<Parts, Int32Array>;
export function split<Batch extends readonly Tensor[], const Parts extends readonly number[]>(
  samples: Dataset<Batch>,
  parts: Parts,
  options?: SplitOptions,
): PartsOf<Parts, Subset<Batch>>;
export function split(
  samples: number | Dataset,
  parts: readonly number[],
  options: SplitOptions = {},
): readonly (Int32Array | Subset)[] {
  const length = sampleCount("split", samples);
  requireOptions("split", options, ["seed", "stratifyBy", "groupBy"]);
  const { seed = 0, ...by } = options;
  const counts = countParts("split", parts, length);
  const order = shuffle(range(length), new RandomGenerator(checkSeed("split", seed), "split"));
  return deal("split", order, counts, by).map((indices) => takePart(samples, indices));
}
