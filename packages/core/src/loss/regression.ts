import { requireOptions } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { matchTarget } from "./check.js";
import { requireAboveZero, requireAtLeastZero } from "./options.js";
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
  requireOptions("meanSquaredError", options, ["reduction"]);
  const y = matchTarget("meanSquaredError", prediction, target);
  return reduce("meanSquaredError", prediction.subtract(y).square(), options.reduction);
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
  requireOptions("meanAbsoluteError", options, ["reduction"]);
  const y = matchTarget("meanAbsoluteError", prediction, target);
  return reduce("meanAbsoluteError", prediction.subtract(y).abs(), options.reduction);
}

/**
 * d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2): with c the difference limited to
 * [-delta, delta] both are c (d - c / 2), whose derivative is c.
 */
function huberOf(difference: Tensor, delta: number): Tensor {
  const limited = difference.clamp({ min: -delta, max: delta });
  return limited.multiply(difference.subtract(limited.multiply(0.5)));
}

export interface HuberOptions extends LossOptions {
  /** The difference from which the loss grows linearly. Default 1. */
  readonly delta?: number;
}

/**
 * Huber loss, with d = p - y: mean of d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2). Its
 * derivative is d, limited to [-delta, delta], so that an outlier pulls no harder than that.
 * Huber, "Robust Estimation of a Location Parameter", 1964.
 *
 * @param prediction p, any shape
 * @param target y, of the same shape
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for a delta not above 0
 */
export function huber(prediction: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  requireOptions("huber", options, ["delta", "reduction"]);
  const { delta = 1, reduction } = options;
  requireAboveZero("huber", "delta", delta);
  const y = matchTarget("huber", prediction, target);
  return reduce("huber", huberOf(prediction.subtract(y), delta), reduction);
}

export interface SmoothL1Options extends LossOptions {
  /** The difference from which the loss is that of L1, less beta / 2. Default 1. */
  readonly beta?: number;
}

/**
 * Smooth L1, with d = p - y: mean of d^2 / (2 beta) where |d| < beta, else |d| - beta / 2. It is the
 * Huber loss with delta = beta, divided by beta: for every beta the slope of outliers is 1. With
 * beta = 0 it is the mean absolute error.
 * Girshick, "Fast R-CNN", ICCV 2015, equation 3.
 *
 * @param prediction p, any shape
 * @param target y, of the same shape
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for a beta below 0
 */
export function smoothL1(
  prediction: Tensor,
  target: Tensor,
  options: SmoothL1Options = {},
): Tensor {
  requireOptions("smoothL1", options, ["beta", "reduction"]);
  const { beta = 1, reduction } = options;
  requireAtLeastZero("smoothL1", "beta", beta);
  const y = matchTarget("smoothL1", prediction, target);
  const difference = prediction.subtract(y);
  const losses = beta === 0 ? difference.abs() : huberOf(difference, beta).divide(beta);
  return reduce("smoothL1", losses, reduction);
}
