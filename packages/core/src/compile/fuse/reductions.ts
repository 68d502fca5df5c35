import { contiguousView, isFloating, type Shape, sizeOf } from "../../array/index.js";
import { isElementwise, type Node, type Primitive } from "../../graph/index.js";
import { resolve } from "../lower/resolve.js";

// What decides how a reduction runs: in which order, and with which others it shares a pass.

export type Reduction = Node<"sum"> | Node<"reduceMax"> | Node<"argmax">;

const reductions: ReadonlySet<Primitive> = new Set(["sum", "reduceMax", "argmax"]);
export const isReduction = (node: Node): node is Reduction => reductions.has(node.primitive);

export const keptAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));

/** So many elements or fewer are reduced element-wise, as a window of pooling is. */
const fewElements = 9;

/** Whether so few elements are reduced that a loop reads them one by one. */
export function isUnrolled(node: Reduction): boolean {
  const { shape } = node.inputs[0] as Node;
  const count = sizeOf(node.attributes.axes.map((axis) => shape[axis] as number));
  return count > 0 && count <= fewElements && sizeOf(node.shape) >= 64;
}

/**
 * Whether elements that stand next to each other in memory go to different results. What is computed
 * on the fly counts as if it were stored, so that fusing does not change the order of additions.
 */
export function overColumns(node: Reduction): boolean {
  const x = node.inputs[0] as Node;
  if (node.is("argmax")) return false;
  const { strides } = isElementwise(x.primitive) ? contiguousView(x.shape) : resolve(x).view;
  const { axes } = node.attributes;
  const isLong = (axis: number): boolean => x.shape[axis] !== 1;
  const reduced = axes.filter(isLong).at(-1);
  const kept = keptAxes(x.shape, axes).filter(isLong).at(-1);
  if (kept === undefined || reduced === undefined) return false;
  return strides[kept] === 1 && strides[reduced] !== 1;
}

/** Equal for reductions of one stage that one pass over memory can compute together. */
export function passOf(node: Reduction, stage: number): unknown {
  const x = node.inputs[0] as Node;
  const joins = node.is("sum") && isFloating(x.dtype) && sizeOf(x.shape) > 0 && !isUnrolled(node);
  return joins ? `${stage}/${x.shape}/${node.attributes.axes}/${overColumns(node)}` : node;
}
