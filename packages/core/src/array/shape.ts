import { describeValue } from "./argument.js";
import { ShapeError } from "./errors.js";

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return a.length === b.length;
}

export const formatShape = (shape: Shape): string =>
  shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/**
 * The shape both operands stretch to, by NumPy's rule: axes are aligned from the right, and each
 * pair must be equal or hold a 1.
 */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let fromRight = 1; fromRight <= rank; fromRight++) {
    const left = a[a.length - fromRight] ?? 1;
    const right = b[b.length - fromRight] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(
        `${operation}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: ` +
          `axis -${fromRight} has ${left} against ${right}; sizes must be equal or 1.`,
      );
    }
    result[rank - fromRight] = left === 1 ? right : left;
  }
  return result;
}

/** A negative axis counts from the end. */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  const normalized = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normalized < 0 || normalized >= rank) {
    throw new ShapeError(
      `${operation}: received axis ${axis}, expected an integer from ${-rank} to ${rank - 1} ` +
        `for a tensor of rank ${rank}.`,
    );
  }
  return normalized;
}

/** Sorted, distinct axes; `undefined` means all of them. */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (Array.isArray(axes) ? axes : [axes]).map((axis) =>
    normalizeAxis(operation, axis, rank),
  );
  if (new Set(list).size !== list.length) {
    throw new ShapeError(`${operation}: received axes [${list}], expected each axis once.`);
  }
  return list.sort((a, b) => a - b);
}

function requireSizes(operation: string, shape: unknown): void {
  if (Array.isArray(shape)) return;
  throw new ShapeError(
    `${operation}: received ${describeValue(shape)} as the shape, expected a list of sizes such as ` +
      "[2, 3].",
  );
}

/** Programs count elements in 32 bits. */
const mostElements = 2 ** 31 - 1;

/** `shape` as sizes that an array may have: integers of at least 0, not too many elements. */
export function checkShape(operation: string, shape: Shape): Shape {
  requireSizes(operation, shape);
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) {
      throw new ShapeError(
        `${operation}: received shape ${formatShape(shape)}, expected integers of at least 0.`,
      );
    }
  }
  if (sizeOf(shape) > mostElements) {
    throw new ShapeError(
      `${operation}: received shape ${formatShape(shape)} of ${sizeOf(shape)} elements, expected ` +
        `at most ${mostElements}; split it into smaller tensors.`,
    );
  }
  return shape;
}

/** Replaces the one `-1` of a requested shape by the size that makes the count fit. */
export function inferShape(operation: string, requested: Shape, from: Shape): Shape {
  requireSizes(operation, requested);
  const size = sizeOf(from);
  const known = requested.reduce((product, each) => (each === -1 ? product : product * each), 1);
  const unknowns = requested.filter((each) => each === -1).length;
  const inferred = known === 0 ? 0 : size / known;
  const shape = requested.map((each) => (each === -1 ? inferred : each));
  if (unknowns > 1 || !shape.every((each) => Number.isInteger(each)) || sizeOf(shape) !== size) {
    throw new ShapeError(
      `${operation}: cannot turn shape ${formatShape(from)} (${size} elements) into ` +
        `${formatShape(requested)}; the product of the sizes must stay ${size}` +
        `${unknowns > 1 ? ", and only one size may be -1" : ""}.`,
    );
  }
  return checkShape(operation, shape);
}
