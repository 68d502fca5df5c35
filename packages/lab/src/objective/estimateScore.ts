import { type Estimate, type EstimateOptions, estimate } from "./estimate.js";

type Range = readonly [least: number, largest: number];

/** By how the names of scores end. A loss is not among them: that of a likelihood may be below 0. */
const ranges: readonly (readonly [names: RegExp, range: Range])[] = [
  [/(error|deviation|\bmae|\bmse|\brmse|log loss)$/i, [0, Number.POSITIVE_INFINITY]],
  [/perplexity$/i, [1, Number.POSITIVE_INFINITY]],
  [/(accuracy|auc|top \d+|(precision|recall|f1)( of .+)?)$/i, [0, 1]],
  [/(r2|determination)$/i, [Number.NEGATIVE_INFINITY, 1]],
];

/**
 * What `estimate` gives, with an interval that ends where the score does: no error is below 0, no accuracy above 1. A
 * mean cannot lie outside its score's range, so that the interval holds it as often as Student's does. A score
 * that leaves the range of its name is one of another meaning, and keeps its interval.
 *
 * @param score its name, such as "validation.accuracy"
 */
export function estimateScore(
  score: string,
  values: readonly number[],
  options: EstimateOptions = {},
): Estimate {
  const result = estimate(values, options);
  const [least, largest] = ranges.find(([names]) => names.test(score))?.[1] ?? everything;
  if (values.some((value) => value < least || value > largest)) return result;
  return { ...result, low: Math.max(result.low, least), high: Math.min(result.high, largest) };
}

const everything: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
