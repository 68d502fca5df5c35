import { Node, topologicalOrder } from "../graph/index.js";

/**
 * `outputs` with some nodes replaced: what depends on a replaced node is built anew, the rest is
 * kept. A new node is tracked if an input is, wherever this is called; but one that refused to be
 * tracked although an input was (no gradient was wanted) keeps refusing.
 */
export function substitute(
  outputs: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
): Node[] {
  const replaced = new Map(replacements);
  const current = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of topologicalOrder(outputs, (each) => replacements.has(each))) {
    if (replaced.has(node) || !node.inputs.some((input) => replaced.has(input))) continue;
    const inputs = node.inputs.map(current);
    const refuses = node.primitive === "detach" || (!node.tracked && isTracked(node.inputs));
    const tracked = !refuses && isTracked(inputs);
    replaced.set(node, new Node(node.primitive, inputs, node.attributes, tracked));
  }
  return outputs.map(current);
}

const isTracked = (nodes: readonly Node[]): boolean => nodes.some((node) => node.tracked);
