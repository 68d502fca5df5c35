import { makeArray, Storage, sizeOf, type TypedArray } from "../../src/array/index.js";
import { compileGraph, type PassOptions } from "../../src/compile/index.js";
import type { Device, Failure } from "../../src/device/index.js";
import { type Graph, inventoryOf, type Node } from "../../src/graph/index.js";

/** Runs a graph once on a device; cells keep what the run left in them. */
export function runGraph(
  device: Device,
  graph: Graph,
  inputs: readonly TypedArray[] = [],
  options: PassOptions = {},
): { outputs: TypedArray[]; failure: Failure | null } {
  const inventory = inventoryOf(graph);
  const executable = device.load({
    graph,
    inventory,
    program: () => compileGraph(graph, inventory, options),
  });
  inventory.bindings.forEach((binding, slot) => {
    executable.bind(slot, binding.kind === "state" ? binding.cell.storage : binding.storage);
  });
  const outputs = graph.outputs.map((node) => makeArray(node.dtype, sizeOf(node.shape)));
  const scalars = Float64Array.from(inventory.scalars, (source) => source.read());
  const failure = executable.run(inputs, outputs, scalars);
  return { outputs, failure };
}

/** A graph that only computes. */
export const graphOf = (outputs: readonly Node[]): Graph => ({
  inputs: [],
  outputs,
  updates: [],
  checks: [],
});

/** A cell for tests, holding the given numbers. */
export function makeCell(name: string, shape: readonly number[], values: readonly number[]) {
  return {
    name,
    shape,
    dtype: "float32" as const,
    storage: Storage.of("float32", Float32Array.from(values)),
  };
}
