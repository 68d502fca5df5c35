import {
  ArgumentError,
  formatShape,
  requireFlag,
  requireOptions,
  type Shape,
  ShapeError,
} from "../../array/index.js";
import { arange, customOperation, ones, type Tensor, tensor, where } from "../../tensor/index.js";
import { type Caller, requireElements } from "./check.js";
import { firstLargestOfTiles, isTile, meanOfTiles } from "./tiles.js";
import {
  type PerAxis,
  padSpatial,
  perAxis,
  requireFit,
  requireSpatial,
  spanOf,
  unfoldAlong,
  type Window,
} from "./windows.js";

// Largest elements and means of windows that overlap are taken along one spatial axis after the
// other: fewer operations than all at once, and the same result. Largest start with the last axis:
// the first of equals is then the first in the order of rows. Windows side by side are tiles.

interface PoolOptions {
  /** From one window to the next. Default: kernelSize. */
  readonly stride?: PerAxis;
  /** Positions added on both sides of each axis, at most half of kernelSize. Default 0. */
  readonly padding?: PerAxis;
  /** Where elements would be left over, a last window reaches over the end. Default false. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** From one element of a window to the next. Default 1. */
  readonly dilation?: PerAxis;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Count the padding as elements of 0; otherwise only what lies inside counts. Default true. */
  readonly countIncludePad?: boolean;
}

/** What pools an input (N, C, ...), once options were found to be in order. */
export type Pool = (caller: Caller, x: Tensor) => Tensor;

const optionNames = ["stride", "padding", "ceilMode"];

const sizesOf = (windows: readonly Window[]): number[] => windows.map(({ size }) => size);

const isPadded = ({ before, after }: Window): boolean => before > 0 || after > 0;

/** The windows for an input; throws a ShapeError where one does not fit, or has no element of it. */
type Placed = (caller: Caller, x: Tensor) => readonly Window[];

/** @throws ArgumentError for a value out of its range */
function resolveWindows(
  caller: string,
  axes: number,
  kernelSize: PerAxis,
  { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false }: MaxPoolOptions,
): Placed {
  requireFlag(caller, "ceilMode", ceilMode);
  const sizes = perAxis(caller, "kernelSize", kernelSize, axes);
  const strides = perAxis(caller, "stride", stride, axes);
  const paddings = perAxis(caller, "padding", padding, axes, 0);
  const dilations = perAxis(caller, "dilation", dilation, axes);
  const windows = sizes.map((size, axis): Window => {
    const side = paddings[axis] as number;
    if (side > size / 2) {
      throw new ArgumentError(
        `${caller}: received padding ${side} for kernelSize ${size}, expected at most half of ` +
          "it; use less padding or a larger kernel.",
      );
    }
    const [step, apart] = [strides[axis] as number, dilations[axis] as number];
    return { size, stride: step, dilation: apart, before: side, after: side };
  });
  return (callerNow, x) => {
    requireElements(callerNow, x);
    const placed = ceilMode
      ? windows.map((window, index) => reachOver(window, x.shape[2 + index] as number))
      : windows;
    requireFit(callerNow, x.shape, placed);
    for (const [index, window] of placed.entries()) {
      requireInside(callerNow, x.shape, 2 + index, window);
    }
    return placed;
  };
}

/** @throws ShapeError where all elements of a window lie in the padding: dilation can do that */
function requireInside(caller: Caller, shape: Shape, axis: number, window: Window): void {
  const { size, stride, dilation, before, after } = window;
  const length = shape[axis] as number;
  for (let start = -before; start + spanOf(window) <= length + after; start += stride) {
    const skipped = Math.max(0, Math.ceil(-start / dilation));
    if (skipped < size && start + skipped * dilation < length) continue;
    throw new ShapeError(
      `${caller()}: received shape ${formatShape(shape)}, where a window along axis ${axis} (size ` +
        `${size}, dilation ${dilation}, padding ${before}) lies wholly in the padding, expected ` +
        "an element of the input in each; use less padding or dilation.",
    );
  }
}

/** With room at the end for one more window than fits, if there it starts before the padding. */
function reachOver(window: Window, length: number): Window {
  const { stride, before, after } = window;
  const span = spanOf(window);
  const over = Math.ceil((length + before + after - span) / stride) * stride;
  const last = over < length + before ? over : over - stride;
  return { ...window, after: Math.max(after, last + span - before - length) };
}

/**
 * The largest along the last axis; NaN if any is. Its gradient goes to the first of equals, unlike
 * that of `max`: after a ReLU many elements of a window are 0.
 */
export const firstLargest = customOperation({
  name: "max of windows",
  forward: (windows: Tensor) => windows.max(-1),
  backward: (gradient, { inputs: [windows] }) => {
    const positions = arange(windows.shape.at(-1) as number);
    const isFirst = windows.argmax(-1).unsqueeze(-1).equal(positions);
    return [where(isFirst, gradient.unsqueeze(-1), 0)];
  },
});

