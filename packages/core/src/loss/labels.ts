import { DTypeError, formatShape, requireInstance, ShapeError, sameShape } from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import { requireDType, requireFloating } from "./check.js";

const describeLabels = ({ dtype, shape }: Tensor): string =>
  `${dtype} labels ${formatShape(shape)}`;

/**
 * Scores of classes, (N, C, ...positions).
 *
 * @param what what the scores are: "logits"
 */
export function requireScores(operation: string, what: string, scores: Tensor): void {
  requireFloating(operation, `the ${what}`, scores);
  if (scores.rank >= 2) return;
  throw new ShapeError(
    `${operation}: received ${what} ${formatShape(scores.shape)}, expected (N, C): one row a ` +
      "sample, one column a class" +
      (scores.rank === 1 ? "; for a single sample use .unsqueeze(0)." : "."),
  );
}

/** The labels (N, ...positions) as int32, once they can be class indices for the scores. */
export function matchLabels(
  operation: string,
  what: string,
  scores: Tensor,
  labels: Tensor,
): Tensor {
  requireScores(operation, what, scores);
  requireInstance(operation, "the labels", labels, Tensor);
  requireLabelShape(operation, what, scores, labels);
  if (labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `${operation}: received ${describeLabels(labels)}, expected class indices of dtype int32 or ` +
        'uint8; convert them with .cast("int32").',
    );
  }
  return labels.cast("int32");
}

function requireLabelShape(operation: string, what: string, scores: Tensor, labels: Tensor): void {
  const [samples, , ...positions] = scores.shape as [number, number, ...number[]];
  const expected = [samples, ...positions];
  if (sameShape(labels.shape, expected)) return;
  const received = describeLabels(labels);
  if (sameShape(labels.shape, scores.shape)) {
    throw new ShapeError(
      `${operation}: received ${received}, which look like one-hot rows, expected class indices ` +
        `${formatShape(expected)}; convert them with .argmax(1).`,
    );
  }
  const one = positions.length === 0 ? "row" : "position";
  throw new ShapeError(
    `${operation}: received ${what} ${formatShape(scores.shape)} and ${received}, expected one ` +
      `label for each ${one}, ${formatShape(expected)}${labelMend(what, scores, labels)}.`,
  );
}

function labelMend(what: string, { shape, rank }: Tensor, labels: Tensor): string {
  if (rank > 2 && sameShape(labels.shape, shape.slice(0, -1))) {
    const positions = Array.from({ length: rank - 2 }, (_, index) => index + 1);
    const order = [0, rank - 1, ...positions].join(", ");
    return `; classes are on axis 1, so bring them there with .permute([${order}]) of the ${what}`;
  }
  return rank === 2 && labels.size === shape[0] ? "; use .flatten() on the labels" : "";
}

/** One weight a class, (C,), as a view of the shape of the scores (N, C, ...positions). */
export function expandClassWeights(operation: string, weights: Tensor, scores: Tensor): Tensor {
  requireInstance(operation, "classWeights", weights, Tensor);
  const [, classes, ...positions] = scores.shape as [number, number, ...number[]];
  if (!sameShape(weights.shape, [classes])) {
    throw new ShapeError(
      `${operation}: received classWeights ${formatShape(weights.shape)}, expected one weight for ` +
        `each class, (${classes},).`,
    );
  }
  requireDType(operation, "classWeights", weights, scores.dtype);
  return weights.reshape([1, classes, ...positions.map(() => 1)]).expand(scores.shape);
}
