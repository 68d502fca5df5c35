import { ArgumentError } from "@versant/core/internal";
import { studentQuantile, studentShare } from "./student.js";

/** What several measurements of one score say together. */
export interface Estimate {
  readonly count: number;
  readonly mean: number;
  /** Of single measurements; NaN of fewer than two. */
  readonly deviation: number;
  /** The 95 % interval of the mean; NaN of fewer than two. */
  readonly low: number;
  readonly high: number;
}

export interface EstimateOptions {
  /**
   * By how much the variance of the mean exceeds s²/n, as a factor of s²: measurements whose training
   * samples overlap tell less than independent ones. Default 0.
   */
  readonly overlap?: number;
}

/**
 * Mean, standard deviation and the 95 % interval by Student's t with n - 1 degrees of freedom:
 *
 *     mean ± t · s · √(1/n + overlap)
 *
 * For k folds the overlap is 1/(k - 1), the samples that validate over those that train (Nadeau and Bengio, "Inference for
 * the Generalization Error", 2003, section 5; Bouckaert and Frank, "Evaluating the Replicability of
 * Significance Tests", 2004, for folds that are dealt several times).
 *
 * @param values one or more
 */
export function estimate(
  values: readonly number[],
  { overlap = 0 }: EstimateOptions = {},
): Estimate {
  const count = values.length;
  if (count === 0) throw new ArgumentError("estimate: received no value, expected one or more.");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, deviation: Number.NaN, low: Number.NaN, high: Number.NaN };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (count - 1));
  const half = studentQuantile(0.95, count - 1) * deviation * Math.sqrt(1 / count + overlap);
  return { count, mean, deviation, low: mean - half, high: mean + half };
}

/** How two settings differ that were measured with the same seeds. */
export interface Difference extends Estimate {
  /** The chance of a mean difference as large as this, or larger, if there were none (two-sided t-test of pairs). */
  readonly p: number;
}

/** What `second` has more than `first`, pair by pair: what a seed does to both is not in it. */
export function difference(first: readonly number[], second: readonly number[]): Difference {
  const pairs = second.map((value, index) => value - (first[index] ?? Number.NaN));
  const result = estimate(pairs);
  const { count, mean, deviation } = result;
  if (count < 2) return { ...result, p: Number.NaN };
  if (deviation === 0) return { ...result, p: mean === 0 ? 1 : 0 };
  return { ...result, p: 1 - studentShare((mean / deviation) * Math.sqrt(count), count - 1) };
}

/** p values of several tests as if there were one (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979). */
export function holm(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const adjusted = new Array<number>(values.length);
  let least = 0;
  order.forEach(({ value, index }, rank) => {
    least = Math.max(least, Math.min(1, (values.length - rank) * value));
    adjusted[index] = Number.isNaN(value) ? value : least;
  });
  return adjusted;
}
