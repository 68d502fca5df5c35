import { formatShape, requireFlag, requireOptions, ShapeError, sameShape } from "../array/index.js";
import { type Tensor, where } from "../tensor/index.js";
import { matchTarget, requireDType, requireFloating } from "./check.js";
import { requireAboveZero } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

export interface GaussianNegativeLogLikelihoodOptions extends LossOptions {
  /** Add the constant log(2 pi) / 2, which no gradient depends on. Default false. */
  readonly full?: boolean;
  /** The least variance. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Negative log-likelihood of y under N(m, v): mean of (log v + (y - m)^2 / v) / 2, where the model
 * predicts mean and variance. With v = 1/2 everywhere it is the squared error and a constant.
 * Nix and Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", 1994.
 *
 * @param prediction m, any shape
 * @param target y, of the same shape
 * @param variance v >= 0, of the same shape, or with a last axis of 1. One that is below `epsilon`
 *   counts as epsilon and is given the gradient there, so that it can grow; one below 0 gives NaN
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an epsilon not above 0
 */
export function gaussianNegativeLogLikelihood(
  prediction: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNegativeLogLikelihoodOptions = {},
): Tensor {
  const operation = "gaussianNegativeLogLikelihood";
  requireOptions(operation, options, ["full", "epsilon", "reduction"]);
  const { full = false, epsilon = 1e-6, reduction } = options;
  requireFlag(operation, "full", full);
  requireAboveZero(operation, "epsilon", epsilon);
  const y = matchTarget(operation, prediction, target);
  requireVariance(operation, variance, prediction);
  const raised = where(variance.less(epsilon).and(variance.greaterEqual(0)), epsilon, variance);
  const v = variance.add(raised.subtract(variance).detach());
  const losses = v.log().add(prediction.subtract(y).square().divide(v)).multiply(0.5);
  const complete = full ? losses.add(Math.log(2 * Math.PI) / 2) : losses;
  return reduce(operation, complete, reduction);
}

function requireVariance(operation: string, variance: Tensor, { shape, dtype }: Tensor): void {
  requireFloating(operation, "the variance", variance);
  const shared = [...shape.slice(0, -1), 1];
  if (!sameShape(variance.shape, shape) && !sameShape(variance.shape, shared)) {
    throw new ShapeError(
      `${operation}: received predictions ${formatShape(shape)} and a variance ` +
        `${formatShape(variance.shape)}, expected ${formatShape(shape)} or, one for all elements ` +
        `of a row, ${formatShape(shared)}.`,
    );
  }
  requireDType(operation, "a variance", variance, dtype);
}

export interface PoissonNegativeLogLikelihoodOptions extends LossOptions {
  /** The prediction is log(rate), not the rate. Default true. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of log(y!), which no gradient depends on. Default false. */
  readonly full?: boolean;
  /** Keeps the logarithm of a rate of 0 finite. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Negative log-likelihood of counts y under Poisson(r), less log(y!): mean of exp(x) - y x with
 * x = log r, or of r - y log(r + epsilon) without `logInput`. With `full`, what log(y!) is about is
 * added where y > 1: y log y - y + log(2 pi y) / 2.
 *
 * @param prediction x, or r >= 0 without `logInput`, any shape
 * @param target y >= 0, of the same shape
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an epsilon not above 0
 */
export function poissonNegativeLogLikelihood(
  prediction: Tensor,
  target: Tensor,
  options: PoissonNegativeLogLikelihoodOptions = {},
): Tensor {
  const operation = "poissonNegativeLogLikelihood";
  requireOptions(operation, options, ["logInput", "full", "epsilon", "reduction"]);
  const { logInput = true, full = false, epsilon = 1e-8, reduction } = options;
  requireFlag(operation, "logInput", logInput);
  requireFlag(operation, "full", full);
  requireAboveZero(operation, "epsilon", epsilon);
  const y = matchTarget(operation, prediction, target);
  const losses = logInput
    ? prediction.exp().subtract(y.multiply(prediction))
    : prediction.subtract(y.multiply(prediction.add(epsilon).log()));
  return reduce(operation, full ? losses.add(logFactorial(y)) : losses, reduction);
}

/** Stirling's approximation of log(y!) where y > 1, else 0, as it is at 0 and 1. */
function logFactorial(y: Tensor): Tensor {
  const small = y.lessEqual(1);
  // No logarithm of 0, whose infinity would reach the gradient as NaN.
  const count = where(small, 1, y);
  const circle = 2 * Math.PI;
  const root = count.multiply(circle).log().multiply(0.5);
  return where(small, 0, count.multiply(count.log()).subtract(count).add(root));
}
