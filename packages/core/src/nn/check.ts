import {
  type DType,
  DTypeError,
  formatShape,
  requireInstance,
  type Shape,
  ShapeError,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import type { AnyModule } from "./module.js";
import { labelOf } from "./path.js";

/** A size that has to be met, or the name of one that may be anything; "..." for any axes at all. */
export type ExpectedShape = readonly (number | string)[];

function fits(shape: Shape, expected: ExpectedShape): boolean {
  const open = expected[0] === "...";
  const sizes = open ? expected.slice(1) : expected;
  const start = shape.length - sizes.length;
  if (open ? start < 0 : start !== 0) return false;
  return sizes.every((size, axis) => typeof size === "string" || size === shape[start + axis]);
}

export interface InputRequirement {
  /** What the tensor is called. Default "the input". */
  readonly what?: string;
  /** Default: any. */
  readonly dtype?: DType;
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
  if (dtype !== undefined && input.dtype !== dtype) {
    throw new DTypeError(
      `${labelOf(layer)}: received ${input.dtype}${of}, expected ${dtype}; convert ${what} with ` +
        `.cast("${dtype}").`,
    );
  }
}