/** -Infinity around the spatial axes, which is never the largest. */
function padBelow(x: Tensor, windows: readonly Window[]): Tensor {
  const padded = padSpatial(x, windows);
  if (padded === x) return x;
  const inside = padSpatial(ones(x.shape.slice(-windows.length), "bool"), windows);
  return where(inside, padded, -Infinity);
}

/** @throws ArgumentError for an option that is unknown or out of its range */
export function maxPooling(
  caller: string,
  axes: number,
  kernelSize: PerAxis,
  options: MaxPoolOptions,
): Pool {
  requireOptions(caller, options, [...optionNames, "dilation"]);
  const place = resolveWindows(caller, axes, kernelSize, options);
  return (callerNow, x) => {
    const windows = place(callerNow, x);
    const padded = padBelow(x, windows);
    if (windows.every(isTile)) return firstLargestOfTiles(padded, sizesOf(windows));
    return windows.reduceRight(
      (y, window, index) => firstLargest(unfoldAlong(y, 2 + index, window)),
      padded,
    );
  };
}

/** How many elements each window of an axis counts: those from -padding to length + padding. */
function countsOf(window: Window, places: number, length: number, padding: number): number[] {
  return Array.from({ length: places }, (_, place) => {
    const start = place * window.stride - window.before;
    const end = Math.min(start + window.size, length + padding);
    return end - Math.max(start, -padding);
  });
}

/** @throws ArgumentError for an option that is unknown or out of its range */
export function avgPooling(
  caller: string,
  axes: number,
  kernelSize: PerAxis,
  options: AvgPoolOptions,
): Pool {
  requireOptions(caller, options, [...optionNames, "countIncludePad"]);
  const { countIncludePad = true, ...rest } = options;
  requireFlag(caller, "countIncludePad", countIncludePad);
  const place = resolveWindows(caller, axes, kernelSize, rest);
  return (callerNow, x) => {
    const windows = place(callerNow, x);
    if (windows.every((window) => isTile(window) && !isPadded(window))) {
      return meanOfTiles(x, sizesOf(windows));
    }
    return windows.reduce(
      (y, window, index) => {
        const axis = 2 + index;
        const sum = unfoldAlong(y, axis, window).sum(-1);
        const places = sum.shape[axis] as number;
        const padding = countIncludePad ? window.before : 0;
        const counts = countsOf(window, places, x.shape[axis] as number, padding);
        if (counts.every((count) => count === counts[0])) return sum.divide(counts[0] as number);
        const shape = [places, ...new Array<number>(sum.rank - axis - 1).fill(1)];
        return sum.divide(tensor(counts, { shape, dtype: x.dtype }));
      },
      padSpatial(x, windows),
    );
  };
}

/** @throws ArgumentError, ShapeError, DTypeError when `x` is not (N, C, L) or (N, C, H, W) */
export function poolWith(caller: string, axes: number, x: Tensor, pool: Pool): Tensor {
  requireSpatial(caller, axes, x);
  return pool(() => caller, x);
}

/**
 * The largest of each window: y[n, c, i] = max over j of x[n, c, i stride + j dilation - padding],
 * (N, C, L) to (N, C, L') with L' = floor((L + 2 padding - dilation (k - 1) - 1) / stride) + 1, or
 * ceil in ceil mode, where a window has to start before the padding at the end. Padding is never
 * the largest, NaN always is, and the gradient goes to the first of equals.
 *
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const maxPool1d = (x: Tensor, kernelSize: PerAxis, options: MaxPoolOptions = {}): Tensor =>
  poolWith("maxPool1d", 1, x, maxPooling("maxPool1d", 1, kernelSize, options));

/**
 * `maxPool1d` along two axes: (N, C, H, W) to (N, C, H', W').
 *
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const maxPool2d = (x: Tensor, kernelSize: PerAxis, options: MaxPoolOptions = {}): Tensor =>
  poolWith("maxPool2d", 2, x, maxPooling("maxPool2d", 2, kernelSize, options));

/**
 * The mean of each window: y[n, c, i] = sum over j of x[n, c, i stride + j - padding] / count,
 * (N, C, L) to (N, C, L') with the L' of `maxPool1d`. Padding is 0 and counts, unless
 * `countIncludePad` is false; what a window of ceil mode reaches over beyond it does not.
 *
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const avgPool1d = (x: Tensor, kernelSize: PerAxis, options: AvgPoolOptions = {}): Tensor =>
  poolWith("avgPool1d", 1, x, avgPooling("avgPool1d", 1, kernelSize, options));

/**
 * `avgPool1d` along two axes: (N, C, H, W) to (N, C, H', W').
 *
 * @throws ArgumentError, ShapeError, DTypeError for options or shapes that do not fit
 */
export const avgPool2d = (x: Tensor, kernelSize: PerAxis, options: AvgPoolOptions = {}): Tensor =>
  poolWith("avgPool2d", 2, x, avgPooling("avgPool2d", 2, kernelSize, options));
