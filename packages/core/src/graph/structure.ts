import { topologicalOrder } from "./graph.js";
import type { Node } from "./node.js";
import type { Primitive, ScalarSource } from "./primitives.js";

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
    // Not as JSON, which has neither -0 nor NaN nor infinities.
    if (node.is("constant")) {
      const { value } = node.attributes;
      return Object.is(value, -0) ? "-0" : String(value);
    }
    if (node.is("custom")) return node.attributes.name;
    if (node.is("scan")) {
      const { body, carries, sequences, length, reverse } = node.attributes;
      // What a body contains is computed anew in each iteration, whatever its nodes came to hold.
      const inner = describe(topologicalOrder(body.outputs), body.outputs, () => false);
      const formals = body.inputs.map((input) => `${input.dtype}${input.shape}`).join(";");
      return `${carries},${sequences},${length},${reverse},${formals}{${inner}}`;
    }
    return writesAttributes[node.primitive] ? JSON.stringify(node.attributes) : "";
  };

  const describe = (
    nodes: readonly Node[],
    outputs: readonly Node[],
    isKnown: (node: Node) => boolean,
  ): string => {
    const position = new Map<Node, number>();
    const parts: string[] = [];
    nodes.forEach((node, index) => {
      position.set(node, index);
      if (isKnown(node)) parts.push(`known ${node.dtype}[${node.shape}]`);
      else {
        const inputs = node.inputs.map((input) => position.get(input)).join(",");
        parts.push(`${node.primitive}(${inputs})${attributes(node)} ${node.dtype}[${node.shape}]`);
      }
    });
    return `${parts.join("\n")}>${outputs.map((output) => position.get(output))}`;
  };

  return describe(order, roots, (node) => node.storage !== null);
}

/**
 * Whether a primitive's attributes have to be written out: they are plain data that neither the
 * shape and dtype of the result nor the cases above tell.
 */
const writesAttributes: { readonly [P in Primitive]: boolean } = {
  input: true,
  value: false,
  state: false,
  scalar: false,
  constant: false,
  iota: false,
  random: false,
  negate: false,
  absolute: false,
  sign: false,
  exp: false,
  log: false,
  log1p: false,
  sqrt: false,
  sin: false,
  cos: false,
  tanh: false,
  sigmoid: false,
  erf: false,
  floor: false,
  relu: false,
  not: false,
  cast: false,
  add: false,
  subtract: false,
  multiply: false,
  divide: false,
  power: false,
  maximum: false,
  minimum: false,
  remainder: false,
  equal: false,
  less: false,
  lessEqual: false,
  and: false,
  or: false,
  select: false,
  reshape: false,
  permute: true,
  expand: false,
  slice: true,
  unfold: true,
  fold: true,
  pad: true,
  concatenate: true,
  sum: true,
  reduceMax: true,
  argmax: true,
  matmul: false,
  gather: true,
  scatterAdd: true,
  gatherElements: true,
  scatterElements: true,
  detach: false,
  custom: false,
  scan: false,
  result: true,
};
