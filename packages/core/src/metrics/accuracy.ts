import {
  ArgumentError,
  DTypeError,
  formatShape,
  requireCount,
  requireInstance,
  ShapeError,
} from "../array/index.js";
import { arange, full, stack, Tensor } from "../tensor/index.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples whose largest logit (the first among equals) stands at their label: logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8. A sample with a NaN among its
 * logits counts as wrong.
 */
export const accuracy = (): Metric => ({
  name: "accuracy",
  statistics: (logits, labels) => {
    checkLabels("accuracy", logits, labels);
    const chosen = logits.argmax(1);
    // To argmax NaN is the largest, and it is the one value that differs from itself.
    const largest = logits.takeAlong(chosen.unsqueeze(1), 1).squeeze(1);
    const correct = chosen.equal(labels.cast("int32")).and(largest.equal(largest));
    return stack([full([], labels.size), correct.cast("float32").sum()]);
  },
  result: ([samples = 0, correct = 0]) => correct / samples,
});

/**
 * The share of samples whose label is among the k largest logits: logits or probabilities (N, C)
 * against class indices (N,), int32 or uint8. Among equals the class of the higher index comes
 * first, as in scikit-learn's `top_k_accuracy_score`. A sample with a NaN among its logits counts
 * as wrong.
 *
 * @param k integer from 1 to C - 1; with k = C every sample would be right
 */
export function topK(k: number): Metric {
  requireCount("topK", "k", k);
  return {
    name: `top ${k}`,
    statistics: (logits, labels) => {
      checkLabels("topK", logits, labels);
      const [samples, classes] = logits.shape as [number, number];
      requireFewerThanClasses(k, classes);
      const label = labels.cast("int32").unsqueeze(1);
      const own = logits.takeAlong(label, 1);
      const above = arange(classes).greater(label).and(logits.equal(own));
      const ahead = logits.greater(own).or(above).cast("float32").sum(1);
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

/** @throws ShapeError, DTypeError unless there is a class index (N,) for each row of (N, C) */
export function checkLabels(operation: string, logits: Tensor, labels: Tensor): void {
  requireInstance(operation, "the logits", logits, Tensor);
  requireInstance(operation, "the labels", labels, Tensor);
  if (logits.rank !== 2 || labels.rank !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw new ShapeError(
      `${operation}: received logits ${formatShape(logits.shape)} and labels ` +
        `${formatShape(labels.shape)}, expected (N, C) and (N,); one-hot labels become class ` +
        "indices with .argmax(1).",
    );
  }
  if (labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `${operation}: received labels of dtype ${labels.dtype}, expected class indices of dtype int32 ` +
        'or uint8; convert them with .cast("int32").',
    );
  }
}
