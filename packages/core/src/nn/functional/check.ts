import {
  DTypeError,
  formatShape,
  isFloating,
  requireInstance,
  type Shape,
  ShapeError,
  sameShape,
} from "../../array/index.js";
import { Tensor } from "../../tensor/index.js";

/** What an error calls the caller; a function, because a layer has to look for its path. */
export type Caller = () => string;

/** @throws ArgumentError when `x` is no tensor */
export function requireTensor(caller: string, x: unknown): asserts x is Tensor {
  requireInstance(caller, "the input", x, Tensor);
}

/** @throws ArgumentError, DTypeError when `x` is not a floating tensor */
export function requireFloats(caller: string, x: unknown): asserts x is Tensor {
  requireTensor(caller, x);
  requireFloating(() => caller, x);
}

/** @throws DTypeError for integers and bools */
export function requireFloating(caller: Caller, { dtype }: Tensor): void {
  if (isFloating(dtype)) return;
  throw new DTypeError(
    `${caller()}: received ${dtype}, expected a floating dtype; convert the input with ` +
      '.cast("float32").',
  );
}

/** @throws ShapeError where a spatial axis, from the third on, has no elements */
export function requireElements(caller: Caller, { shape }: Tensor): void {
  const axis = shape.indexOf(0, 2);
  if (axis < 0) return;
  throw new ShapeError(
    `${caller()}: received shape ${formatShape(shape)}, expected at least one element along axis ` +
      `${axis}.`,
  );
}

/**
 * What stands beside an input: weights, biases, statistics.
 *
 * @throws ArgumentError, ShapeError, DTypeError for what is not a tensor of this shape and dtype
 */
export function requireBeside(
  caller: string,
  what: string,
  given: unknown,
  shape: Shape,
  { dtype }: Tensor,
): void {
  requireInstance(caller, `the ${what}`, given, Tensor);
  if (!sameShape(given.shape, shape)) {
    throw new ShapeError(
      `${caller}: received shape ${formatShape(given.shape)} for the ${what}, expected ` +
        `${formatShape(shape)}.`,
    );
  }
  if (given.dtype === dtype) return;
  throw new DTypeError(
    `${caller}: received ${given.dtype} for the ${what}, expected ${dtype}, as the input has; ` +
      `convert it with .cast("${dtype}").`,
  );
}

/** Whether a tensor of `shape` broadcasts to `target` and leaves that as it is. */
export const stretchesTo = (shape: Shape, target: Shape): boolean =>
  shape.length <= target.length &&
  shape.every((size, axis) => size === 1 || size === target[axis + target.length - shape.length]);
