import {
  ArgumentError,
  formatShape,
  requireCount,
  requireOptions,
  ShapeError,
  sizeOf,
} from "../../array/index.js";
import { type Slice, slice, type Tensor } from "../../tensor/index.js";
import { type Caller, requireElements } from "./check.js";
import { addBias, requireChannels, requireOperands, type WithBias } from "./convolution.js";
import type { ResolvedGeometry } from "./correlate.js";
import { type PerAxis, perAxis, spanOf, type Window } from "./windows.js";

// The product with the transposed matrix of a convolution: the map that its gradient is.

export interface ConvTransposeGeometry {
  /** From the place of one input to the next. Default 1. */
  readonly stride?: PerAxis;
  /** What is cut off both sides of each axis, where a convolution would pad. Default 0. */
  readonly padding?: PerAxis;
  /**
   * Makes each axis longer at its end, because `stride` leaves open which of several lengths a
   * convolution started from; below `stride` or `dilation`. Default 0.
   */
  readonly outputPadding?: PerAxis;
  /** From one element under the kernel to the next. Default 1. */
  readonly dilation?: PerAxis;
  /** Splits input and output channels into parts that do not see each other. Default 1. */
  readonly groups?: number;
}

export const transposedNames = ["stride", "padding", "outputPadding", "dilation", "groups"];

/**
 * The windows of the output in which the inputs land; what stands before and after is cut off, and
 * a negative `after` adds.
 *
 * @throws ArgumentError for a value out of its range
 */
export function resolveTransposed(
  caller: string,
  axes: number,
  kernelSize: PerAxis,
  { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 }: ConvTransposeGeometry,
): ResolvedGeometry {
  requireCount(caller, "groups", groups);
  const sizes = perAxis(caller, "kernelSize", kernelSize, axes);
  const strides = perAxis(caller, "stride", stride, axes);
  const dilations = perAxis(caller, "dilation", dilation, axes);
  const paddings = perAxis(caller, "padding", padding, axes, 0);
  const added = perAxis(caller, "outputPadding", outputPadding, axes, 0);
  const windows = sizes.map((size, axis): Window => {
    const [step, apart] = [strides[axis] as number, dilations[axis] as number];
    const [before, more] = [paddings[axis] as number, added[axis] as number];
    if (more >= Math.max(step, apart)) {
      throw new ArgumentError(
        `${caller}: received outputPadding ${more}, stride ${step} and dilation ${apart}, ` +
          "expected an outputPadding below one of the others.",
      );
    }
    return { size, stride: step, dilation: apart, before, after: before - more };
  });
  return { windows, groups };
}

/** x (N, C, ...) and weight (C, O / groups, ...kernel) to (N, O, ...), checked but for sizes. */
export function convolveTransposed(
  caller: Caller,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { windows, groups }: ResolvedGeometry,
): Tensor {
  requireElements(caller, x);
  const [samples, channels, ...lengths] = x.shape as [number, number, ...number[]];
  const [, groupOutputs, ...kernel] = weight.shape as [number, number, ...number[]];
  const columns = weight
    .reshape([groups, channels / groups, groupOutputs * sizeOf(kernel)])
    .transpose()
    .matmul(x.transpose(0, 1).reshape([groups, channels / groups, samples * sizeOf(lengths)]));
  // (O, ...kernel, N, ...places) to (N, O, ...places, ...kernel)
  const axes = windows.length;
  const inKernel = windows.map((_, index) => 1 + index);
  const places = inKernel.map((axis) => axis + axes + 1);
  let y = columns
    .reshape([groups * groupOutputs, ...kernel, samples, ...lengths])
    .permute([1 + axes, 0, ...places, ...inKernel]);
  for (const [index, window] of [...windows.entries()].reverse()) {
    y = foldCropped(caller, x, y, 2 + index, window);
  }
  return addBias(y, bias);
}

/** Folds the last axis into `axis` and cuts its ends off. */
function foldCropped(caller: Caller, x: Tensor, y: Tensor, axis: number, window: Window): Tensor {
  const { stride, dilation, before, after } = window;
  const whole = ((x.shape[axis] as number) - 1) * stride + spanOf(window);
  const end = whole - after;
  if (end <= before) {
    throw new ShapeError(
      `${caller()}: received shape ${formatShape(x.shape)}, whose axis ${axis} becomes ${whole} ` +
        `long, expected more than the ${before + after} that the padding cuts off.`,
    );
  }
  const folded = y.fold(axis, Math.max(whole, end), { step: stride, dilation });
  const others = new Array<Slice>(axis).fill(slice());
  return folded.at(...others, slice(before, end));
}

function convTranspose(
  caller: string,
  axes: number,
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvTransposeGeometry>,
): Tensor {
  requireOptions(caller, options, [...transposedNames, "bias"]);
  requireOperands(caller, axes, input, weight);
  const { bias = null, ...rest } = options;
  const geometry = resolveTransposed(caller, axes, weight.shape.slice(2), rest);
  const [inChannels, groupOutputs] = weight.shape as [number, number];
  const { groups } = geometry;
  requireChannels(caller, input, bias, groups, { inChannels, outChannels: groupOutputs * groups });
  return convolveTransposed(() => caller, input, weight, bias, geometry);
}

/**
 * The transpose of `conv1d` with the same weight and options, as a linear map: (N, C, L) to
 * (N, O, L') with L' = (L - 1) stride - 2 padding + dilation (k - 1) + 1 + outputPadding. Input i
 * adds w[c, o, j] x[n, c, i] to output i stride + j dilation - padding.
 *
 * @param weight (C, O / groups, k)
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const convTranspose1d = (
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvTransposeGeometry> = {},
): Tensor => convTranspose("convTranspose1d", 1, input, weight, options);

/**
 * `convTranspose1d` along two axes: (N, C, H, W) to (N, O, H', W').
 *
 * @param weight (C, O / groups, kH, kW)
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const convTranspose2d = (
  input: Tensor,
  weight: Tensor,
  options: WithBias<ConvTransposeGeometry> = {},
): Tensor => convTranspose("convTranspose2d", 2, input, weight, options);
