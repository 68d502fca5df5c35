import type { Tensor } from "../tensor/index.js";
import { matchTarget } from "./check.js";
import { type LossOptions, reduce } from "./reduction.js";

/**
 * Mean squared error (L2): mean of (p - y)^2. Up to scale and a constant the negative log-likelihood
 * of y = p + Gaussian noise of one variance; its minimiser is the conditional mean.
 *
 * @param prediction p, any shape
 * @param target y, of the same shape
 * @throws ShapeError, DTypeError when they do not fit
 */
export function meanSquaredError(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions = {},
): Tensor {
  const y = matchTarget("meanSquaredError", prediction, target);
  return reduce(prediction.subtract(y).square(), options);
}

/**
 * Mean absolute error (L1): mean of |p - y|, with derivative 0 where they are equal. The negative
 * log-likelihood of y = p + Laplace noise of one scale, up to scale and a constant; its minimiser is
 * the conditional median.
 *
 * @param prediction p, any shape
 * @param target y, of the same shape
 * @throws ShapeError, DTypeError when they do not fit
 */
export function meanAbsoluteError(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions = {},
): Tensor {
  const y = matchTarget("meanAbsoluteError", prediction, target);
  return reduce(prediction.subtract(y).abs(), options);
}
