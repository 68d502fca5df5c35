import {
  formatShape,
  requireFinite,
  requireInstance,
  requireOptions,
  type Shape,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { concatenate, full, stack, Tensor, tensor } from "../tensor/index.js";
import { requireFloatingScores } from "./labels.js";
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

function difference(operation: string, prediction: Tensor, target: Tensor): Tensor {
  requireInstance(operation, "the prediction", prediction, Tensor);
  requireInstance(operation, "the target", target, Tensor);
  if (!sameShape(prediction.shape, target.shape)) {
    throw new ShapeError(
      `${operation}: received predictions ${formatShape(prediction.shape)} and targets ` +
        `${formatShape(target.shape)}, expected equal shapes; reshape the targets.`,
    );
  }
  requireFloatingScores(operation, "predictions", prediction);
  requireFloatingScores(operation, "targets", target);
  return target.subtract(prediction);
}

/** A mean over all elements, from the sum of `summand` over each batch; or a score of that mean. */
function meanMetric(
  operation: string,
  name: string,
  summand: (error: Tensor, target: Tensor) => Tensor,
  score: (mean: number) => number,
): Metric {
  return {
    name,
    statistics: (prediction, target) => {
      const error = difference(operation, prediction, target);
      return stack([full([], error.size), summand(error, target).sum()]);
    },
    result: ([count = 0, sum = 0]) => score(sum / count),
  };
}

const squareOf = (error: Tensor): Tensor => error.square();

/** Mean of (p - y)^2 over all elements, times unit^2. */
export function meanSquaredError(options: UnitOptions = {}): Metric {
  const unit = unitOf("meanSquaredError", options);
  return meanMetric("meanSquaredError", "mse", squareOf, (mean) => unit ** 2 * mean);
}

/** Root of the mean of (p - y)^2 over all elements, times unit. */
export function rootMeanSquaredError(options: UnitOptions = {}): Metric {
  const unit = Math.abs(unitOf("rootMeanSquaredError", options));
  return meanMetric("rootMeanSquaredError", "rmse", squareOf, (mean) => unit * Math.sqrt(mean));
}

/** Mean of |p - y| over all elements, times unit. */
export function meanAbsoluteError(options: UnitOptions = {}): Metric {
  const unit = Math.abs(unitOf("meanAbsoluteError", options));
  return meanMetric(
    "meanAbsoluteError",
    "mae",
    (error) => error.abs(),
    (mean) => unit * mean,
  );
}

/** The least size of a target that a relative error divides by, as in scikit-learn. */
export const leastTarget = 2 ** -52;

/** How targets were scaled: target = encoded * deviation + mean. `encoder.targetScale` is one. */
export interface TargetScale {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly deviation?: number;
}

export interface ScaleOptions {
  /** That of the targets, which a share of their size needs. Default: they are as they were measured. */
  readonly scale?: TargetScale;
}

/** @throws ArgumentError for a scale that is no finite numbers */
export function scaleOf(operation: string, options: ScaleOptions): Required<TargetScale> {
  requireOptions(operation, options, ["scale"]);
  const { scale = {} } = options;
  requireOptions(operation, scale, ["mean", "deviation"], "the scale");
  const { mean = 0, deviation = 1 } = scale;
  requireFinite(operation, "scale.mean", mean);
  requireFinite(operation, "scale.deviation", deviation);
  return { mean, deviation };
}

/**
 * Mean of |p - y| / max(|y|, 2^-52) over all elements: 0.1 for 10 %. A target of 0 makes it very
 * large; leave such targets to the mean absolute error. Of scaled targets it says nothing, as their
 * size is another: give their scale.
 */
export function meanAbsolutePercentageError(options: ScaleOptions = {}): Metric {
  const operation = "meanAbsolutePercentageError";
  const { mean, deviation } = scaleOf(operation, options);
  return meanMetric(
    operation,
    "mape",
    (error, target) => {
      const size = target.mul(deviation).add(mean).abs();
      return error.abs().mul(Math.abs(deviation)).divide(size.maximum(leastTarget));
    },
    (average) => average,
  );
}

/** How many numbers each sample has, of (N, ...). */
export const widthOf = ([, ...rest]: Shape): number => rest.reduce((size, each) => size * each, 1);

/** Below this share of the sum of squares, rounding in float32 would decide the variance. */
const leastShare = 2 ** -16;

export interface R2Options {
  /**
   * A number near the mean of the targets, or of samples of several numbers one near the mean of
   * each; exactly what does not matter. Default 0.
   */
  readonly reference?: number | readonly number[];
}

/**
 * The share of the targets' variance that the predictions explain:
 * R^2 = 1 - sum (y - p)^2 / sum (y - mean y)^2. 1 is perfect, 0 as good as the mean, and below 0
 * worse than that. Of samples of several numbers, (N, ...), it is the mean of the R^2 of each number,
 * as in scikit-learn, so that what differs between them explains nothing.
 *
 * The variance follows from sums of y - c and (y - c)^2, with c the reference. Sums are float32, so
 * where targets vary by less than 0.4 % of their distance from c the score is NaN rather than
 * wrong: give a reference near their mean. It is also NaN for targets that do not vary at all.
 *
 * @throws ArgumentError for a reference that is no finite number, or no list of them; ShapeError for
 *   a list of another length than that of a sample
 */
export function r2(options: R2Options = {}): Metric {
  requireOptions("r2", options, ["reference"]);
  const { reference = 0 } = options;
  for (const each of [reference].flat()) requireFinite("r2", "reference", each);
  return {
    name: "r2",
    statistics: (prediction, target) => {
      const error = difference("r2", prediction, target);
      const { shape } = error;
      const rows = [shape[0] ?? 1, widthOf(shape)];
      const y = target.reshape(rows).subtract(referenceFor(rows, reference));
      return concatenate([
        full([1], rows[0] as number),
        ...[y.sum(0), y.square().sum(0), error.reshape(rows).square().sum(0)],
      ]);
    },
    result: ([count = 0, ...sums]) => {
      const width = sums.length / 3;
      const each = Array.from({ length: width }, (_, column) => {
        const at = (part: number): number => sums[part * width + column] as number;
        const total = at(1) - at(0) ** 2 / count;
        return total > leastShare * at(1) ? 1 - at(2) / total : Number.NaN;
      });
      return each.reduce((sum, score) => sum + score, 0) / width;
    },
  };
}

/** What is subtracted from rows of targets. */
function referenceFor(rows: Shape, reference: number | readonly number[]): number | Tensor {
  if (typeof reference === "number") return reference;
  if (reference.length === rows[1]) return tensor([...reference]);
  throw new ShapeError(
    `r2: received ${reference.length} numbers as reference for samples of ${rows[1]}, expected one ` +
      "number, or one for each number of a sample.",
  );
}
