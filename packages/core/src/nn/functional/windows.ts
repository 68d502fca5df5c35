import {
  ArgumentError,
  describeValue,
  formatShape,
  type Shape,
  ShapeError,
} from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { type Caller, requireFloating, requireTensor } from "./check.js";

// What convolution and pooling share: windows that move along the spatial axes, the last ones.

/** One number for every spatial axis, or a list of one for each. */
export type PerAxis = number | readonly number[];

/** The windows along one axis. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** How many positions are added before the first element, and after the last. */
  readonly before: number;
  readonly after: number;
}

/** `value` as one integer of at least `least` for each of `axes` axes. */
export function perAxis(
  caller: string,
  name: string,
  value: unknown,
  axes: number,
  least = 1,
): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array(axes).fill(value);
  const fits = (each: unknown): each is number => Number.isInteger(each) && Number(each) >= least;
  if (list.length === axes && list.every(fits)) return list;
  const received = Array.isArray(value) ? `[${value.join(", ")}]` : describeValue(value);
  throw new ArgumentError(
    `${caller}: received ${name} ${received}, expected an integer of at least ${least}` +
      `${axes > 1 ? `, or a list of ${axes}, one for each axis` : ""}.`,
  );
}

/** The sizes of all axes as they are written: 3 for [3, 3], [3, 5] for [3, 5]. */
export const formatPerAxis = (sizes: readonly number[]): string =>
  sizes.every((size) => size === sizes[0]) ? String(sizes[0]) : `[${sizes.join(", ")}]`;

/** The names of the axes that a layer of `axes` spatial axes expects after batch and channels. */
export const spatialNames = (axes: number): readonly string[] => (axes === 1 ? ["L"] : ["H", "W"]);

/** @throws ArgumentError, ShapeError, DTypeError for all but (N, C, L) or (N, C, H, W) of floats */
export function requireSpatial(caller: string, axes: number, x: unknown): asserts x is Tensor {
  requireTensor(caller, x);
  if (x.rank !== axes + 2) {
    throw new ShapeError(
      `${caller}: received shape ${formatShape(x.shape)}, expected (N, C, ` +
        `${spatialNames(axes).join(", ")}); add an axis of size 1 with .unsqueeze(axis).`,
    );
  }
  requireFloating(() => caller, x);
}

/** How many elements a window reaches over, from its first to its last. */
export const spanOf = ({ size, dilation }: Pick<Window, "size" | "dilation">): number =>
  dilation * (size - 1) + 1;

/** @throws ShapeError where the padded axis is too short for a single window */
export function requireFit(caller: Caller, shape: Shape, windows: readonly Window[]): void {
  windows.forEach((window, index) => {
    const axis = shape.length - windows.length + index;
    const added = window.before + window.after;
    const length = (shape[axis] as number) + added;
    const span = spanOf(window);
    if (length >= span) return;
    throw new ShapeError(
      `${caller()}: received shape ${formatShape(shape)}, where axis ${axis} has ${length}` +
        `${added > 0 ? " with its padding" : ""}, expected at least ${span}, which is what the ` +
        `window spans; use a smaller kernel${window.dilation > 1 ? " or dilation" : ""}, or more ` +
        "padding.",
    );
  });
}

/** Zeros around the spatial axes. */
export function padSpatial(x: Tensor, windows: readonly Window[]): Tensor {
  const others = new Array<number>(x.rank - windows.length).fill(0);
  const before = [...others, ...windows.map((window) => window.before)];
  const after = [...others, ...windows.map((window) => window.after)];
  return [...before, ...after].every((count) => count === 0) ? x : x.pad(before, after);
}

/** The windows along an axis, the elements of each on a last axis. */
export const unfoldAlong = (x: Tensor, axis: number, window: Window): Tensor =>
  x.unfold(axis, window.size, { step: window.stride, dilation: window.dilation });
