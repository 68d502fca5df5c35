import { ArgumentError, DTypeError, describeValue, isFloating } from "../../array/index.js";
import { rand, type Tensor, where } from "../../tensor/index.js";

/** `p` if it can be a probability of dropping. */
export function checkDropProbability(p: number): number {
  if (!(typeof p === "number" && p >= 0 && p < 1)) {
    throw new ArgumentError(
      `dropout: received p = ${describeValue(p)}, expected 0 <= p < 1; p is the share of elements to drop.`,
    );
  }
  return p;
}

/**
 * Sets each element to 0 with probability p and multiplies the others by 1 / (1 - p), which keeps
 * the expectation. Srivastava et al., "Dropout", JMLR 2014.
 *
 * @param p from 0 to below 1. Default 0.5
 */
export function dropout(x: Tensor, p = 0.5): Tensor {
  if (!isFloating(x.dtype)) {
    throw new DTypeError(
      `dropout: received ${x.dtype}, expected a floating dtype; convert with .cast("float32").`,
    );
  }
  if (checkDropProbability(p) === 0) return x;
  return where(rand(x.shape).less(p), 0, x.multiply(1 / (1 - p)));
}
