import { ArgumentError } from "../../array/index.js";

/** What rounding in float32 may leave between a sum of probabilities and 1. */
const tolerance = 1e-5;

/** The least probability that has a logarithm: a class that was ruled out costs 36 nats. */
export const leastProbability = 2 ** -52;

/**
 * @param probabilities (N, C)
 * @throws ArgumentError for a row that is no distribution
 */
export function requireProbabilities(
  operation: string,
  probabilities: Float64Array,
  classes: number,
): void {
  for (let start = 0; start < probabilities.length; start += classes) {
    const row = probabilities.subarray(start, start + classes);
    const sum = row.reduce((total, each) => total + each, 0);
    if (row.every((each) => each >= 0) && Math.abs(sum - 1) <= tolerance) continue;
    throw new ArgumentError(
      `${operation}: the scores of sample ${start / classes} sum to ${sum}, the least is ` +
        `${Math.min(...row)}; expected probabilities, from 0 to 1 with a sum of 1. For logits make ` +
        'the report with { scores: "logits" }.',
    );
  }
}

/**
 * Mean of -log p_y. Probabilities are kept in [2^-52, 1 - 2^-52], then scaled to a sum of 1, as
 * scikit-learn does.
 *
 * @param probabilities (N, C)
 * @param labels (N,)
 */
export function logLoss(probabilities: Float64Array, labels: Float64Array): number {
  const classes = probabilities.length / labels.length;
  let sum = 0;
  labels.forEach((label, sample) => {
    const row = probabilities
      .subarray(sample * classes, (sample + 1) * classes)
      .map((each) => Math.min(Math.max(each, leastProbability), 1 - leastProbability));
    const total = row.reduce((part, each) => part + each, 0);
    sum -= Math.log((row[label] as number) / total);
  });
  return sum / labels.length;
}
