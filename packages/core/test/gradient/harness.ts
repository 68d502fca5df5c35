import { expect } from "vitest";
import {
  type DType,
  makeArray,
  type Shape,
  Storage,
  sizeOf,
  type TypedArray,
} from "../../src/array/index.js";
import type { Failure } from "../../src/device/device.js";
import { createReference } from "../../src/device/reference/index.js";
import { gradients } from "../../src/gradient/index.js";
import { add, constant, multiply, sum } from "../../src/graph/build.js";
import { type Graph, inventoryOf, makeNode, Node } from "../../src/graph/index.js";
import {
  compareWithDifferences,
  type DifferenceOptions,
  weightsFor,
} from "../../src/testing/differences.js";

/** Loads a graph on the reference device; its program is never asked for. */
export const loadOnReference = (graph: Graph) =>
  createReference().load({
    graph,
    inventory: inventoryOf(graph),
    program: () => {
      throw new Error("the reference device interprets the graph");
    },
  });

/** Runs a graph once on the reference device. */
export function runGraph(
  graph: Graph,
  data: readonly TypedArray[] = [],
): { failure: Failure | null; outputs: TypedArray[] } {
  const outputs = graph.outputs.map((node) => makeArray(node.dtype, sizeOf(node.shape)));
  const scalars = Float64Array.from(inventoryOf(graph).scalars, (source) => source.read());
  const failure = loadOnReference(graph).run(data, outputs, scalars);
  return { failure, outputs };
}

/** The values of nodes that depend on no argument. */
export function evaluate(...nodes: Node[]): number[][] {
  const { failure, outputs } = runGraph({ inputs: [], outputs: nodes, updates: [], checks: [] });
  expect(failure).toBeNull();
  return outputs.map((output) => [...output]);
}

/** A leaf that holds `data`. */
export const value = (dtype: DType, shape: Shape, data: ArrayLike<number>, tracked = false): Node =>
  new Node("value", [], { storage: Storage.of(dtype, makeArray(dtype, data)), shape }, tracked);

export const vector = (...data: number[]): Node => value("float64", [data.length], data);
/** A vector that gradients may be asked of. */
export const variable = (...data: number[]): Node => value("float64", [data.length], data, true);
export const integers = (...data: number[]): Node => value("int32", [data.length], data);

export interface Argument {
  readonly shape: Shape;
  readonly data: Float64Array;
}

let state = 1;
/** Numbers between `low` and `high` that look random and are always the same. */
export function argument(shape: Shape, low = -1.5, high = 1.5): Argument {
  const data = Float64Array.from({ length: sizeOf(shape) }, () => {
    state = (state * 48271) % 2147483647;
    return low + (high - low) * (state / 2147483647);
  });
  return { shape, data };
}

/** Leaves that stand for arguments, tracked. */
export const leaves = (list: readonly Argument[]): Node<"input">[] =>
  list.map(({ shape }, index) => new Node("input", [], { index, shape, dtype: "float64" }, true));

export type Differentiable = (...inputs: Node[]) => Node;

/** Checks the gradient of `fn` with respect to every element of every argument. */
export function checkGradients(
  fn: Differentiable,
  list: readonly Argument[],
  options: DifferenceOptions = { tolerance: 1e-7 },
): void {
  const inputs = leaves(list);
  const output = fn(...inputs);
  expect(gradients(output, inputs, output).map(({ shape }) => shape)).toEqual(
    inputs.map(({ shape }) => shape),
  );
  compareWithDifferences(
    output,
    inputs,
    list.map(({ data }) => data),
    options,
  );
}

/** Compares second derivatives: those of a weighted sum of the first ones. */
export function checkSecondGradients(fn: Differentiable, list: readonly Argument[]): void {
  const weighted = (node: Node): Node =>
    sum(
      multiply(node, weightsFor(node)),
      node.shape.map((_, axis) => axis),
    );
  checkGradients(
    (...inputs) => {
      const output = fn(...inputs);
      return gradients(output, inputs, weightsFor(output))
        .map(weighted)
        .reduce(add, constant(0, [], "float64"));
    },
    list,
    { epsilon: 1e-5, tolerance: 1e-6 },
  );
}

/** A loop over graph nodes; `body` gets carries, slices and constants, in this order. */
export function loop(
  { carries = [], sequences = [], constants = [], length, reverse = false }: LoopInputs,
  body: (...inputs: Node[]) => readonly Node[],
): Node[] {
  const slices = sequences.map(({ dtype, shape, tracked }) => ({
    dtype,
    shape: shape.slice(1),
    tracked,
  }));
  const formals = [...carries, ...slices, ...constants].map(
    ({ dtype, shape, tracked }, index) => new Node("input", [], { index, shape, dtype }, tracked),
  );
  const outputs = body(...formals);
  const scan = makeNode("scan", [...carries, ...sequences, ...constants], {
    body: { inputs: formals, outputs },
    carries: carries.length,
    sequences: sequences.length,
    length,
    reverse,
  });
  return outputs.map((_, index) => makeNode("result", [scan], { index }));
}

interface LoopInputs {
  readonly carries?: readonly Node[];
  readonly sequences?: readonly Node[];
  readonly constants?: readonly Node[];
  readonly length: number;
  readonly reverse?: boolean;
}
