import { ArgumentError } from "../array/index.js";
import { arange, concatenate, full, type Tensor } from "../tensor/index.js";
import { checkLabels } from "./accuracy.js";
import { ConfusionMatrix, requireScoreOf, type ScoreOf } from "./confusionMatrix.js";
import type { Metric } from "./metric.js";

/** 1 where a sample (N,) has the class of the column, (N, C). */
const oneHot = (classes: Tensor, count: number): Tensor =>
  classes.cast("int32").unsqueeze(1).equal(arange(count)).cast("float32");

/**
 * A score that follows from the counts of every label with every prediction. The counts of a batch
 * are exact in float32, as long as it has at most 2^24 samples.
 */
function confusionMetric(
  name: string,
  of: ScoreOf,
  score: (matrix: ConfusionMatrix) => number,
): Metric {
  requireScoreOf(name, of, Number.POSITIVE_INFINITY);
  return {
    name: typeof of === "number" ? `${name} of class ${of}` : `${of} ${name}`,
    statistics: (logits, labels) => {
      checkLabels(name, logits, labels);
      const [samples, classes] = logits.shape as [number, number];
      requireScoreOf(name, of, classes);
      // A row with NaN has no largest logit: it is counted nowhere, and missed below.
      const known = logits.equal(logits).cast("float32").min(1, { keepDims: true });
      const predicted = oneHot(logits.argmax(1), classes).mul(known);
      const counts = oneHot(labels, classes).transpose().matmul(predicted);
      return concatenate([full([1], samples), counts.flatten()]);
    },
    result: (totals) => {
      const samples = totals[0] ?? 0;
      const matrix = new ConfusionMatrix(Math.sqrt(totals.length - 1), totals.slice(1));
      requireAllCounted(name, samples, matrix);
      return score(matrix);
    },
  };
}

function requireAllCounted(name: string, samples: number, matrix: ConfusionMatrix): void {
  const missed = samples - matrix.samples;
  if (missed === 0) return;
  throw new ArgumentError(
    `${name}: ${missed} of ${samples} samples have a label that no logit stands for, or NaN among ` +
      `their logits; expected labels from 0 to ${matrix.classes.length - 1} and finite logits.`,
  );
}

/**
 * The share of right ones among the samples predicted to be of a class; see `ConfusionMatrix`.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const precision = (of: ScoreOf = "macro"): Metric =>
  confusionMetric("precision", of, (matrix) => matrix.precision(of));

/**
 * The share of right ones among the samples that are of a class; see `ConfusionMatrix`.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const recall = (of: ScoreOf = "macro"): Metric =>
  confusionMetric("recall", of, (matrix) => matrix.recall(of));

/**
 * The harmonic mean of precision and recall; see `ConfusionMatrix`.
 *
 * @param of an average over the classes, or the index of one class. Default "macro"
 */
export const f1 = (of: ScoreOf = "macro"): Metric =>
  confusionMetric("f1", of, (matrix) => matrix.f1(of));
