import { ArgumentError } from "../array/index.js";
import { concatenate } from "../tensor/index.js";
import { namesOf } from "../tensor/values.js";
import { type LabelOptions, matchLabels, requireLabelOptions, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";
import {
  averageOf,
  f1Of,
  type Measure,
  precisionOf,
  recallOf,
  resolveScoreOf,
  type ScoreOf,
  type Tally,
} from "./tallies.js";

export interface ClassScoreOptions extends LabelOptions {
  /** Names of the C classes: one of them may be asked for, and the score is called by it. */
  readonly classes?: readonly string[];
}

/**
 * A score of the classes, from three counts of each: 3 C numbers a batch. They are exact in float32,
 * as long as a batch has at most 2^24 samples.
 */
function tallyMetric(
  name: string,
  asked: ScoreOf,
  measure: Measure,
  options: ClassScoreOptions,
): Metric {
  requireLabelOptions(name, options, ["classes", "ignoredIndex"]);
  const names = options.classes && namesOf(name, options.classes);
  const of = resolveScoreOf(name, asked, names);
  return {
    name: typeof of === "number" ? `${name} of ${names?.[of] ?? `class ${of}`}` : `${of} ${name}`,
    statistics: (logits, target) => {
      const { scores, labels, weights } = matchLabels(name, logits, target, options);
      const own = scoresAt(name, scores, labels);
      const [, classes] = scores.shape as [number, number];
      requireClasses(name, classes, names);
      resolveScoreOf(name, of, names ?? classes);
      const chosen = scores.argmax(1);
      // To argmax NaN is the largest: a row with one is predicted to be of no class.
      const largest = scores.takeAlong(chosen.unsqueeze(1), 1).squeeze(1);
      const known = largest.equal(largest).cast("float32").mul(weights);
      const correct = chosen.equal(labels).and(own.equal(own)).cast("float32").mul(weights);
      return concatenate([
        correct.scatterSum(labels, classes),
        known.scatterSum(chosen, classes),
        weights.scatterSum(labels, classes),
      ]);
    },
    result: (totals) => averageOf(talliesOf(totals), measure, of),
  };
}

/** @throws ArgumentError for another number of names than there are classes */
function requireClasses(operation: string, classes: number, names?: readonly string[]): void {
  if (names === undefined || names.length === classes) return;
  throw new ArgumentError(
    `${operation}: received ${names.length} names of classes for scores of ${classes}, expected one ` +
      "for each.",
  );
}

/** The counts of each class, from those of all: correct (C), predicted (C), support (C). */
function talliesOf(totals: Float64Array): Tally[] {
  const classes = totals.length / 3;
  return Array.from({ length: classes }, (_, c) => ({
    correct: totals[c] as number,
    predicted: totals[classes + c] as number,
    support: totals[2 * classes + c] as number,
  }));
}

/**
 * The share of right ones among the samples predicted to be of a class; see `ConfusionMatrix`. Logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8; or (N, C, ...positions) against
 * (N, ...positions), where each position is a sample. A sample with a NaN among its logits has a label,
 * and is predicted to be of no class; a label outside of 0 to C - 1 fails the run with an
 * ExecutionError, but for `ignoredIndex`.
 *
 * ```ts
 * metrics.precision("crack", { classes: ["sound", "crack"] }); // "precision of crack"
 * ```
 *
 * @param of an average over the classes, or one class: its index, or its name among `classes`. Default
 *   "macro"
 */
export const precision = (of: ScoreOf = "macro", options: ClassScoreOptions = {}): Metric =>
  tallyMetric("precision", of, precisionOf, options);

/**
 * The share of right ones among the samples that are of a class; see `ConfusionMatrix`, and
 * `precision` for what it is given.
 */
export const recall = (of: ScoreOf = "macro", options: ClassScoreOptions = {}): Metric =>
  tallyMetric("recall", of, recallOf, options);

/**
 * The harmonic mean of precision and recall; see `ConfusionMatrix`, and `precision` for what it is
 * given.
 */
export const f1 = (of: ScoreOf = "macro", options: ClassScoreOptions = {}): Metric =>
  tallyMetric("f1", of, f1Of, options);
