import {
  ArgumentError,
  describeValue,
  formatShape,
  requireCount,
  requireOptions,
  type Shape,
  ShapeError,
} from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { requireBeside, requireFloats } from "./check.js";
import { standardize } from "./standardize.js";

export interface AffineOptions {
  /** Multiplies what was normalised. Default: nothing does. */
  readonly weight?: Tensor | null;
  /** Added in the end. Default: nothing is. */
  readonly bias?: Tensor | null;
  /** Keeps the division from blowing up. Default 1e-5. */
  readonly epsilon?: number;
}

const affineNames = ["weight", "bias", "epsilon"];

/** `epsilon` if it can be added to a variance. */
export function checkEpsilon(operation: string, epsilon: number): number {
  if (Number.isFinite(epsilon) && epsilon >= 0) return epsilon;
  throw new ArgumentError(
    `${operation}: received epsilon ${describeValue(epsilon)}, expected a finite number of at least 0.`,
  );
}

/**
 * The sizes of the last axes, from one size or a list of them.
 *
 * @throws ArgumentError for a size that is not an integer of at least 1, and for none
 */
export function sizesOf(operation: string, shape: number | Shape): Shape {
  const sizes = Array.isArray(shape) ? shape : [shape];
  requireCount(operation, "axes", sizes.length);
  for (const size of sizes) requireCount(operation, "size", size);
  return sizes;
}

/** @throws ArgumentError, ShapeError, DTypeError when weight or bias are not of `shape` */
function requireAffine(
  operation: string,
  x: Tensor,
  shape: Shape,
  { weight = null, bias = null }: AffineOptions,
): void {
  for (const [name, given] of Object.entries({ weight, bias })) {
    if (given !== null) requireBeside(operation, name, given, shape, x);
  }
}

/**
 * The number of channels of x (N, C, ...).
 *
 * @throws ArgumentError, DTypeError, ShapeError when x has none
 */
function channelsOf(operation: string, x: Tensor): number {
  requireFloats(operation, x);
  const [, channels] = x.shape;
  if (channels !== undefined) return channels;
  throw new ShapeError(
    `${operation}: received shape ${formatShape(x.shape)}, expected (N, C, ...): samples, channels ` +
      "and positions.",
  );
}

/** x w + b, with those of both that are there. */
function transform(x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const scaled = weight ? x.multiply(weight) : x;
  return bias ? scaled.add(bias) : scaled;
}

/** The last axes, if their sizes are those of `shape`. */
function lastAxes(operation: string, x: Tensor, shape: Shape): number[] {
  const start = x.rank - shape.length;
  if (shape.every((size, axis) => size === x.shape[start + axis])) {
    return shape.map((_, axis) => start + axis);
  }
  throw new ShapeError(
    `${operation}: received shape ${formatShape(x.shape)}, expected (..., ${shape.join(", ")}), ` +
      "which ends in the axes to normalise over.",
  );
}

/**
 * (x - mean) / sqrt(variance + epsilon) w + b, with mean and variance over the last axes, those of
 * `shape`, of each sample and position alone.
 * Ba, Kiros and Hinton, "Layer Normalization", 2016, equations 3 and 4.
 *
 * @param shape sizes of the axes to normalise over, or the size of the last axis alone
 * @param options weight and bias have the shape `shape`
 * @throws ArgumentError, ShapeError, DTypeError when x does not end in `shape`, or options do not fit
 */
export function layerNorm(x: Tensor, shape: number | Shape, options: AffineOptions = {}): Tensor {
  requireFloats("layerNorm", x);
  requireOptions("layerNorm", options, affineNames);
  const { weight = null, bias = null, epsilon = 1e-5 } = options;
  const sizes = sizesOf("layerNorm", shape);
  const axes = lastAxes("layerNorm", x, sizes);
  requireAffine("layerNorm", x, sizes, options);
  return transform(standardize(x, axes, checkEpsilon("layerNorm", epsilon)), weight, bias);
}

/**
 * x / sqrt(mean(x^2) + epsilon) w over the last axes: layer normalisation without the centring.
 * Zhang and Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019, equation 4.
 *
 * @param shape sizes of the axes to normalise over, or the size of the last axis alone
 * @param options weight has the shape `shape`; epsilon is 1e-6 by default
 * @throws ArgumentError, ShapeError, DTypeError when x does not end in `shape`, or options do not fit
 */
export function rmsNorm(
  x: Tensor,
  shape: number | Shape,
  options: Omit<AffineOptions, "bias"> = {},
): Tensor {
  requireFloats("rmsNorm", x);
  requireOptions("rmsNorm", options, ["weight", "epsilon"]);
  const { weight = null, epsilon = 1e-6 } = options;
  const sizes = sizesOf("rmsNorm", shape);
  const axes = lastAxes("rmsNorm", x, sizes);
  requireAffine("rmsNorm", x, sizes, options);
  const square = x.square().mean(axes, { keepDims: true });
  const root = square.add(checkEpsilon("rmsNorm", epsilon)).sqrt();
  return transform(x.multiply(root.reciprocal()), weight, null);
}

