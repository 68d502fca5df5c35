import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  type DeclaredSignature,
  input,
  loss,
  manualSeed,
  nn,
  output,
  portableModel,
  rand,
  SampleError,
  ShapeError,
  type Tensor,
  TensorDataset,
  TrainedModel,
  tensor,
} from "../../src/index.js";
import { describeAnswers } from "../../src/model/answers.js";

manualSeed(3);

const data = new TensorDataset(
  [rand([8, 3]).mul(255).cast("uint8"), tensor(Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1))],
  { transform: (bytes, labels) => [bytes.cast("float32").div(255), labels] },
);
const network = new nn.Sequential(new nn.Linear(3, 8), new nn.BatchNorm1d(8), new nn.Linear(8, 3));
network.forward(rand([4, 3])); // so that the running statistics are not what they begin with

function trained(signature: DeclaredSignature = {}): TrainedModel {
  const portable = portableModel({ model: network, data, loss: loss.crossEntropy, signature });
  return new TrainedModel({ name: "network", sha256: "0", ...portable });
}

const direct = (pixels: readonly number[][]): Tensor =>
  network.eval().forward(
    tensor(pixels as number[][])
      .cast("float32")
      .div(255),
  );

describe("predict", () => {
  test("has the bits of the model itself, for every number of samples", async () => {
    const model = trained();
    const pixel = fc.integer({ min: 0, max: 255 });
    const sample = fc.array(pixel, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), async (samples) => {
        const answers = await model.predict(await model.encode(samples));
        expect(answers.shape).toEqual([samples.length, 3]);
        expect(answers.dataSync()).toEqual(direct(samples).dataSync());
      }),
      { numRuns: 30 },
    );
    expect(model.programs).toBeLessThanOrEqual(7);
  });

  test("answers more samples than fit a batch", async () => {
    const model = trained();
    const bytes = Uint8Array.from({ length: 3 * 2500 }, (_, index) => (7 * index) % 256);
    const answers = await model.predict(model.encodeBytes(bytes));
    const rows = Array.from({ length: 2500 }, (_, row) => [
      ...bytes.subarray(3 * row, 3 * row + 3),
    ]);
    expect(answers.dataSync()).toEqual(direct(rows).dataSync());
    expect(model.programs).toBe(2);
  });

  test("refuses what encode does not give", async () => {
    const model = trained();
    await expect(model.predict([])).rejects.toThrow(ShapeError);
    await expect(model.predict([tensor([[1, 2, 3]])])).rejects.toThrow("expected uint8");
    await expect(model.encode([])).rejects.toThrow("no samples");
  });
});

describe("encodeBytes", () => {
  test("takes samples back to back, also out of the middle of a Buffer", async () => {
    const model = trained();
    const pooled = Buffer.from([9, 1, 2, 3, 4, 5, 6]).subarray(1);
    const [samples] = model.encodeBytes(pooled);
    expect(model.sampleBytes).toBe(3);
    expect(Array.from(samples?.dataSync() ?? [])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(() => model.encodeBytes(pooled.subarray(1))).toThrow(
      "received 5 bytes, expected a multiple of 3",
    );
    expect(() => model.encodeBytes(new Uint8Array())).toThrow(ArgumentError);
  });

  test("takes no number that is not finite, and scales the others", () => {
    const numbers = new TensorDataset([rand([2, 2]), rand([2, 1])]);
    const signature = { input: input.numbers({ names: ["a", "b"], scale: { deviation: 10 } }) };
    const linear = new nn.Linear(2, 1);
    const parts = { model: linear, data: numbers, loss: loss.meanSquaredError, signature };
    const model = new TrainedModel({ name: "linear", sha256: "0", ...portableModel(parts) });
    const bytes = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer);
    expect([...(model.encodeBytes(bytes(10, 20))[0]?.dataSync() ?? [])]).toEqual([1, 2]);
    expect(() => model.encodeBytes(bytes(1, 2, 3, Number.NaN))).toThrow(SampleError);
    expect(() => model.encodeBytes(bytes(1, 2, 3, Number.NaN))).toThrow(
      "inputs[1].b: received NaN",
    );
  });
});

