import {
  DTypeError,
  formatShape,
  isFloating,
  requireInstance,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";

const requireFloating = (operation: string, what: string, { dtype }: Tensor): void => {
  if (!isFloating(dtype)) {
    throw new DTypeError(
      `${operation}: received ${what} of dtype ${dtype}, expected a floating dtype; the prediction ` +
        "comes first, then the target.",
    );
  }
};

/**
 * The target in the dtype of the prediction; bool and uint8 are converted, which is exact. Shapes
 * have to be equal: (N, 1) against (N,) would broadcast to (N, N), a well-known silent mistake.
 */
export function matchTarget(operation: string, prediction: Tensor, target: Tensor): Tensor {
  requireInstance(operation, "the prediction", prediction, Tensor);
  requireInstance(operation, "the target", target, Tensor);
  requireFloating(operation, "predictions", prediction);
  if (!sameShape(prediction.shape, target.shape)) {
    const sameSize = prediction.size === target.size;
    throw new ShapeError(
      `${operation}: received predictions ${formatShape(prediction.shape)} and targets ` +
        `${formatShape(target.shape)}, expected equal shapes` +
        (sameSize ? `; reshape the targets with .reshape([${prediction.shape}]).` : "."),
    );
  }
  if (target.dtype === prediction.dtype) return target;
  if (target.dtype === "bool" || target.dtype === "uint8") return target.cast(prediction.dtype);
  throw new DTypeError(
    `${operation}: received predictions of dtype ${prediction.dtype} and targets of dtype ` +
      `${target.dtype}, expected one dtype; convert the targets with .cast("${prediction.dtype}").`,
  );
}

/**
 * Like `matchTarget`, for targets that are probabilities. Integers are not converted: uint8 may be
 * labels of more than two classes, and a target of 2 has a loss without lower bound.
 */
export function matchProbabilities(operation: string, prediction: Tensor, target: Tensor): Tensor {
  requireInstance(operation, "the target", target, Tensor);
  if (target.dtype === "uint8" || target.dtype === "int32") {
    throw new DTypeError(
      `${operation}: received targets of dtype ${target.dtype}, expected probabilities in ` +
        "[0, 1] or bools; make bools of labels with .equal(1).",
    );
  }
  return matchTarget(operation, prediction, target);
}

/** The labels (N,) as int32, once logits are (N, C) and labels can be class indices. */
export function matchLabels(operation: string, logits: Tensor, labels: Tensor): Tensor {
  requireInstance(operation, "the logits", logits, Tensor);
  requireInstance(operation, "the labels", labels, Tensor);
  requireFloating(operation, "logits", logits);
  const received = `${labels.dtype} labels ${formatShape(labels.shape)}`;
  if (logits.rank !== 2) {
    throw new ShapeError(
      `${operation}: received logits ${formatShape(logits.shape)}, expected (N, C): one row a ` +
        "sample, one column a class" +
        (logits.rank === 1 ? "; for a single sample use .unsqueeze(0)." : "."),
    );
  }
  const [samples] = logits.shape as [number, number];
  if (sameShape(labels.shape, logits.shape)) {
    throw new ShapeError(
      `${operation}: received ${received}, which look like one-hot rows, expected class indices ` +
        `(${samples},); convert them with .argmax(1).`,
    );
  }
  if (labels.rank !== 1 || labels.shape[0] !== samples) {
    throw new ShapeError(
      `${operation}: received logits ${formatShape(logits.shape)} and ${received}, expected one ` +
        `label for each row, (${samples},)` +
        (labels.size === samples ? "; use .flatten() on the labels." : "."),
    );
  }
  if (labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `${operation}: received ${received}, expected class indices of dtype int32 or uint8; ` +
        'convert them with .cast("int32").',
    );
  }
  return labels.cast("int32");
}
