import { where } from "./combine.js";
import type { Tensor } from "./tensor.js";

/**
 * The norm of all elements of all tensors as one vector, a scalar in the dtype of the first:
 * sqrt(sum x^2), or max |x| for order Infinity. Elements are divided by the largest magnitude before
 * they are squared: gradients that vanish or explode would be 0 or infinite otherwise.
 */
export function norm(parts: readonly Tensor[], order: 2 | typeof Infinity = 2): Tensor {
  const [{ dtype }] = parts as readonly [Tensor];
  const largest = parts.map((part) => part.abs().max().cast(dtype)).reduce((a, b) => a.maximum(b));
  if (order !== 2) return largest;
  const unit = where(largest.equal(0), 1, largest);
  return parts
    .map((part) => part.divide(unit.cast(part.dtype)).square().sum().cast(dtype))
    .reduce((a, b) => a.add(b))
    .sqrt()
    .multiply(largest);
}
