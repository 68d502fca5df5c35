import { type Tensor, tensor } from "../../tensor/index.js";
import { requireElements } from "./check.js";
import { firstLargest, type Pool, poolWith } from "./pooling.js";
import { type PerAxis, perAxis } from "./windows.js";

// Pooling to a given size: of n windows along an axis of length L, window i goes from
// floor(i L / n) to before ceil((i + 1) L / n). They are equal where n divides L, and may share an
// element otherwise.

interface Part {
  readonly start: number;
  readonly end: number;
}

const partsOf = (length: number, count: number): Part[] =>
  Array.from({ length: count }, (_, part) => ({
    start: Math.floor((part * length) / count),
    end: Math.ceil(((part + 1) * length) / count),
  }));

/** What pools each axis into its number of places, the last axis first. */
function adaptivePooling(
  caller: string,
  axes: number,
  outputSize: PerAxis,
  ofEqualParts: (windows: Tensor) => Tensor,
  ofParts: (x: Tensor, axis: number, parts: readonly Part[]) => Tensor,
): Pool {
  const counts = perAxis(caller, "outputSize", outputSize, axes);
  return (callerNow, x) => {
    requireElements(callerNow, x);
    return counts.reduceRight((y, count, index) => {
      const axis = 2 + index;
      const length = y.shape[axis] as number;
      if (length % count !== 0) return ofParts(y, axis, partsOf(length, count));
      const size = length / count;
      return ofEqualParts(y.unfold(axis, size, { step: size }));
    }, x);
  };
}

/** @throws ArgumentError for sizes that are no integers of at least 1 */
export const adaptiveAvgPooling = (caller: string, axes: number, outputSize: PerAxis): Pool =>
  adaptivePooling(caller, axes, outputSize, (windows) => windows.mean(-1), averageOfParts);

/** A product with the matrix that averages. */
function averageOfParts(x: Tensor, axis: number, parts: readonly Part[]): Tensor {
  const length = x.shape[axis] as number;
  const weights = Array.from({ length }, (_, position) =>
    parts.map(({ start, end }) => (position >= start && position < end ? 1 / (end - start) : 0)),
  );
  const matrix = tensor(weights, { dtype: x.dtype });
  return x.transpose(axis, -1).matmul(matrix).transpose(axis, -1);
}

/** @throws ArgumentError for sizes that are no integers of at least 1 */
export const adaptiveMaxPooling = (caller: string, axes: number, outputSize: PerAxis): Pool =>
  adaptivePooling(caller, axes, outputSize, firstLargest, largestOfParts);

/** Shorter parts repeat their last element, which is then neither larger nor the first. */
function largestOfParts(x: Tensor, axis: number, parts: readonly Part[]): Tensor {
  const longest = Math.max(...parts.map(({ start, end }) => end - start));
  const table = parts.map(({ start, end }) =>
    Array.from({ length: longest }, (_, position) => Math.min(start + position, end - 1)),
  );
  const windows = x.take(tensor(table, { dtype: "int32" }), axis);
  const others = windows.shape.map((_, each) => each).filter((each) => each !== axis + 1);
  return firstLargest(windows.permute([...others, axis + 1]));
}

/**
 * The mean of each of `outputSize` windows that cover the axis, from floor(i L / n) to before
 * ceil((i + 1) L / n): (N, C, L) to (N, C, n). For n = 1 this is global average pooling (Lin, Chen
 * and Yan, "Network in Network", ICLR 2014).
 *
 * @throws ArgumentError, ShapeError, DTypeError for sizes or shapes that do not fit
 */
export const adaptiveAvgPool1d = (x: Tensor, outputSize: PerAxis): Tensor =>
  poolWith("adaptiveAvgPool1d", 1, x, adaptiveAvgPooling("adaptiveAvgPool1d", 1, outputSize));

/**
 * `adaptiveAvgPool1d` along two axes: (N, C, H, W) to (N, C, nH, nW).
 *
 * @throws ArgumentError, ShapeError, DTypeError for sizes or shapes that do not fit
 */
export const adaptiveAvgPool2d = (x: Tensor, outputSize: PerAxis): Tensor =>
  poolWith("adaptiveAvgPool2d", 2, x, adaptiveAvgPooling("adaptiveAvgPool2d", 2, outputSize));

/**
 * The largest of each of the windows of `adaptiveAvgPool1d`: (N, C, L) to (N, C, n).
 *
 * @throws ArgumentError, ShapeError, DTypeError for sizes or shapes that do not fit
 */
export const adaptiveMaxPool1d = (x: Tensor, outputSize: PerAxis): Tensor =>
  poolWith("adaptiveMaxPool1d", 1, x, adaptiveMaxPooling("adaptiveMaxPool1d", 1, outputSize));

/**
 * `adaptiveMaxPool1d` along two axes: (N, C, H, W) to (N, C, nH, nW).
 *
 * @throws ArgumentError, ShapeError, DTypeError for sizes or shapes that do not fit
 */
export const adaptiveMaxPool2d = (x: Tensor, outputSize: PerAxis): Tensor =>
  poolWith("adaptiveMaxPool2d", 2, x, adaptiveMaxPooling("adaptiveMaxPool2d", 2, outputSize));
