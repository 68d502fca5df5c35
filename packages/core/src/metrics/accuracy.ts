import { ArgumentError, requireCount } from "../array/index.js";
import { arange, stack } from "../tensor/index.js";
import { type LabelOptions, matchLabels, requireLabelOptions, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples whose largest logit (the first among equals) stands at their label: logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8; or (N, C, ...positions) against
 * (N, ...positions), where each position is a sample. A sample with a NaN among its logits counts as
 * wrong; a label outside of 0 to C - 1 fails the run with an ExecutionError, but for `ignoredIndex`.
 */
export function accuracy(options: LabelOptions = {}): Metric {
  requireLabelOptions("accuracy", options);
  return {
    name: "accuracy",
    statistics: (logits, target) => {
      const { scores, labels, weights } = matchLabels("accuracy", logits, target, options);
      const own = scoresAt("accuracy", scores, labels);
      // To argmax NaN is the largest, and it is the one value that differs from itself.
      const correct = scores.argmax(1).equal(labels).and(own.equal(own));
      return stack([weights.sum(), correct.cast("float32").mul(weights).sum()]);
    },
    result: ([samples = 0, correct = 0]) => correct / samples,
  };
}

/**
 * The share of samples whose label is among the k largest logits, of what `accuracy` is given. Among
 * equals the class of the higher index comes first, as in scikit-learn's `top_k_accuracy_score`. A
 * sample with a NaN among its logits counts as wrong; a label outside of 0 to C - 1 fails the run
 * with an ExecutionError, but for `ignoredIndex`.
 *
 * @param k integer from 1 to C - 1; with k = C every sample would be right
 */
export function topK(k: number, options: LabelOptions = {}): Metric {
  requireCount("topK", "k", k);
  requireLabelOptions("topK", options);
  return {
    name: `top ${k}`,
    statistics: (logits, target) => {
      const { scores, labels, weights } = matchLabels("topK", logits, target, options);
      const own = scoresAt("topK", scores, labels);
      const [, classes] = scores.shape as [number, number];
      requireFewerThanClasses(k, classes);
      const score = own.unsqueeze(1);
      const above = arange(classes).greater(labels.unsqueeze(1)).and(scores.equal(score));
      const ahead = scores.greater(score).or(above).cast("float32").sum(1);
      const known = scores.equal(scores).cast("float32").min(1);
      const correct = ahead.less(k).cast("float32").mul(known);
      return stack([weights.sum(), correct.mul(weights).sum()]);
    },
    result: ([samples = 0, correct = 0]) => correct / samples,
  };
}

/** @throws ArgumentError when the k largest are all there are */
export function requireFewerThanClasses(k: number, classes: number): void {
  if (k < classes) return;
  throw new ArgumentError(
    `topK: received k ${k} for ${classes} classes, expected fewer than the classes; among all of ` +
      "them the label is always found.",
  );
}
