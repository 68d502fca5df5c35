import type { Size, StoredNode } from "@versant/core";
import type { OnnxRule } from "../scope.js";
import { type AnySize, constantOf, plus, productOf, sameSize } from "../sizes.js";
import type { GraphWriter } from "../writer.js";
import { placeAlong, windowPositions } from "./positions.js";

type Arrangement =
  | "reshape"
  | "permute"
  | "expand"
  | "slice"
  | "unfold"
  | "fold"
  | "pad"
  | "concatenate";

/**
 * `x` with another shape. In the list that Reshape takes, 0 keeps the size of the axis at the same
 * place and -1 stands for the rest, so that a single size that depends on the run need not be computed.
 */
export function reshaped(
  writer: GraphWriter,
  x: string,
  from: readonly AnySize[],
  to: readonly AnySize[],
): string {
  const hints = to.map((size, axis) => {
    if (constantOf(size) !== null) return size;
    const before = from[axis];
    return before !== undefined && sameSize(before, size) ? 0 : size;
  });
  const open = hints.filter((size) => constantOf(size) === null);
  const isEmpty = to.some((size) => constantOf(size) === 0);
  if (open.length > 1 || isEmpty) {
    return writer.add("Reshape", [x, writer.sizes(to)], { allowzero: 1 });
  }
  const list = hints.map((size) => constantOf(size) ?? -1);
  return writer.add("Reshape", [x, writer.integers(list)]);
}

/** Axes in another order; the same name where it is the same. */
export const permuted = (writer: GraphWriter, x: string, order: readonly number[]): string =>
  order.every((axis, place) => axis === place) ? x : writer.add("Transpose", [x], { perm: order });

const everything = (rank: number): number[] => Array.from({ length: rank }, (_, axis) => axis);

/** The axes that a slice cuts: where each begins, and what comes behind its last element. */
function cutsOf(node: StoredNode<"slice">, from: readonly Size[]) {
  const { start, step } = node.attributes;
  return node.shape.flatMap((count, axis) => {
    const [first, stride] = [start[axis] as Size, step[axis] as number];
    if (stride === 1 && constantOf(first) === 0 && sameSize(count, from[axis] as Size)) return [];
    if (constantOf(count) === 0) return [{ axis, start: 0 as AnySize, end: 0 as AnySize, step: 1 }];
    const last = plus(first, plus(count, -1), stride);
    // Counted from the end of the axis, what lies before its first element has a number as well.
    const end = stride > 0 ? plus(last, 1) : plus(plus(last, -1), from[axis] as Size, -1);
    return [{ axis, start: first as AnySize, end: end as AnySize, step: stride }];
  });
}

export const arrangement: { readonly [P in Arrangement]: OnnxRule<P> } = {
  reshape: (node, scope) => {
    const [x] = scope.namesOf(node) as [string];
    return reshaped(scope.writer, x, scope.inputOf(node).shape, node.shape);
  },

  permute: (node, scope) =>
    permuted(scope.writer, scope.namesOf(node)[0] as string, node.attributes.order),

  expand: (node, scope) => {
    const { shape } = scope.inputOf(node);
    // A size of 1 leaves an axis as it is.
    const target = node.shape.map((size, axis) => (sameSize(size, shape[axis] as Size) ? 1 : size));
    return scope.writer.add("Expand", [...scope.namesOf(node), scope.writer.sizes(target)]);
  },

  slice: (node, scope) => {
    const { writer } = scope;
    const [x] = scope.namesOf(node) as [string];
    const cuts = cutsOf(node, scope.inputOf(node).shape);
    if (cuts.length === 0) return x;
    const starts = writer.sizes(cuts.map(({ start }) => start));
    const ends = writer.sizes(cuts.map(({ end }) => end));
    const axes = writer.integers(cuts.map(({ axis }) => axis));
    const steps = writer.integers(cuts.map(({ step }) => step));
    return writer.add("Slice", [x, starts, ends, axes, steps]);
  },

  unfold: (node, scope) => {
    const { writer } = scope;
    const { axis } = node.attributes;
    const [x] = scope.namesOf(node) as [string];
    const positions = windowPositions(writer, {
      ...node.attributes,
      count: node.shape[axis] as Size,
    });
    const windows = writer.add("Gather", [x, positions], { axis });
    // (..., count, size, ...) to (..., count, ..., size)
    const axes = everything(node.shape.length);
    return permuted(writer, windows, [...axes.filter((each) => each !== axis + 1), axis + 1]);
  },

  fold: (node, scope) => {
    const { writer } = scope;
    const { axis } = node.attributes;
    const { shape } = scope.inputOf(node);
    const [x] = scope.namesOf(node) as [string];
    const [count, last] = [shape[axis] as Size, shape.length - 1];
    const size = shape[last] as number;
    const axes = everything(last);
    const order = [...axes.slice(0, axis + 1), last, ...axes.slice(axis + 1)];
    const inOrder = order.map((each) => shape[each] as Size);
    const flat = [
      ...shape.slice(0, axis),
      productOf([count, size]),
      ...shape.slice(axis + 1, last),
    ];
    const positions = windowPositions(writer, { ...node.attributes, size, count });
    const places = writer.add("Reshape", [positions, writer.integers([-1])]);
    const updates = reshaped(writer, permuted(writer, x, order), inOrder, flat);
    return placeAlong(writer, node, { axis, places, updates, shape: flat });
  },

  pad: (node, scope) => {
    const { before, after } = node.attributes;
    const counts = scope.writer.sizes([...before, ...after]);
    return scope.writer.add("Pad", [...scope.namesOf(node), counts]);
  },

  concatenate: (node, scope) =>
    scope.writer.add("Concat", scope.namesOf(node), { axis: node.attributes.axis }),
};
