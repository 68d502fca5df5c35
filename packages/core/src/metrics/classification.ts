import { concatenate, ones } from "../tensor/index.js";
import { matchLabels, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";
import {
  averageOf,
  f1Of,
  type Measure,
  precisionOf,
  recallOf,
  requireScoreOf,
  type ScoreOf,
  type Tally,
} from "./tallies.js";

/**
 * A score of the classes, from three counts of each: 3 C numbers a batch. They are exact in float32,
 * as long as a batch has at most 2^24 samples.
 */
function tallyMetric(name: string, of: ScoreOf, measure: Measure): Metric {
  requireScoreOf(name, of);
  return {
    name: typeof of === "number" ? `${name} of class ${of}` : `${of} ${name}`,
    statistics: (logits, labels) => {
      const label = matchLabels(name, logits, labels);
      const own = scoresAt(name, logits, label);
      const [samples, classes] = logits.shape as [number, number];
      requireScoreOf(name, of, classes);
      const chosen = logits.argmax(1);
      // To argmax NaN is the largest: a row with one is predicted to be of no class.
      const largest = logits.takeAlong(chosen.unsqueeze(1), 1).squeeze(1);
      const known = largest.equal(largest).cast("float32");
      const correct = chosen.equal(label).and(own.equal(own)).cast("float32");
      return concatenate([
        correct.scatterSum(label, classes),
        known.scatterSum(chosen, classes),
        ones([samples]).scatterSum(label, classes),
      ]);
    },
    result: (totals) => averageOf(talliesOf(totals), measure, of),
  };
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
 * or probabilities (N, C) against class indices (N,), int32 or uint8. A sample with a NaN among its
 * logits has a label, and is predicted to be of no class; a label outside of 0 to C - 1 fails the run
 * with an ExecutionError.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const precision = (of: ScoreOf = "macro"): Metric =>
  tallyMetric("precision", of, precisionOf);

/**
 * The share of right ones among the samples that are of a class; see `ConfusionMatrix`, and
 * `precision` for what it is given.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const recall = (of: ScoreOf = "macro"): Metric => tallyMetric("recall", of, recallOf);

/**
 * The harmonic mean of precision and recall; see `ConfusionMatrix`, and `precision` for what it is
 * given.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const f1 = (of: ScoreOf = "macro"): Metric => tallyMetric("f1", of, f1Of);
