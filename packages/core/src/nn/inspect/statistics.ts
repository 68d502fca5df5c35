import { type Tensor, where } from "../../tensor/index.js";

/**
 * sqrt(sum x^2) as a scalar, with x divided by its largest magnitude before it is squared: gradients
 * that vanish or explode would be 0 or infinite otherwise.
 */
export function norm(x: Tensor): Tensor {
  const largest = x.abs().max();
  const scale = where(largest.equal(0), 1, largest);
  return x.divide(scale).square().sum().sqrt().multiply(largest);
}

/** The share of units that a ReLU's output (N, ...) has at 0 in every sample. */
export const deadShare = (output: Tensor): Tensor => output.max(0).equal(0).cast("float32").mean();
