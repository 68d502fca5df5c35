import { expect, test } from "vitest";
import { type DType, makeArray, sizeOf } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import { portableProgram } from "../../src/portable/program.js";
import { Buffer, manualSeed, RunTimeScalar, type Tensor, zeros } from "../../src/tensor/index.js";
import { type Forward, runOnDevice, runOnKernel } from "./run.js";

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
