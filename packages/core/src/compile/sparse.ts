import { sizeOf } from "../array/index.js";
import {
  type Graph,
  type Node,
  rootsOf,
  type ScalarSource,
  topologicalOrder,
} from "../graph/index.js";
import { resolve } from "./lower/resolve.js";

/**
 * An update that changes nothing but the rows which were used: state - factor * sums, where `sums`
 * adds up gradients of rows. In every other row stands w - factor * 0, and that is w to the bit, -0
 * and NaN included, because the factor is finite and at least +0.
 */
export interface SparseUpdate {
  readonly state: Node<"state">;
  readonly sums: Node<"scatterAdd">;
  readonly factor: { readonly value: number } | { readonly source: ScalarSource };
}

/**
 * The updates of a graph, by new content, that need no array as large as the state: plain gradient
 * descent on a table of rows. Nobody else may ask for the sums, except whether they are finite.
 */
export function sparseUpdates(graph: Graph): ReadonlyMap<Node, SparseUpdate> {
  const uses = new Map<Node, number>();
  const use = (node: Node): void => {
    uses.set(node, (uses.get(node) ?? 0) + 1);
  };
  for (const { inputs } of topologicalOrder(rootsOf(graph))) inputs.forEach(use);
  graph.outputs.forEach(use);
  for (const { value } of graph.updates) use(value);
  for (const { node } of graph.checks) if (!node.is("scatterAdd")) use(node);

  const found = new Map<Node, SparseUpdate>();
  for (const { state, value } of graph.updates) {
    const sparse = recognize(state, value);
    if (!sparse) continue;
    const between = [value, ...value.inputs.filter((each) => each.is("multiply")), sparse.sums];
    if (between.every((node) => uses.get(node) === 1)) found.set(value, sparse);
  }
  return found;
}

/** state - sums, state - sums * factor, or state + sums * -factor. */
function recognize(state: Node<"state">, value: Node): SparseUpdate | null {
  const adds = value.is("add");
  if (state.dtype !== "float32" || !(adds || value.is("subtract"))) return null;
  const [before, change] = value.inputs as [Node, Node];
  if (before !== state) return null;
  if (change.is("multiply")) {
    const [a, b] = change.inputs as [Node, Node];
    return withFactor(state, a, b, adds) ?? withFactor(state, b, a, adds);
  }
  return !adds && isWorthwhile(change) ? { state, sums: change, factor: { value: 1 } } : null;
}

function withFactor(
  state: Node<"state">,
  sums: Node,
  scale: Node,
  adds: boolean,
): SparseUpdate | null {
  if (!isWorthwhile(sums)) return null;
  const { base } = resolve(scale);
  if (base.is("constant")) {
    const factor = adds ? -base.attributes.value : base.attributes.value;
    const isFine = Number.isFinite(Math.fround(factor)) && (factor > 0 || Object.is(factor, 0));
    return isFine ? { state, sums, factor: { value: factor } } : null;
  }
  if (adds || !base.is("scalar") || !base.attributes.source.atLeastZero) return null;
  return { state, sums, factor: { source: base.attributes.source } };
}

/** Sums of rows that are far more than what is added up. */
function isWorthwhile(node: Node): node is Node<"scatterAdd"> {
  if (!node.is("scatterAdd") || node.attributes.axis !== 0) return false;
  const count = sizeOf((node.inputs[0] as Node).shape);
  return sizeOf(node.shape) > 0 && 2 * count <= node.attributes.size;
}
