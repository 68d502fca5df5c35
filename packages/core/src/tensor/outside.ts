import type { Storage } from "../array/index.js";
import { substitute } from "../gradient/index.js";
import {
  type Graph,
  isLeaf,
  isView,
  type Node,
  rootsOf,
  topologicalOrder,
} from "../graph/index.js";
import { leafOf } from "./capture.js";
import { evaluateNodes, requireNoForeign } from "./evaluate.js";

/**
 * A captured graph in which what was made before the capture is a constant: computed now, once,
 * and not at every run. Views of constants stay views, which cost nothing.
 *
 * @param own the placeholders and states of the captured function
 * @param before the last node's id when the capture began
 * @throws ArgumentError if the function uses a placeholder or state of another one
 */
export function fixOutside(graph: Graph, own: ReadonlySet<Node>, before: number): Graph {
  const roots = rootsOf(graph);
  const isFixed = (node: Node): boolean =>
    node.storage ? !node.is("constant") : node.id <= before && isComputed(node);
  const order = topologicalOrder(roots, isFixed);
  requireNoForeign(order, own);
  const fixed = order.filter((node) => isFixed(node) && !node.is("value"));
  if (fixed.length === 0) return graph;
  evaluateNodes(fixed);
  const leaves = new Map<Node, Node>(
    fixed.map((node) => [node, leafOf(node.storage as Storage, node.shape)]),
  );
  const replaced = substitute(roots, leaves);
  const next = (): Node => replaced.shift() as Node;
  return {
    inputs: graph.inputs,
    outputs: graph.outputs.map(next),
    updates: graph.updates.map(({ state }) => ({ state, value: next() })),
    checks: graph.checks.map(({ label }) => ({ node: next(), label })),
  };
}

const isComputed = (node: Node): boolean =>
  node.is("random") || node.is("result") || !(isLeaf(node.primitive) || isView(node.primitive));
