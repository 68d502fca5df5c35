import { topologicalOrder } from "./graph.js";
import type { Node } from "./node.js";
import type { ScalarSource } from "./primitives.js";

/**
 * A text that is equal for graphs which compute the same from their leaves' values: primitives,
 * attributes, wiring, shapes and dtypes, but neither the values of known leaves nor of run-time
 * scalars. `order` holds inputs before users; nodes with a value count as leaves.
 */
export function structureOf(order: readonly Node[], roots: readonly Node[]): string {
  const scalars = new Map<ScalarSource, number>();
  const scalar = (source: ScalarSource): number => {
    const index = scalars.get(source) ?? scalars.size;
    scalars.set(source, index);
    return index;
  };

  const attributes = (node: Node): string => {
    if (node.is("scalar")) return `${scalar(node.attributes.source)}`;
    if (node.is("random")) {
      const { seed, base, draw } = node.attributes;
      return `${scalar(seed)},${scalar(base)},${draw}`;
    }
    if (node.is("custom")) return node.attributes.name;
    if (node.is("scan")) {
      const { body, carries, sequences, length, reverse } = node.attributes;
      const inner = describe(topologicalOrder(body.outputs), body.outputs);
      const formals = body.inputs.map((input) => `${input.dtype}${input.shape}`).join(";");
      return `${carries},${sequences},${length},${reverse},${formals}{${inner}}`;
    }
    return node.primitive in arranged ? JSON.stringify(node.attributes) : "";
  };

  const describe = (nodes: readonly Node[], outputs: readonly Node[]): string => {
    const position = new Map<Node, number>();
    const parts: string[] = [];
    nodes.forEach((node, index) => {
      position.set(node, index);
      if (node.storage) parts.push(`known ${node.dtype}[${node.shape}]`);
      else {
        const inputs = node.inputs.map((input) => position.get(input)).join(",");
        parts.push(`${node.primitive}(${inputs})${attributes(node)} ${node.dtype}[${node.shape}]`);
      }
    });
    return `${parts.join("\n")}>${outputs.map((output) => position.get(output))}`;
  };

  return describe(order, roots);
}

/** Primitives whose attributes are plain data and not already told by the shape of the result. */
const arranged = {
  input: true,
  constant: true,
  permute: true,
  slice: true,
  pad: true,
  concatenate: true,
  sum: true,
  reduceMax: true,
  argmax: true,
  gather: true,
  scatterAdd: true,
  gatherElements: true,
  scatterElements: true,
  result: true,
};