describe("describe", () => {
  test("gives a class and the softmax of all scores", () => {
    const model = trained({ output: output.classes(["cat", "dog", "cow"]) });
    const [answer] = model.describe(tensor([[1, 3, 2]]));
    const sum = Math.exp(1) + Math.exp(3) + Math.exp(2);
    expect(answer).toMatchObject({
      class: "dog",
      probability: expect.closeTo(Math.exp(3) / sum, 12),
    });
    const { probabilities } = answer as { probabilities: Record<string, number> };
    expect(Object.keys(probabilities)).toEqual(["cat", "dog", "cow"]);
    expect(probabilities.cat).toBeCloseTo(Math.exp(1) / sum, 12);
    expect(() => model.describe(tensor([[1, 2]]))).toThrow("expected (N, 3)");
  });

  test("no score is too large for its probability", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }),
        (scores) => {
          const names = scores.map((_, index) => `${index}`);
          const described = {
            kind: "classes",
            shape: [scores.length],
            names,
            activation: "softmax",
          } as const;
          const [answer] = describeAnswers(described, tensor([scores]));
          const { probabilities, probability } = answer as {
            probabilities: object;
            probability: number;
          };
          const all: number[] = Object.values(probabilities);
          expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
          expect(probability).toBe(Math.max(...all));
        },
      ),
    );
  });

  test.each([
    ["sigmoid", 0, 0.5],
    ["none", 0.25, 0.25],
  ] as const)("a single score by %s is that of the second class", (activation, score, second) => {
    const described = { kind: "classes", shape: [1], names: ["no", "yes"], activation } as const;
    expect(describeAnswers(described, tensor([[score]]))).toMatchObject([
      { probabilities: { no: 1 - second, yes: second } },
    ]);
  });

  test("a class for each position", () => {
    const names = ["O", "B"];
    const described = { kind: "positions", shape: [2, 3], names, activation: "softmax" } as const;
    const [answer] = describeAnswers(
      described,
      tensor([
        [
          [5, 0, 5],
          [0, 5, 5],
        ],
      ]),
    );
    const { positions } = answer as { positions: { class: string; probability: number }[] };
    expect(positions.map((position) => position.class)).toEqual(["O", "B", "O"]);
    expect(positions[2]?.probability).toBe(0.5);
  });

  test("numbers by name, in people's unit, or in the shape of the answer", () => {
    const scale = { mean: [100], deviation: [2] };
    const named = { kind: "numbers", shape: [2], names: ["a", "b"], scale } as const;
    expect(describeAnswers(named, tensor([[1, -1]]))).toEqual([{ numbers: { a: 102, b: 98 } }]);
    const matrix = {
      kind: "numbers",
      shape: [2, 2],
      scale: { mean: [0], deviation: [1, 10] },
    } as const;
    expect(
      describeAnswers(
        matrix,
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
      ),
    ).toEqual([
      {
        numbers: [
          [1, 20],
          [3, 40],
        ],
      },
    ]);
    expect(describeAnswers({ kind: "numbers", shape: [1] }, tensor([[7]]))).toEqual([
      { numbers: 7 },
    ]);
  });
});

test("a graph and a signature of different models are refused", () => {
  const { graph } = portableModel({ model: network, data, loss: loss.crossEntropy });
  const parts = {
    model: new nn.Linear(2, 1),
    data: new TensorDataset([rand([2, 2]), rand([2, 1])]),
  };
  const { signature } = portableModel(parts);
  expect(() => new TrainedModel({ name: "mixed", sha256: "0", graph, signature })).toThrow(
    "its signature makes float32 (N, 2) of a sample, and its graph reads uint8 (N, 3)",
  );
});
