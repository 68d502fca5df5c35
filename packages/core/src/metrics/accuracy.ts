import { DTypeError, formatShape, requireInstance, ShapeError } from "../array/index.js";
import { full, stack, Tensor } from "../tensor/index.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples whose largest logit (the first among equals) stands at their label: logits
 * or probabilities (N, C) against class indices (N,), int32 or uint8.
 */
export const accuracy = (): Metric => ({
  name: "accuracy",
  statistics: (logits, labels) => {
    checkLabels(logits, labels);
    const correct = logits.argmax(1).equal(labels.cast("int32")).cast("float32").sum();
    return stack([full([], labels.size), correct]);
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
