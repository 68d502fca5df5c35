import { DTypeError, formatShape, requireInstance, ShapeError } from "../array/index.js";
import { full, stack, Tensor } from "../tensor/index.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples whose largest logit (the first among equals) stands at their label: logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8. A sample with a NaN among its
 * logits counts as wrong.
 */
export const accuracy = (): Metric => ({
  name: "accuracy",
  statistics: (logits, labels) => {
    checkLabels(logits, labels);
    const chosen = logits.argmax(1);
    // To argmax NaN is the largest, and it is the one value that differs from itself.
    const largest = logits.takeAlong(chosen.unsqueeze(1), 1).squeeze(1);
    const correct = chosen.equal(labels.cast("int32")).and(largest.equal(largest));
    return stack([full([], labels.size), correct.cast("float32").sum()]);
  },
  result: ([samples = 0, correct = 0]) => correct / samples,
});

function checkLabels(logits: Tensor, labels: Tensor): void {
  requireInstance("accuracy", "the logits", logits, Tensor);
  requireInstance("accuracy", "the labels", labels, Tensor);
  if (logits.rank !== 2 || labels.rank !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw new ShapeError(
      `accuracy: received logits ${formatShape(logits.shape)} and labels ` +
        `${formatShape(labels.shape)}, expected (N, C) and (N,); one-hot labels become class ` +
        "indices with .argmax(1).",
    );
  }
  if (labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `accuracy: received labels of dtype ${labels.dtype}, expected class indices of dtype int32 ` +
        'or uint8; convert them with .cast("int32").',
    );
  }
}
