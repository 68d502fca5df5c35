import { matmul, permute, reshape, transpose } from "../graph/build.js";
import { type Node, type SubGraph, topologicalOrder } from "../graph/index.js";
import { pullBack } from "./gradients.js";
import { substitute } from "./substitute.js";

/** Products of a loop's body whose right operands are the same in every iteration. */
export interface LoopProducts {
  readonly products: readonly Node<"matmul">[];
  /** The constants, by index among the inputs, that enter the body through these and no other way. */
  readonly constants: readonly number[];
}

/**
 * Finds the products a B of a loop's body in which B depends on constants of the loop alone, as in
 * h W^T of a recurrent layer.
 *
 * @param firstConstant index of the first constant among the body's inputs
 * @param wanted the constants to look for, by index
 */
export function findProducts(
  body: SubGraph,
  firstConstant: number,
  wanted: readonly number[],
): LoopProducts {
  /** For what does not change between iterations, the wanted constants that it depends on. */
  const sources = new Map<Node, ReadonlySet<number>>();
  const candidates: Node<"matmul">[] = [];
  const otherwise = new Set<number>();
  const exclude = (node: Node | undefined): void => {
    for (const index of (node && sources.get(node)) ?? []) otherwise.add(index);
  };
  for (const node of topologicalOrder(body.outputs)) {
    if (isFixed(node, firstConstant) && node.inputs.every((each) => sources.has(each))) {
      const own = node.is("input") ? wanted.filter((each) => each === node.attributes.index) : [];
      const inherited = node.inputs.flatMap((each) => [...(sources.get(each) ?? [])]);
      sources.set(node, new Set([...own, ...inherited]));
    } else if (node.is("matmul")) {
      exclude(node.inputs[0]);
      candidates.push(node);
    } else node.inputs.forEach(exclude);
  }
  body.outputs.forEach(exclude);
  const constants = wanted.filter((index) => !otherwise.has(index));
  const products = candidates.filter((node) => {
    const [, right] = node.inputs as [Node, Node];
    return constants.some((index) => sources.get(right)?.has(index));
  });
  return { products, constants };
}

/** False for what may change from one iteration to the next whatever its inputs are. */
function isFixed(node: Node, firstConstant: number): boolean {
  if (node.is("input")) return node.attributes.index >= firstConstant;
  return !node.is("random") && !node.is("scan");
}

/**
 * sum over t of left[t]^T gradient[t], the gradient of B in the products left[t] B: one product of
 * all iterations, whose rows stand one below the other.
 *
 * @param left (T, ..., m, k)
 * @param gradient (T, ..., m, n)
 * @returns (..., k, n)
 */
export const sumOfProducts = (left: Node, gradient: Node): Node =>
  matmul(transpose(allRows(left)), allRows(gradient));

/**
 * The gradients of constants of a loop from those of what its body computes of them: the body's part
 * is differentiated, and the result brought outside.
 *
 * @param operands in the body
 * @param gradients of the operands, outside of the body
 * @param constants what the body knows them as
 * @param outside what stands outside for what the body knows
 */
export function pullOut(
  operands: readonly Node[],
  gradients: readonly Node[],
  constants: readonly Node[],
  outside: ReadonlyMap<Node, Node>,
): Node[] {
  const pulled = pullBack(operands, gradients, constants);
  const kept = gradients.map((each): [Node, Node] => [each, each]);
  return substitute(pulled, new Map([...outside, ...kept]));
}

/** (T, ..., m, n) to (..., T m, n). */
function allRows(x: Node): Node {
  const [length, ...rest] = x.shape as [number, ...number[]];
  const [rows, columns] = rest.slice(-2) as [number, number];
  const batch = rest.slice(0, -2);
  const axes = batch.map((_, axis) => axis + 1);
  const ordered = permute(x, [...axes, 0, axes.length + 1, axes.length + 2]);
  return reshape(ordered, [...batch, length * rows, columns]);
}