/**
 * (x - mean) / sqrt(variance + epsilon) w + b, with mean and variance over the positions of a group
 * of successive channels, for each sample alone: (N, C, ...) to the same. One group is layer
 * normalisation over channels and positions, C groups are instance normalisation.
 * Wu and He, "Group Normalization", ECCV 2018, equation 7.
 *
 * @param options weight and bias are (C,)
 * @throws ArgumentError for groups that do not divide C; ShapeError, DTypeError for an x without
 *   channels, and for options that do not fit
 */
export function groupNorm(x: Tensor, groups: number, options: AffineOptions = {}): Tensor {
  const channels = channelsOf("groupNorm", x);
  requireOptions("groupNorm", options, affineNames);
  const { weight = null, bias = null, epsilon = 1e-5 } = options;
  checkGroups("groupNorm", groups, channels);
  requireAffine("groupNorm", x, [channels], options);
  const [samples, , ...positions] = x.shape as [number, ...number[]];
  // As (N, groups, channels of a group, ...), weight and bias as well.
  const each = channels / groups;
  const grouped = x.reshape([samples, groups, each, ...positions]);
  const along = grouped.shape.map((_, axis) => axis).slice(2);
  const alike = (values: Tensor | null): Tensor | null =>
    values?.reshape([groups, each, ...positions.map(() => 1)]) ?? null;
  const standard = standardize(grouped, along, checkEpsilon("groupNorm", epsilon));
  return transform(standard, alike(weight), alike(bias)).reshape(x.shape);
}

/** @throws ArgumentError for groups that do not divide the channels */
export function checkGroups(operation: string, groups: number, channels: number): void {
  requireCount(operation, "groups", groups);
  if (channels % groups === 0) return;
  throw new ArgumentError(
    `${operation}: received groups ${groups}, expected a divisor of the ${channels} channels.`,
  );
}

/** Mean and variance of each channel, (C,). */
export interface ChannelStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Mean and variance, divided by the count, over all axes of x (N, C, ...) but the channels.
 *
 * @throws ArgumentError, ShapeError, DTypeError for what is no such x
 */
export function channelStatistics(x: Tensor): ChannelStatistics {
  channelsOf("channelStatistics", x);
  const axes = exceptChannels(x);
  return { mean: x.mean(axes), variance: x.variance(axes) };
}

/**
 * (x - mean) / sqrt(variance + epsilon) w + b, with the given statistics of each channel, such as
 * running ones, or with null those of x itself over all axes but the channels. (N, C, ...) to the same.
 * Ioffe and Szegedy, "Batch Normalization", ICML 2015, algorithm 1.
 *
 * @param options weight and bias are (C,)
 * @throws ArgumentError, ShapeError, DTypeError when statistics, weight or bias are not those of x's
 *   channels
 */
export function batchNorm(
  x: Tensor,
  statistics: ChannelStatistics | null,
  options: AffineOptions = {},
): Tensor {
  const channels = channelsOf("batchNorm", x);
  if (statistics !== null) {
    requireOptions("batchNorm", statistics, ["mean", "variance"], "the statistics");
  }
  requireOptions("batchNorm", options, affineNames);
  const { weight = null, bias = null, epsilon = 1e-5 } = options;
  if (statistics !== null) {
    requireBeside("batchNorm", "mean", statistics.mean, [channels], x);
    requireBeside("batchNorm", "variance", statistics.variance, [channels], x);
  }
  requireAffine("batchNorm", x, [channels], options);
  checkEpsilon("batchNorm", epsilon);
  const [w, b] = [perChannel(weight, x), perChannel(bias, x)];
  if (statistics === null) return transform(standardize(x, exceptChannels(x), epsilon, w), null, b);
  const { mean, variance } = statistics;
  const scale = variance.add(epsilon).sqrt().reciprocal();
  return transform(x.subtract(perChannel(mean, x)).multiply(perChannel(scale, x)), w, b);
}

const exceptChannels = (x: Tensor): number[] =>
  x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);

/** (C,) as (1, C, 1, ...), which broadcasts to x (N, C, ...). */
function perChannel(values: Tensor, x: Tensor): Tensor;
function perChannel(values: Tensor | null, x: Tensor): Tensor | null;
function perChannel(values: Tensor | null, x: Tensor): Tensor | null {
  if (values === null) return null;
  return values.reshape(x.shape.map((size, axis) => (axis === 1 ? size : 1)));
}
