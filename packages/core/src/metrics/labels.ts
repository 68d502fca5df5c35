import { DTypeError, formatShape, requireInstance, ShapeError } from "../array/index.js";
import { Tensor } from "../tensor/index.js";

/**
 * The class indices (N,), int32, once they can be those of logits (N, C).
 *
 * @throws ShapeError, DTypeError unless there is a class index, int32 or uint8, for each row
 */
export function matchLabels(operation: string, logits: Tensor, labels: Tensor): Tensor {
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
  return labels.cast("int32");
}

/**
 * The score that each row of (N, C) has at its label, (N,). The run fails with an ExecutionError for
 * a label outside of 0 to C - 1.
 */
export const scoresAt = (operation: string, scores: Tensor, labels: Tensor): Tensor =>
  scores.takeAlong(labels.unsqueeze(1), 1, `labels of ${operation}`).squeeze(1);
