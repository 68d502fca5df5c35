import {
  formatShape,
  requireFinite,
  requireInstance,
  requireOptions,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { full, stack, Tensor } from "../tensor/index.js";
import type { Metric } from "./metric.js";

export interface UnitOptions {
  /** Size of the target's unit in the unit of the report: 200 for sums scaled by 1 / 200. Default 1. */
  readonly unit?: number;
}

/** @throws ArgumentError for a unit that is no finite number */
export function unitOf(operation: string, options: UnitOptions): number {
  requireOptions(operation, options, ["unit"]);
  const { unit = 1 } = options;
  requireFinite(operation, "unit", unit);
  return unit;
}

function difference(name: string, prediction: Tensor, target: Tensor): Tensor {
  requireInstance(name, "the prediction", prediction, Tensor);
  requireInstance(name, "the target", target, Tensor);
  if (!sameShape(prediction.shape, target.shape)) {
    throw new ShapeError(
      `${name}: received predictions ${formatShape(prediction.shape)} and targets ` +
        `${formatShape(target.shape)}, expected equal shapes; reshape the targets.`,
    );
  }
  return target.subtract(prediction);
}

/** A mean over all elements, from the sum of `summand` over each batch; or a score of that mean. */
function meanMetric(
  name: string,
  summand: (error: Tensor, target: Tensor) => Tensor,
  score: (mean: number) => number,
): Metric {
  return {
    name,
    statistics: (prediction, target) => {
      const error = difference(name, prediction, target);
      return stack([full([], error.size), summand(error, target).sum()]);
    },
    result: ([count = 0, sum = 0]) => score(sum / count),
  };
}

const squareOf = (error: Tensor): Tensor => error.square();

/** Mean of (p - y)^2 over all elements, times unit^2. */
export function meanSquaredError(options: UnitOptions = {}): Metric {
  const unit = unitOf("mse", options);
  return meanMetric("mse", squareOf, (mean) => unit ** 2 * mean);
}

/** Root of the mean of (p - y)^2 over all elements, times unit. */
export function rootMeanSquaredError(options: UnitOptions = {}): Metric {
  const unit = Math.abs(unitOf("rmse", options));
  return meanMetric("rmse", squareOf, (mean) => unit * Math.sqrt(mean));
}

/** Mean of |p - y| over all elements, times unit. */
export function meanAbsoluteError(options: UnitOptions = {}): Metric {
  const unit = Math.abs(unitOf("mae", options));
  return meanMetric(
    "mae",
    (error) => error.abs(),
    (mean) => unit * mean,
  );
}

/** The least size of a target that a relative error divides by, as in scikit-learn. */
export const leastTarget = 2 ** -52;

/**
 * Mean of |p - y| / max(|y|, 2^-52) over all elements: 0.1 for 10 %. A target of 0 makes it very
 * large; leave such targets to the mean absolute error.
 */
export const meanAbsolutePercentageError = (): Metric =>
  meanMetric(
    "mape",
    (error, target) => error.abs().divide(target.abs().maximum(leastTarget)),
    (mean) => mean,
  );

/** Below this share of the sum of squares, rounding in float32 would decide the variance. */
const leastShare = 2 ** -16;

export interface R2Options {
  /** A number near the mean of the targets; exactly what does not matter. Default 0. */
  readonly reference?: number;
}

/**
 * The share of the targets' variance that the predictions explain, over all elements:
 * R^2 = 1 - sum (y - p)^2 / sum (y - mean y)^2. 1 is perfect, 0 as good as the mean, and below 0
 * worse than that.
 *
 * The variance follows from sums of y - c and (y - c)^2, with c the reference. Sums are float32, so
 * where targets vary by less than 0.4 % of their distance from c the score is NaN rather than
 * wrong: give a reference near their mean. It is also NaN for targets that do not vary at all.
 */
export function r2(options: R2Options = {}): Metric {
  requireOptions("r2", options, ["reference"]);
  const { reference = 0 } = options;
  requireFinite("r2", "reference", reference);
  return {
    name: "r2",
    statistics: (prediction, target) => {
      const error = difference("r2", prediction, target);
      const y = target.subtract(reference);
      return stack([full([], y.size), y.sum(), y.square().sum(), error.square().sum()]);
    },
    result: ([count = 0, sum = 0, squares = 0, residual = 0]) => {
      const total = squares - sum ** 2 / count;
      return total > leastShare * squares ? 1 - residual / total : Number.NaN;
    },
  };
}
