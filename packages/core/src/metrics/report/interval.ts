import {
  ArgumentError,
  describeValue,
  Generator,
  requireCount,
  requireInstance,
  requireOptions,
} from "../../array/index.js";

export interface IntervalOptions {
  /** How many sets are drawn. Default 1000. */
  readonly resamples?: number;
  /** The share of them that lies in the interval, above 0 and below 1. Default 0.95. */
  readonly confidence?: number;
  /** Decides what is drawn. Default 0. */
  readonly seed?: number;
}

/** A score with bounds. */
export interface Interval {
  /** The score of the samples themselves. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Resamples for which the score is not defined; they are left out. */
  readonly undefined: number;
}

/**
 * A percentile bootstrap interval: of sets of as many samples, drawn with replacement, the score is
 * taken, and the interval leaves out (1 - confidence) / 2 of them at either end. Percentiles between
 * two scores are interpolated linearly. Efron and Tibshirani, "An Introduction to the Bootstrap",
 * 1993, chapter 13.
 *
 * It says how much the score depends on which samples the test happens to hold; not how much on the
 * seed of the training.
 *
 * @param resample the report of these samples alone
 * @param measure the score, NaN where it is not defined
 */
export function bootstrap<Report>(
  operation: string,
  report: Report & { readonly samples: number },
  resample: (rows: Int32Array) => Report,
  measure: (report: Report) => number,
  options: IntervalOptions,
): Interval {
  requireInstance(operation, "the score", measure, Function);
  requireOptions(operation, options, ["resamples", "confidence", "seed"]);
  const { resamples = 1000, confidence = 0.95, seed = 0 } = options;
  requireCount(operation, "resamples", resamples);
  requireConfidence(operation, confidence);
  const { samples } = report;
  const estimate = measure(report);
  const scores = new Float64Array(resamples);
  const rows = new Int32Array(samples);
  const generator = new Generator(seed, "bootstrap");
  for (let index = 0; index < resamples; index++) {
    for (let row = 0; row < samples; row++) rows[row] = generator.below(samples);
    scores[index] = requireNumber(operation, measure(resample(rows)));
  }
  const known = scores.filter((score) => !Number.isNaN(score)).sort();
  const tail = (1 - confidence) / 2;
  return {
    estimate,
    low: quantile(known, tail),
    high: quantile(known, 1 - tail),
    undefined: resamples - known.length,
  };
}

/** The value below which a share of the sorted values lies; NaN if there are none. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}

function requireConfidence(operation: string, confidence: unknown): void {
  if (typeof confidence === "number" && confidence > 0 && confidence < 1) return;
  throw new ArgumentError(
    `${operation}: received confidence ${describeValue(confidence)}, expected a number above 0 and ` +
      "below 1, such as 0.95.",
  );
}

function requireNumber(operation: string, score: unknown): number {
  if (typeof score === "number") return score;
  throw new ArgumentError(
    `${operation}: the score of a resample is ${describeValue(score)}, expected a number; give a ` +
      'function of the report such as (report) => report.f1("macro").',
  );
}
