import { expect, test } from "vitest";
import { type DType, makeArray, sizeOf, type TypedArray } from "../../src/array/index.js";
import { compileGraph } from "../../src/compile/index.js";
import { loadWasm } from "../../src/device/wasm/index.js";
import { instantiateKernel } from "../../src/device/wasm/kernel.js";
import { LinearMemory } from "../../src/device/wasm/memory.js";
import { inventoryOf } from "../../src/graph/index.js";
import * as nn from "../../src/nn/index.js";
import {
  type PortableArgument,
  type PortableProgram,
  portableProgram,
} from "../../src/portable/program.js";
import { captureFunction } from "../../src/tensor/captured.js";
import { Buffer, manualSeed, RunTimeScalar, type Tensor, zeros } from "../../src/tensor/index.js";

type Forward = (...inputs: Tensor[]) => Tensor;

/** Runs a program as a host does that knows nothing but the kernel's exports. */
async function runOnKernel(program: PortableProgram, inputs: readonly TypedArray[]) {
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

/** The same by the device. */
async function runOnDevice(
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

const convolution = (): nn.Module =>
  new nn.Sequential(
    new nn.Conv2d(1, 3, 3),
    new nn.BatchNorm2d(3),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(12, 4),
  );

test.each<[string, () => Forward, DType, number[]]>([
  [
    "a perceptron over bytes",
    () => {
      const layers = new nn.Sequential(new nn.Linear(12, 5), new nn.ReLU(), new nn.Linear(5, 3));
      return (x) => layers.forward(x.cast("float32").div(255)).softmax(-1);
    },
    "uint8",
    [1, 12],
  ],
  [
    "a convolution",
    () => {
      const model = convolution().eval();
      return (x) => model.forward(x);
    },
    "float32",
    [1, 1, 6, 6],
  ],
  [
    "a recurrent network over tokens",
    () => {
      const [embedding, lstm] = [new nn.Embedding(9, 4), new nn.LSTM(4, 5)];
      return (x) => lstm.forward(embedding.forward(x)).output;
    },
    "int32",
    [1, 7],
  ],
])("%s has the device's bits", async (_, make, dtype, shape) => {
  manualSeed(3);
  const forward = make();
  const described = [{ dtype, shape }];
  const input = makeArray(
    dtype,
    Array.from({ length: sizeOf(shape) }, (_, i) => (i * 5) % 9),
  );
  const program = portableProgram(forward, described);
  expect(program).toMatchObject({ inputs: described, outputs: [{ dtype: "float32" }] });
  const outputs = await runOnKernel(program, [input]);
  expect(outputs).toEqual(await runOnDevice(forward, described, [input]));
  expect(outputs[0]?.some((value) => value !== 0)).toBe(true);
});

test("refuses what is no function of its arguments", () => {
  const inputs = [{ dtype: "float32", shape: [1, 2] }] as const;
  const count = new Buffer(zeros([]), "count");
  const counts = (x: Tensor): Tensor => {
    count.assign(count.add(1));
    return x;
  };
  expect(() => portableProgram(counts, inputs)).toThrow(/changes the state "count", expected one/);
  const dropout = new nn.Dropout(0.5);
  expect(() => portableProgram((x) => dropout.forward(x), inputs)).toThrow(/draws random numbers/);
  const rate = new RunTimeScalar(0.5);
  expect(() => portableProgram((x) => x.mul(rate.tensor()), inputs)).toThrow(
    /reads a run-time scalar/,
  );
});
