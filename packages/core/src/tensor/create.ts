import {
  ArgumentError,
  checkDType,
  checkShape,
  type DType,
  DTypeError,
  describeValue,
  dtypeOf,
  formatShape,
  isTypedArray,
  makeArray,
  requireFlag,
  requireOptions,
  type Shape,
  ShapeError,
  Storage,
  sizeOf,
  type TypedArray,
} from "../array/index.js";
import { constant } from "../graph/build.js";
import { makeNode } from "../graph/index.js";
import { ownLeaf } from "./backward.js";
import { leafOf } from "./capture.js";
import { checkNumber } from "./elementwise.js";
import { Tensor } from "./tensor.js";

/** Numbers or booleans, nested as deep as the tensor has axes. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

export interface TensorOptions {
  /** Default: the shape of the nesting; for a typed array its length. */
  readonly shape?: Shape;
  /** Default: float32 for numbers, bool for booleans, its own for a typed array. */
  readonly dtype?: DType;
  /** Track operations, so that `backward` stores a gradient on this tensor. Default false. */
  readonly requiresGrad?: boolean;
}

function shapeOfNesting(data: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: NestedNumbers | undefined = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
  }
  return shape;
}

function flattenNesting(data: NestedNumbers, shape: Shape, axis: number, into: number[]): void {
  const nested = Array.isArray(data);
  if (nested !== axis < shape.length || (nested && data.length !== shape[axis])) {
    throw new ShapeError(
      `tensor: received a ragged array: ${nested ? `a list of ${data.length}` : String(data)} at ` +
        `depth ${axis}, where the first elements have shape ${formatShape(shape)}; expected equal ` +
        "lengths at each depth.",
    );
  }
  if (nested) for (const each of data) flattenNesting(each, shape, axis + 1, into);
  else if (typeof data === "number" || typeof data === "boolean") into.push(Number(data));
  else {
    throw new ArgumentError(
      `tensor: received ${describeValue(data)}, expected numbers, booleans, lists of them, or a ` +
        "Float32Array, Float64Array, Int32Array or Uint8Array.",
    );
  }
}

function firstElement(data: NestedNumbers): number | boolean | undefined {
  let level: NestedNumbers | undefined = data;
  while (Array.isArray(level)) level = level[0];
  return level as number | boolean | undefined;
}

/**
 * A tensor of an array that nobody else has and that is given to one state: its first update writes
 * there instead of to a copy.
 */
export function newTensor(data: TypedArray, shape: Shape): Tensor {
  const storage = Storage.of(dtypeOf(data), data);
  const leaf = leafOf(storage, shape);
  storage.held = false;
  return new Tensor(leaf);
}

/**
 * A tensor of given elements: nested lists (copied), or a typed array, which is taken as it is and
 * must not be written afterwards. A typed array of another dtype is converted as JavaScript does.
 *
 * @throws DTypeError for numbers in lists that an integer dtype does not have
 */
export function tensor(data: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  requireOptions("tensor", options, ["shape", "dtype", "requiresGrad"]);
  if (options.dtype !== undefined) checkDType("tensor", options.dtype);
  let elements: TypedArray;
  let dtype: DType;
  let shape: Shape;
  if (isTypedArray(data)) {
    dtype = options.dtype ?? dtypeOf(data);
    elements = matches(data, dtype) ? data : convert(data, dtype);
    shape = options.shape ?? [data.length];
  } else {
    const nesting = shapeOfNesting(data);
    const flat: number[] = [];
    flattenNesting(data, nesting, 0, flat);
    dtype = options.dtype ?? (typeof firstElement(data) === "boolean" ? "bool" : "float32");
    if (dtype !== "bool") for (const each of flat) checkNumber("tensor", each, dtype);
    elements = convert(flat, dtype);
    shape = options.shape ?? nesting;
  }
  checkShape("tensor", shape);
  if (sizeOf(shape) !== elements.length) {
    throw new ShapeError(
      `tensor: received ${elements.length} elements for shape ${formatShape(shape)}, expected ` +
        `${sizeOf(shape)}.`,
    );
  }
  const { requiresGrad = false } = options;
  requireFlag("tensor", "requiresGrad", requiresGrad);
  if (requiresGrad && dtype !== "float32" && dtype !== "float64") {
    throw new DTypeError(`tensor: requiresGrad needs a floating dtype, received ${dtype}.`);
  }
  const node = leafOf(Storage.of(dtype, elements), shape, requiresGrad);
  const made = new Tensor(node);
  if (requiresGrad) ownLeaf(node, made);
  return made;
}

const matches = (data: TypedArray, dtype: DType): boolean =>
  dtype === "bool"
    ? data instanceof Uint8Array && data.every((each) => each <= 1)
    : dtypeOf(data) === dtype;

/** Anything but 0 is true; other conversions are those of typed arrays. */
const convert = (data: ArrayLike<number>, dtype: DType): TypedArray =>
  makeArray(dtype, dtype === "bool" ? Array.from(data, (each) => Number(each !== 0)) : data);

/** Every element `value`. */
export const full = (shape: Shape, value: number, dtype: DType = "float32"): Tensor =>
  new Tensor(constant(checkNumber("full", value, dtype), checkShape("full", shape), dtype));

export const zeros = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 0, dtype);

export const ones = (shape: Shape, dtype: DType = "float32"): Tensor => full(shape, 1, dtype);

/** 0, 1, ..., length - 1 as int32. */
export const arange = (length: number): Tensor =>
  new Tensor(makeNode("iota", [], { length: checkShape("arange", [length])[0] as number }));

/** The identity matrix (size, size). */
export const eye = (size: number): Tensor => {
  const positions = arange(size);
  return positions.unsqueeze(1).equal(positions).cast("float32");
};
