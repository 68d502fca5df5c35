import { ArgumentError, describeValue } from "../../array/index.js";
import { rand, type Tensor, where } from "../../tensor/index.js";
import { requireFloats } from "./check.js";

/** `p`, which the caller knows as `name`, if it can be a probability of dropping. */
export function checkDropProbability(caller: string, p: number, name = "p"): number {
  if (typeof p === "number" && p >= 0 && p < 1) return p;
  throw new ArgumentError(
    `${caller}: received ${name} ${describeValue(p)}, expected 0 <= ${name} < 1; it is the share ` +
      "of elements to drop.",
  );
}

/**
 * Sets each element to 0 with probability p and multiplies the others by 1 / (1 - p), which keeps
 * the expectation. Srivastava et al., "Dropout", JMLR 2014.
 *
 * @param p from 0 to below 1. Default 0.5
 * @throws ArgumentError, DTypeError for another p, and for what is not a floating tensor
 */
export function dropout(x: Tensor, p = 0.5): Tensor {
  requireFloats("dropout", x);
  if (checkDropProbability("dropout", p) === 0) return x;
  return where(rand(x.shape).less(p), 0, x.multiply(1 / (1 - p)));
}
