import {
  DTypeError,
  formatShape,
  isFloating,
  requireInstance,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";

/** @throws ArgumentError, DTypeError when `value` is not a tensor of a floating dtype */
export function requireFloating(
  operation: string,
  what: string,
  value: unknown,
  mend?: string,
): asserts value is Tensor {
  requireInstance(operation, what, value, Tensor);
  if (isFloating(value.dtype)) return;
  throw new DTypeError(
    `${operation}: received ${what} in ${value.dtype}, expected a floating dtype` +
      `${mend === undefined ? "" : `; ${mend}`}.`,
  );
}

/** @param what of which there has to be one target each */
function requireEqualShapes(operation: string, given: Tensor, target: Tensor, what: string): void {
  if (sameShape(given.shape, target.shape)) return;
  const sameSize = given.size === target.size;
  throw new ShapeError(
    `${operation}: received ${what} ${formatShape(given.shape)} and targets ` +
      `${formatShape(target.shape)}, expected equal shapes` +
      (sameSize ? `; reshape the targets with .reshape([${given.shape}]).` : "."),
  );
}

/**
 * The target in the dtype of the prediction; bool and uint8 are converted, which is exact. Shapes
 * have to be equal: (N, 1) against (N,) would broadcast to (N, N), a well-known silent mistake.
 */
export function matchTarget(operation: string, prediction: Tensor, target: Tensor): Tensor {
  const order = "the prediction comes first, then the target";
  requireInstance(operation, "the target", target, Tensor);
  requireFloating(operation, "the prediction", prediction, order);
  requireEqualShapes(operation, prediction, target, "predictions");
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

/**
 * Targets that are 1 or -1, one for each of `given`, in its dtype; of bools, true is 1. Integers are
 * not converted: as class labels they are 0 where -1 is meant.
 */
export function matchSigns(operation: string, given: Tensor, target: Tensor, what: string): Tensor {
  requireInstance(operation, "the target", target, Tensor);
  requireEqualShapes(operation, given, target, what);
  const { dtype } = given;
  if (target.dtype === dtype) return target;
  if (target.dtype === "bool") return target.cast(dtype).multiply(2).subtract(1);
  throw new DTypeError(
    `${operation}: received targets of dtype ${target.dtype}, expected bools, or -1 and 1 of ` +
      `dtype ${dtype}; make bools of labels with .equal(1).`,
  );
}

/** Tensors of one shape and one floating dtype, whose last axis are the elements of a vector. */
export function requireVectors(operation: string, vectors: Record<string, Tensor>): void {
  const given = Object.entries(vectors);
  for (const [name, vector] of given) requireFloating(operation, name, vector);
  const [first, ...others] = given as [[string, Tensor], ...[string, Tensor][]];
  const [name, { shape, dtype }] = first;
  if (shape.length === 0) {
    throw new ShapeError(
      `${operation}: received ${name} of shape (), expected vectors (..., D) on the last axis.`,
    );
  }
  for (const [another, vector] of others) {
    if (!sameShape(vector.shape, shape)) {
      throw new ShapeError(
        `${operation}: received ${name} ${formatShape(shape)} and ${another} ` +
          `${formatShape(vector.shape)}, expected equal shapes (..., D).`,
      );
    }
    if (vector.dtype !== dtype) {
      throw new DTypeError(
        `${operation}: received ${name} of dtype ${dtype} and ${another} of dtype ` +
          `${vector.dtype}, expected one dtype; convert with .cast("${dtype}").`,
      );
    }
  }
}

/** Weights in the dtype of `like`, of a shape that broadcasts to its and does not change it. */
export function requireWeights(
  operation: string,
  name: string,
  weights: unknown,
  like: Tensor,
): asserts weights is Tensor {
  requireInstance(operation, name, weights, Tensor);
  const { shape, dtype } = like;
  const start = shape.length - weights.rank;
  const fits = weights.shape.every((size, axis) => size === 1 || size === shape[start + axis]);
  if (start < 0 || !fits) {
    throw new ShapeError(
      `${operation}: received ${name} ${formatShape(weights.shape)} for predictions ` +
        `${formatShape(shape)}, expected a shape that broadcasts to theirs.`,
    );
  }
  requireDType(operation, name, weights, dtype);
}

/** @throws DTypeError when weights are not of the dtype of what they weigh */
export function requireDType(
  operation: string,
  name: string,
  weights: Tensor,
  dtype: string,
): void {
  if (weights.dtype === dtype) return;
  throw new DTypeError(
    `${operation}: received ${name} of dtype ${weights.dtype}, expected ${dtype}; convert them ` +
      `with .cast("${dtype}").`,
  );
}
