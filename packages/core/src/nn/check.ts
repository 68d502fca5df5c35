import {
  type DType,
  DTypeError,
  formatShape,
  isFloating,
  normalizeAxis,
  requireInstance,
  requireOptions,
  type Shape,
  ShapeError,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import type { AnyModule } from "./module.js";
import { labelOf } from "./path.js";

/** A size that has to be met, or the name of one that may be anything; "..." for any axes at all. */
export type ExpectedShape = readonly (number | string)[];

function fits(shape: Shape, expected: ExpectedShape): boolean {
  const gap = expected.indexOf("...");
  const before = gap < 0 ? expected : expected.slice(0, gap);
  const after = gap < 0 ? [] : expected.slice(gap + 1);
  const known = before.length + after.length;
  if (gap < 0 ? shape.length !== known : shape.length < known) return false;
  const agree = (sizes: ExpectedShape, start: number): boolean =>
    sizes.every((size, axis) => typeof size === "string" || size === shape[start + axis]);
  return agree(before, 0) && agree(after, shape.length - after.length);
}

export interface InputRequirement {
  /** What the tensor is called. Default "the input". */
  readonly what?: string;
  /** "floating": float32 or float64. Default: any. */
  readonly dtype?: DType | "floating";
  /** The likely mend of a shape that does not fit, a sentence without capital and full stop. */
  readonly mend?: (shape: Shape) => string | undefined;
}

/**
 * Refuses what a layer cannot take, naming the layer and its path:
 * `Conv2d(3, 16, 3) "encoder.0": received shape (8, 1, 28, 28), expected (N, 3, H, W).`
 *
 * @throws ArgumentError when `input` is not a tensor, ShapeError when its shape is not `expected`,
 *   DTypeError when its dtype is not the one required
 */
export function requireInput(
  layer: AnyModule,
  input: unknown,
  expected: ExpectedShape,
  { what = "the input", dtype, mend }: InputRequirement = {},
): asserts input is Tensor {
  if (!(input instanceof Tensor)) requireInstance(labelOf(layer), what, input, Tensor);
  const of = what === "the input" ? "" : ` for ${what}`;
  if (!fits(input.shape, expected)) {
    const wanted = `(${expected.join(", ")}${expected.length === 1 ? "," : ""})`;
    const help = mend?.(input.shape);
    throw new ShapeError(
      `${labelOf(layer)}: received shape ${formatShape(input.shape)}${of}, expected ${wanted}` +
        `${help ? `; ${help}` : ""}.`,
    );
  }
  const floating = dtype === "floating";
  if (dtype !== undefined && !(floating ? isFloating(input.dtype) : input.dtype === dtype)) {
    throw new DTypeError(
      `${labelOf(layer)}: received ${input.dtype}${of}, expected ` +
        `${floating ? "a floating dtype" : dtype}; convert ${what} with ` +
        `.cast("${floating ? "float32" : dtype}").`,
    );
  }
}

/**
 * Refuses what are no indices, as `requireInput` does; whether they are in range is seen when they
 * are used.
 *
 * @throws ArgumentError, ShapeError, and DTypeError when they are neither int32 nor uint8
 */
export function requireIndices(
  layer: AnyModule,
  indices: unknown,
  expected: ExpectedShape,
  requirement: Omit<InputRequirement, "dtype"> = {},
): asserts indices is Tensor {
  requireInput(layer, indices, expected, requirement);
  if (indices.dtype === "int32" || indices.dtype === "uint8") return;
  const { what = "the input" } = requirement;
  throw new DTypeError(
    `${labelOf(layer)}: received ${indices.dtype} for ${what}, expected int32 or uint8; convert ` +
      `${what} with .cast("int32").`,
  );
}

/**
 * The input of a layer that takes any shape, for `checkFloating(this, input).tanh()`.
 *
 * @throws ArgumentError, DTypeError when it is not a floating tensor
 */
export function checkFloating(layer: AnyModule, input: unknown): Tensor {
  requireInput(layer, input, ["..."], { dtype: "floating" });
  return input;
}

/**
 * Refuses an axis without elements, which has no largest one and no mean.
 *
 * @throws ShapeError
 */
export function requireElements(
  layer: AnyModule,
  { shape }: Tensor,
  axis: number,
  what = "the input",
): void {
  if (shape.at(axis) !== 0) return;
  const of = what === "the input" ? "" : ` for ${what}`;
  throw new ShapeError(
    `${labelOf(layer)}: received shape ${formatShape(shape)}${of}, expected at least one element ` +
      `along axis ${axis < 0 ? axis + shape.length : axis}.`,
  );
}

/**
 * Refuses what is no tensor but was returned by a part of `layer`.
 *
 * @throws ArgumentError
 */
export function requireOutput(
  layer: AnyModule,
  what: string,
  output: unknown,
): asserts output is Tensor {
  if (!(output instanceof Tensor)) requireInstance(labelOf(layer), what, output, Tensor);
}

/**
 * `requireOptions` for what `forward` is given.
 *
 * @throws ArgumentError
 */
export const requireForwardOptions = (
  layer: AnyModule,
  options: unknown,
  known: readonly string[],
  what?: string,
): void => requireOptions(() => labelOf(layer), options, known, what);

/** @throws ShapeError when `input` does not have the axis; a negative one counts from the end */
export function checkAxis(layer: AnyModule, axis: number, { rank }: Tensor): number {
  // A label is looked for among all modules, so only where there is something to tell.
  return axis >= -rank && axis < rank ? axis : normalizeAxis(labelOf(layer), axis, rank);
}
