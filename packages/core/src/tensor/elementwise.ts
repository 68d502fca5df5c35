import { broadcastShapes, type DType, DTypeError } from "../array/index.js";
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

/** A number beside a tensor takes the tensor's dtype, and has to be one of its values. */
export function numberLike(operation: string, value: number, like: Node): Node {
  const range = ranges[like.dtype];
  if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
    throw new DTypeError(
      `${operation}: received the number ${value} beside a tensor of dtype ${like.dtype}, ` +
        `expected an integer from ${range[0]} to ${range[1]}; convert the tensor with ` +
        `.cast("float32").`,
    );
  }
  return constantLike(value, like);
}
