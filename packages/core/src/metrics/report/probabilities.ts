import { ArgumentError } from "../../array/index.js";

/** What rounding in float32 may leave between a sum of probabilities and 1. */
const tolerance = 1e-5;

/** The least probability that has a logarithm: a class that was ruled out costs 36 nats. */
const leastProbability = 2 ** -52;

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

/**
 * Expected calibration error: samples are sorted into bins ((b - 1) / B, b / B] by the probability
 * of the predicted class, and ECE = sum_b n_b / N |share of right ones - mean probability|. Guo et
 * al., "On Calibration of Modern Neural Networks", ICML 2017, section 2.
 *
 * @param confidences (N,), the probability of the predicted class
 * @param correct (N,), whether it is the label
 * @param bins B
 */
export function calibrationError(
  confidences: Float64Array,
  correct: (sample: number) => boolean,
  bins: number,
): number {
  // n_b (share of right ones - mean probability) is a difference of sums.
  const gaps = new Float64Array(bins);
  confidences.forEach((confidence, sample) => {
    const bin = binOf(confidence, bins);
    gaps[bin] = (gaps[bin] ?? 0) + Number(correct(sample)) - confidence;
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / confidences.length;
}

/** The bin whose upper edge is the first that is not below the value. */
function binOf(value: number, bins: number): number {
  let bin = Math.min(Math.floor(value * bins), bins - 1);
  // The product is rounded, and a value on an edge belongs below it.
  while (bin > 0 && value <= bin / bins) bin--;
  return bin;
}
