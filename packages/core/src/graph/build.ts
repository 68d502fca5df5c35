import { type DType, type Shape, sameShape } from "../array/index.js";
import { makeNode, type Node } from "./node.js";
import type { BinaryPrimitive, UnaryPrimitive, Windows } from "./primitives.js";

// Short constructors over primitives for those who write graphs: gradient rules and tensors.
// They are as strict as the primitives, and leave out what would change nothing.

export const constant = (value: number, shape: Shape, dtype: DType): Node =>
  makeNode("constant", [], { value, shape, dtype });

/** A constant of the shape and dtype of `like`. */
export const constantLike = (value: number, like: Node): Node =>
  constant(value, like.shape, like.dtype);

export const unary = (primitive: UnaryPrimitive, x: Node): Node => makeNode(primitive, [x], {});

export const binary = (primitive: BinaryPrimitive, a: Node, b: Node): Node =>
  makeNode(primitive, [a, b], {});

export const add = (a: Node, b: Node): Node => binary("add", a, b);
export const subtract = (a: Node, b: Node): Node => binary("subtract", a, b);
export const multiply = (a: Node, b: Node): Node => binary("multiply", a, b);
export const divide = (a: Node, b: Node): Node => binary("divide", a, b);
/** `x * factor`. */
export const scale = (x: Node, factor: number): Node => multiply(x, constantLike(factor, x));
export const select = (condition: Node, a: Node, b: Node): Node =>
  makeNode("select", [condition, a, b], {});

export const cast = (x: Node, dtype: DType): Node =>
  x.dtype === dtype ? x : makeNode("cast", [x], { dtype });

export const reshape = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : makeNode("reshape", [x], { shape });

export const permute = (x: Node, order: readonly number[]): Node =>
  order.every((axis, position) => axis === position) ? x : makeNode("permute", [x], { order });

/** Swaps the last two axes. */
export function transpose(x: Node): Node {
  const rank = x.shape.length;
  const order = Array.from({ length: rank }, (_, axis) => axis);
  return permute(x, [...order.slice(0, rank - 2), rank - 1, rank - 2]);
}

/** Windows along an axis, added up where they came from; disjoint ones only move. */
export function fold(x: Node, { axis, step, dilation }: Windows, length: number): Node {
  const size = x.shape.at(-1) as number;
  const count = x.shape[axis] as number;
  if (dilation === 1 && step === size && count * size === length) {
    const axes = x.shape.slice(0, -1).map((_, each) => each);
    const beside = permute(x, [...axes.slice(0, axis + 1), axes.length, ...axes.slice(axis + 1)]);
    return reshape(beside, [...x.shape.slice(0, axis), length, ...x.shape.slice(axis + 1, -1)]);
  }
  return makeNode("fold", [x], { axis, step, dilation, length });
}

/** Stretches to `shape` by NumPy's rule: axes are added on the left, sizes of 1 repeat. */
export function broadcastTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  if (x.is("constant")) return constant(x.attributes.value, shape, x.dtype);
  const added = shape.length - x.shape.length;
  const aligned = reshape(x, [...new Array<number>(added).fill(1), ...x.shape]);
  return sameShape(aligned.shape, shape) ? aligned : makeNode("expand", [aligned], { shape });
}

/** The reverse of `broadcastTo`: sums what was repeated. */
export function sumTo(x: Node, shape: Shape): Node {
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

/** Sum over sorted axes, which vanish. */
export const sum = (x: Node, axes: readonly number[]): Node =>
  axes.length === 0 ? x : makeNode("sum", [x], { axes });

/** A reduction's result stretched back over the axes that vanished. */
export function restoreAxes(x: Node, axes: readonly number[], shape: Shape): Node {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return broadcastTo(reshape(x, kept), shape);
}

export const matmul = (a: Node, b: Node): Node => makeNode("matmul", [a, b], {});

export const zerosLike = (x: Node): Node => constantLike(0, x);
