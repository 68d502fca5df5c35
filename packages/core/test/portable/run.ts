import { expect } from "vitest";
import { makeArray, sizeOf, type TypedArray } from "../../src/array/index.js";
import { compileGraph } from "../../src/compile/index.js";
import { loadWasm } from "../../src/device/wasm/index.js";
import { instantiateKernel } from "../../src/device/wasm/kernel.js";
import { LinearMemory } from "../../src/device/wasm/memory.js";
import { inventoryOf } from "../../src/graph/index.js";
import type { PortableArgument, PortableProgram } from "../../src/portable/program.js";
import { captureFunction } from "../../src/tensor/captured.js";
import type { Tensor } from "../../src/tensor/index.js";

export type Forward = (...inputs: Tensor[]) => Tensor;

/** Runs a program as a host does that knows nothing but the kernel's exports. */
export async function runOnKernel(program: PortableProgram, inputs: readonly TypedArray[]) {
  const { exports } = await instantiateKernel(false, 1);
  const memory = new LinearMemory(exports);
  exports.start(0, 1);
  const start = memory.allocate(program.memory);
  memory.write(start, program.bytes, program.bytes.length);
  const { words, constants, slots } = program;
  const [wordsAt, constantsAt] = [start + words.offset, start + constants.offset];
  const handle = exports.load(wordsAt, words.length, constantsAt, constants.length);
  expect(handle).not.toBe(0);
  const arrays = [...program.inputs, ...program.outputs].map(({ offset }) => offset);
  const addresses = [...slots, ...arrays].map((offset) => start + offset);
  memory.words().set(addresses, (exports.external(handle) >>> 0) / 4);
  program.inputs.forEach(({ offset }, index) => {
    const input = inputs[index] as TypedArray;
    memory.write(start + offset, input, input.byteLength);
  });
  expect(exports.run(handle, 0, 0)).toBe(0);
  return program.outputs.map(({ dtype, length, offset }) => {
    const output = makeArray(dtype, length);
    memory.read(start + offset, output, output.byteLength);
    return output;
  });
}

/** What the device gives, of the same build of the kernel. */
export async function runOnDevice(
  forward: Forward,
  described: readonly PortableArgument[],
  inputs: readonly TypedArray[],
) {
  const { graph } = captureFunction(forward, described, false);
  const inventory = inventoryOf(graph);
  const device = await loadWasm({ relaxed: false });
  const executable = device.load({
    graph,
    inventory,
    program: () => compileGraph(graph, inventory),
  });
  inventory.bindings.forEach((binding, slot) => {
    executable.bind(slot, binding.kind === "state" ? binding.cell.storage : binding.storage);
  });
  const outputs = graph.outputs.map(({ dtype, shape }) => makeArray(dtype, sizeOf(shape)));
  expect(executable.run(inputs, outputs, new Float64Array(0))).toBeNull();
  return outputs;
}
