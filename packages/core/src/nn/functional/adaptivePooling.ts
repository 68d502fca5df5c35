import { arange, type Tensor, tensor, where } from "../../tensor/index.js";
import { requireElements } from "./check.js";
import { firstLargest, type Pool, poolWith } from "./pooling.js";
import { firstLargestOfTiles, meanOfTiles } from "./tiles.js";
import { type PerAxis, perAxis } from "./windows.js";

// Pooling to a given size: of n windows along an axis of length L, window i goes from
// floor(i L / n) to before ceil((i + 1) L / n). They are equal where n divides L, and may share an
// element otherwise.

interface Part {
  readonly start: number;
  readonly end: number;
}

const sizeOfPart = ({ start, end }: Part): number => end - start;

const partsOf = (length: number, count: number): Part[] =>
  Array.from({ length: count }, (_, part) => ({
    start: Math.floor((part * length) / count),
    end: Math.ceil(((part + 1) * length) / count),
  }));

/**
 * The parts of the last axis, (..., n, longest). Shorter ones repeat their last element, which is
 * then neither larger nor the first.
 */
function gatherParts(x: Tensor, parts: readonly Part[]): Tensor {
  const longest = Math.max(...parts.map(sizeOfPart));
  const table = parts.map(({ start, end }) =>
    Array.from({ length: longest }, (_, position) => Math.min(start + position, end - 1)),
  );
  return x.take(tensor(table, { dtype: "int32" }), -1);
}

/** What pools each axis into its number of places: parts one axis after the other, the last first. */
function adaptivePooling(
  caller: string,
  axes: number,
  outputSize: PerAxis,
  ofTiles: (x: Tensor, sizes: readonly number[]) => Tensor,
  ofParts: (windows: Tensor, sizes: readonly number[]) => Tensor,
): Pool {
  const counts = perAxis(caller, "outputSize", outputSize, axes);
  return (callerNow, x) => {
    requireElements(callerNow, x);
    const sizes = counts.map((count, index) => (x.shape[2 + index] as number) / count);
    if (sizes.every(Number.isInteger)) return ofTiles(x, sizes);
    return counts.reduceRight((y, count, index) => {
      const axis = 2 + index;
      const parts = partsOf(y.shape[axis] as number, count);
      const windows = gatherParts(y.transpose(axis, -1), parts);
      return ofParts(windows, parts.map(sizeOfPart)).transpose(axis, -1);
    }, x);
  };
}

/** @throws ArgumentError for sizes that are no integers of at least 1 */
export const adaptiveAvgPooling = (caller: string, axes: number, outputSize: PerAxis): Pool =>
  adaptivePooling(caller, axes, outputSize, meanOfTiles, meanOfParts);

/** Selects rather than multiplies by 0, so that an infinity stays in its own windows. */
function meanOfParts(windows: Tensor, sizes: readonly number[]): Tensor {
  const counts = tensor(sizes, { dtype: windows.dtype });
  const isOwn = arange(windows.shape.at(-1) as number).less(
    tensor(sizes, { dtype: "int32" }).unsqueeze(-1),
  );
  return where(isOwn, windows, 0).sum(-1).divide(counts);
}

/** @throws ArgumentError for sizes that are no integers of at least 1 */
export const adaptiveMaxPooling = (caller: string, axes: number, outputSize: PerAxis): Pool =>
  adaptivePooling(caller, axes, outputSize, firstLargestOfTiles, (windows) =>
    firstLargest(windows),
  );

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
