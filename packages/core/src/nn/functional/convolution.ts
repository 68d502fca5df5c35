import {
  ArgumentError,
  DTypeError,
  describeValue,
  formatShape,
  requireCount,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { Tensor } from "../../tensor/index.js";
import type { Caller } from "./check.js";
import { correlate, type ResolvedGeometry } from "./correlate.js";
import {
  formatPerAxis,
  type PerAxis,
  perAxis,
  requireFit,
  requireSpatial,
  spanOf,
  type Window,
} from "./windows.js";

export interface ConvGeometry {
  /** From one place of the kernel to the next. Default 1. */
  readonly stride?: PerAxis;
  /**
   * Zeros on both sides of each axis. "valid": none. "same": as many as keep the sizes, the odd one
   * at the end; for stride 1 only. Default 0.
   */
  readonly padding?: PerAxis | "same" | "valid";
  /** From one element under the kernel to the next. Default 1. */
  readonly dilation?: PerAxis;
  /** Splits input and output channels into parts that do not see each other. Default 1. */
  readonly groups?: number;
}

/** The options of a layer, and the bias that a function takes besides. */
export type WithBias<Options> = Options & {
  /** (O,), added to each output channel. Default: none. */
  readonly bias?: Tensor | null;
};

export const geometryNames = ["stride", "padding", "dilation", "groups"];

/** @throws ArgumentError for a value out of its range */
export function resolveGeometry(
  caller: string,
  axes: number,
  kernelSize: PerAxis,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: ConvGeometry,
): ResolvedGeometry {
  requireCount(caller, "groups", groups);
  const sizes = perAxis(caller, "kernelSize", kernelSize, axes);
  const strides = perAxis(caller, "stride", stride, axes);
  const dilations = perAxis(caller, "dilation", dilation, axes);
  if (padding === "same" && strides.some((each) => each > 1)) {
    throw new ArgumentError(
      `${caller}: received padding "same" and stride ${formatPerAxis(strides)}, expected stride ` +
        "1; give the padding as a number.",
    );
  }
  if (typeof padding === "string" && padding !== "same" && padding !== "valid") {
    throw new ArgumentError(
      `${caller}: received padding ${describeValue(padding)}, expected "same", "valid" or a ` +
        "number.",
    );
  }
  const given = perAxis(caller, "padding", typeof padding === "string" ? 0 : padding, axes, 0);
  const windows = sizes.map((size, axis): Window => {
    const window = { size, stride: strides[axis] as number, dilation: dilations[axis] as number };
    const added = padding === "same" ? spanOf(window) - 1 : 2 * (given[axis] as number);
    const before = Math.floor(added / 2);
    return { ...window, before, after: added - before };
  });
  return { windows, groups };
}

/** @throws ArgumentError, ShapeError, DTypeError when they are no operands for `axes` axes */
export function requireOperands(caller: string, axes: number, input: Tensor, weight: Tensor): void {
  requireSpatial(caller, axes, input);
  requireInstance(caller, "the weight", weight, Tensor);
  if (weight.rank !== axes + 2) {
    throw new ShapeError(
      `${caller}: received a weight of shape ${formatShape(weight.shape)}, expected ${axes + 2} ` +
        "axes: two of channels, then those of the kernel.",
    );
  }
  if (weight.dtype !== input.dtype) {
    throw new DTypeError(
      `${caller}: received an input of ${input.dtype} and a weight of ${weight.dtype}, expected ` +
        "one dtype; convert one of them with .cast(dtype).",
    );
  }
}

export interface Channels {
  readonly inChannels: number;
  readonly outChannels: number;
}

/** @throws ShapeError, DTypeError when input, weight and bias do not have the channels of one convolution */
export function requireChannels(
  caller: string,
  input: Tensor,
  bias: Tensor | null,
  groups: number,
  { inChannels, outChannels }: Channels,
): void {
  requireDivisor(caller, groups, { inChannels, outChannels });
  if (input.shape[1] !== inChannels) {
    throw new ShapeError(
      `${caller}: received an input of shape ${formatShape(input.shape)}, expected ${inChannels} ` +
        `channels on axis 1, as the weight has them for ${groups} group${groups > 1 ? "s" : ""}.`,
    );
  }
  if (bias === null) return;
  requireInstance(caller, "the bias", bias, Tensor);
  if (bias.rank !== 1 || bias.size !== outChannels) {
    throw new ShapeError(
      `${caller}: received a bias of shape ${formatShape(bias.shape)}, expected ` +
        `(${outChannels},), one for each output channel.`,
    );
  }
  if (bias.dtype === input.dtype) return;
  throw new DTypeError(
    `${caller}: received ${bias.dtype} for the bias, expected ${input.dtype}, as the input has; ` +
      `convert it with .cast("${input.dtype}").`,
  );
}

/** @throws ArgumentError when channels cannot be split into `groups` equal parts */
export function requireDivisor(caller: string, groups: number, channels: Channels): void {
  for (const [name, count] of Object.entries(channels)) {
    if (count % groups === 0) continue;
    throw new ArgumentError(
      `${caller}: received groups ${groups}, expected a divisor of ${name} ${count}.`,
    );
  }
}

/** y with one number added to each channel of (N, O, ...). */
export function addBias(y: Tensor, bias: Tensor | null): Tensor {
  if (!bias) return y;
  return y.add(bias.reshape([bias.size, ...new Array<number>(y.rank - 2).fill(1)]));
}

/** `correlate`, and the bias, of operands that are checked but for their sizes. */
export function convolve(
  caller: Caller,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  geometry: ResolvedGeometry,
): Tensor {
  requireFit(caller, x.shape, geometry.windows);
  return addBias(correlate(x, weight, geometry), bias);
}

function convolution(
  caller: string,
  axes: number,
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvGeometry>,
): Tensor {
  requireOptions(caller, options, [...geometryNames, "bias"]);
  requireOperands(caller, axes, input, weight);
  const { bias = null, ...rest } = options;
  const geometry = resolveGeometry(caller, axes, weight.shape.slice(2), rest);
  const [outChannels, groupChannels] = weight.shape as [number, number];
  const { groups } = geometry;
  requireChannels(caller, input, bias, groups, { inChannels: groupChannels * groups, outChannels });
  return convolve(() => caller, input, weight, bias, geometry);
}

/**
 * y[n, o, i] = sum over c, j of w[o, c, j] x[n, c, i stride + j dilation - padding], where c goes
 * through the channels of o's group: (N, C, L) to (N, O, L'), with
 * L' = floor((L + 2 padding - dilation (k - 1) - 1) / stride) + 1. As in PyTorch, the kernel is not
 * flipped: this is cross-correlation.
 *
 * @param weight (O, C / groups, k)
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const conv1d = (
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvGeometry> = {},
): Tensor => convolution("conv1d", 1, input, weight, options);

/**
 * `conv1d` along two axes: (N, C, H, W) to (N, O, H', W').
 *
 * @param weight (O, C / groups, kH, kW)
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const conv2d = (
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvGeometry> = {},
): Tensor => convolution("conv2d", 2, input, weight, options);
