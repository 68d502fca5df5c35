import {
  ArgumentError,
  broadcastShapes,
  type DType,
  DTypeError,
  describeValue,
} from "../array/index.js";
import { binary, broadcastTo, constantLike, select } from "../graph/build.js";
import type { BinaryPrimitive, Node } from "../graph/index.js";

/** Applies a binary primitive to operands that are stretched to their common shape first. */
export function broadcastBinary(primitive: BinaryPrimitive, a: Node, b: Node): Node {
  const shape = broadcastShapes(primitive, a.shape, b.shape);
  return binary(primitive, broadcastTo(a, shape), broadcastTo(b, shape));
}

/** select(condition, a, b) with all three stretched to their common shape. */
export function broadcastSelect(condition: Node, a: Node, b: Node): Node {
  const values = broadcastShapes("where", a.shape, b.shape);
  const shape = broadcastShapes("where", condition.shape, values);
  return select(broadcastTo(condition, shape), broadcastTo(a, shape), broadcastTo(b, shape));
}

const ranges: { readonly [D in DType]: readonly [number, number] | null } = {
  float32: null,
  float64: null,
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  bool: [0, 1],
};

/** `value` if it is a number, and one of those that `dtype` has. */
export function checkNumber(operation: string, value: unknown, dtype: DType): number {
  if (typeof value !== "number") {
    throw new ArgumentError(`${operation}: received ${describeValue(value)}, expected a number.`);
  }
  const range = ranges[dtype];
  if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
    throw new DTypeError(
      `${operation}: received the number ${value} for a tensor of dtype ${dtype}, expected an ` +
        `integer from ${range[0]} to ${range[1]}; use float32 instead, or .cast("float32").`,
    );
  }
  return value;
}

/** A number beside a tensor takes the tensor's dtype, and has to be one of its values. */
export const numberLike = (operation: string, value: unknown, like: Node): Node =>
  constantLike(checkNumber(operation, value, like.dtype), like);
