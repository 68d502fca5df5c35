import { Node, topologicalOrder } from "../graph/index.js";

/**
 * `outputs` with some nodes replaced. All but leaves is built anew, so that the copy is its owner's
 * alone: a node of somebody else may be evaluated some day and forget its inputs. A new node is
 * tracked if an input is, wherever this is called; but one that refused to be tracked although an
 * input was (no gradient was wanted) keeps refusing.
 *
 * @param rebuild gives what stands for a node instead of the same one on its new inputs, if anything
 */
export function substitute(
  outputs: readonly Node[],
  replacements: ReadonlyMap<Node, Node>,
  rebuild?: (node: Node, inputs: readonly Node[], tracked: boolean) => Node | undefined,
): Node[] {
  const replaced = new Map(replacements);
  const current = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of topologicalOrder(outputs, (each) => replacements.has(each))) {
    if (replaced.has(node) || node.inputs.length === 0) continue;
    const inputs = node.inputs.map(current);
    const refuses = node.primitive === "detach" || (!node.tracked && isTracked(node.inputs));
    const tracked = !refuses && isTracked(inputs);
    const same = (): Node => new Node(node.primitive, inputs, node.attributes, tracked);
    replaced.set(node, rebuild?.(node, inputs, tracked) ?? same());
  }
  return outputs.map(current);
}

const isTracked = (nodes: readonly Node[]): boolean => nodes.some((node) => node.tracked);
