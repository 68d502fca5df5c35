import { sizeOf } from "../../array/index.js";
import { type Node, type Primitive, topologicalOrder } from "../../graph/index.js";
import { arrangement } from "./arrangement.js";
import { elementwise } from "./elementwise.js";
import { indexing } from "./indexing.js";
import { philox, splitWords } from "./philox.js";
import { reduction } from "./reduction.js";
import { at, type Frame, type Meaning, makeValues, type Values } from "./values.js";

const unchanged: Meaning<Primitive> = (_, inputs) => at(inputs, 0);

/** What each primitive means. */
const meanings: { readonly [P in Primitive]: Meaning<P> } = {
  input: (node, _, { inputs }) => at(inputs, node.attributes.index),
  value: (node, _, { run }) => makeValues(node.dtype, run.content(node.attributes.storage).read()),
  state: (node, _, { run }) => makeValues(node.dtype, run.content(node.attributes.cell).read()),
  scalar: (node, _, { run }) => makeValues(node.dtype, [run.scalar(node.attributes.source)]),
  constant: (node) => makeValues(node.dtype, sizeOf(node.shape)).fill(node.attributes.value),
  iota: (node) => makeValues("int32", node.attributes.length).map((_, position) => position),
  random: (node, _, { run, iteration }) => {
    const { seed, base, draw } = node.attributes;
    const key = splitWords(run.scalar(seed));
    const stream = splitWords(run.scalar(base) + draw);
    return makeValues(node.dtype, sizeOf(node.shape)).map((_, element) => {
      const words = philox([Math.floor(element / 4), iteration, ...stream], key);
      return (at(words, element % 4) >>> 8) * 2 ** -24;
    });
  },

  ...elementwise,
  ...arrangement,
  ...reduction,
  ...indexing,

  detach: unchanged,
  custom: unchanged,

  scan: (node, inputs, frame) => {
    const { body, carries, sequences, length, reverse } = node.attributes;
    const constants = inputs.slice(carries + sequences);
    let carried = inputs.slice(0, carries);
    const stacked = body.outputs
      .slice(carries)
      .map(({ dtype, shape }) => makeValues(dtype, length * sizeOf(shape)));
    for (let step = 0; step < length; step++) {
      const iteration = reverse ? length - 1 - step : step;
      const slices = inputs.slice(carries, carries + sequences).map((sequence) => {
        const size = sequence.length / length;
        return sequence.subarray(iteration * size, (iteration + 1) * size);
      });
      const results = interpret(body.outputs, {
        run: frame.run,
        inputs: [...carried, ...slices, ...constants],
        iteration: (Math.imul(frame.iteration, length) + iteration) >>> 0,
      });
      carried = results.slice(0, carries);
      results.slice(carries).forEach((slice, index) => {
        at(stacked, index).set(slice, iteration * slice.length);
      });
    }
    frame.scans.set(node, [...carried, ...stacked]);
    return makeValues(node.dtype, 0);
  },
  result: (node, _, { scans }) => at(scans.get(at(node.inputs, 0)) ?? [], node.attributes.index),
};

const evaluate = <P extends Primitive>(
  node: Node<P>,
  inputs: readonly Values[],
  frame: Frame,
): Values => meanings[node.primitive](node, inputs, frame);

/** The values of `roots`: every node they depend on is evaluated once, inputs before users. */
export function interpret(roots: readonly Node[], surroundings: Omit<Frame, "scans">): Values[] {
  const frame: Frame = { ...surroundings, scans: new Map() };
  const values = new Map<Node, Values>();
  const evaluated = (node: Node): Values => {
    const known = values.get(node);
    if (!known) throw new Error(`${node.primitive} was not evaluated before its user`);
    return known;
  };
  for (const node of topologicalOrder(roots)) {
    values.set(node, evaluate(node, node.inputs.map(evaluated), frame));
  }
  return roots.map(evaluated);
}
