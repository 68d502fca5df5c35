import { ArgumentError, requireCount } from "../array/index.js";
import { arange, full, stack } from "../tensor/index.js";
import { matchLabels, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples whose largest logit (the first among equals) stands at their label: logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8. A sample with a NaN among its
 * logits counts as wrong; a label outside of 0 to C - 1 fails the run with an ExecutionError.
 */
export const accuracy = (): Metric => ({
  name: "accuracy",
  statistics: (logits, labels) => {
    const label = matchLabels("accuracy", logits, labels);
    const own = scoresAt("accuracy", logits, label);
    // To argmax NaN is the largest, and it is the one value that differs from itself.
    const correct = logits.argmax(1).equal(label).and(own.equal(own));
    return stack([full([], labels.size), correct.cast("float32").sum()]);
  },
  result: ([samples = 0, correct = 0]) => correct / samples,
});

/**
 * The share of samples whose label is among the k largest logits: logits or probabilities (N, C)
 * against class indices (N,), int32 or uint8. Among equals the class of the higher index comes
 * first, as in scikit-learn's `top_k_accuracy_score`. A sample with a NaN among its logits counts
 * as wrong; a label outside of 0 to C - 1 fails the run with an ExecutionError.
 *
 * @param k integer from 1 to C - 1; with k = C every sample would be right
 */
export function topK(k: number): Metric {
  requireCount("topK", "k", k);
  return {
    name: `top ${k}`,
    statistics: (logits, labels) => {
      const label = matchLabels("topK", logits, labels);
      const own = scoresAt("topK", logits, label);
      const [samples, classes] = logits.shape as [number, number];
      requireFewerThanClasses(k, classes);
      const score = own.unsqueeze(1);
      const above = arange(classes).greater(label.unsqueeze(1)).and(logits.equal(score));
      const ahead = logits.greater(score).or(above).cast("float32").sum(1);
      const known = logits.equal(logits).cast("float32").min(1);
      const correct = ahead.less(k).cast("float32").mul(known);
      return stack([full([], samples), correct.sum()]);
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
