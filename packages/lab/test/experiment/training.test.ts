import { loss, nn, optim, StreamLoader, TensorDataset, tensor, text } from "@versant/core";
import { expect, test } from "vitest";
import { experiment } from "../../src/experiment/experiment.js";
import { Run } from "../../src/experiment/run.js";
import { outline } from "../../src/progress/outline.js";

test("what setup says about updates reaches the Trainer, and the weights are those measured", async () => {
  const x = tensor([[1], [2], [3], [4]]);
  const train = new TensorDataset([x, x.mul(100)]);
  const rates: number[] = [];
  const steps: number[] = [];
  const run = await Run.prepare(
    experiment({
      name: "line",
      hyperparameters: {},
      setup: () => {
        const model = new nn.Linear(1, 1, { bias: false, initializer: nn.init.zeros() });
        return {
          data: { train },
          model,
          loss: loss.meanSquaredError,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 1 }),
          clip: { norm: 1 },
          accumulate: 2,
          schedule: { perStep: optim.schedule.step({ every: 1, factor: 0.5 }) },
          average: new optim.ExponentialMovingAverage(model.parameters(), { decay: 0.9 }),
          callbacks: [
            {
              onBatchEnd({ learningRate, step }) {
                rates.push(learningRate);
                steps.push(step);
              },
            },
          ],
        };
      },
    }),
    { hyperparameters: { epochs: 1, batchSize: 1 } },
  );
  await run.fit();
  expect(rates).toEqual([1, 1, 0.5, 0.5]);
  expect(steps).toEqual([0, 1, 1, 2]);
  // Each gradient is clipped to length 1, so the weight goes to 1 and 1.5, whose mean is 1.25.
  const { model } = run.setup;
  expect(model.parameters()[0]?.itemSync()).toBeCloseTo(1.5, 5);
  expect(run.trainer.stateDict().get("weight")?.itemSync()).toBeCloseTo(1.25, 5);
  const { bytes } = await run.weights();
  expect(new DataView(bytes.buffer, bytes.byteOffset).getFloat32(bytes.length - 4, true)).toBe(
    run.trainer.stateDict().get("weight")?.itemSync(),
  );
});

test("data may be streams, in batches and an order of their own", async () => {
  const source = {
    columns: [
      { name: "x", shape: [1], dtype: "float32" as const },
      { name: "y", shape: [1], dtype: "float32" as const },
    ],
    async *read() {
      for (let x = -4; x <= 4; x++) yield [Float32Array.of(x), Float32Array.of(3 * x)];
    },
  };
  const run = await Run.prepare(
    experiment({
      name: "stream",
      hyperparameters: {},
      setup: ({ hyperparameters: { batchSize }, seed }) => {
        const model = new nn.Linear(1, 1, { bias: false });
        const train = new StreamLoader(source, { batchSize, shuffleBuffer: 5, seed });
        return {
          data: { train, validation: train, test: new StreamLoader(source, { batchSize: 9 }) },
          model,
          loss: loss.meanSquaredError,
          optimizer: new optim.SGD(model.parameters(), { learningRate: 0.05 }),
        };
      },
    }),
    { hyperparameters: { epochs: 20, batchSize: 2 } },
  );
  expect(outline(run).join()).toContain("streamed training, streamed validation, streamed test");
  const { epochs } = await run.fit();
  expect(epochs.at(-1)?.validation?.loss).toBeLessThan(1e-6);
  expect((await run.test())?.loss).toBeLessThan(1e-6);
  const times = await run.timePrediction();
  expect(times?.millisecondsPerPrediction).toBeGreaterThan(0);
  expect(times?.latencyMilliseconds).toBeGreaterThan(0);
});

test("data may be texts of unequal length, in batches of similar length", async () => {
  // What counts is whether the word 1 occurs.
  const texts = Array.from({ length: 24 }, (_, index) =>
    Array.from({ length: 1 + (index % 6) }, (_, at) => (index % 2 && at === 0 ? 1 : 2 + (at % 3))),
  );
  const labels = tensor(Float32Array.from(texts, (_, index) => index % 2)).unsqueeze(1);
  const run = await Run.prepare(
    experiment({
      name: "texts",
      hyperparameters: {},
      setup: ({ hyperparameters: { batchSize }, seed }) => {
        const model = new nn.Sequential(
          new nn.EmbeddingBag(5, 4, { paddingIndex: 0 }),
          new nn.Linear(4, 1),
        );
        const dataset = new text.SequenceDataset(texts, labels);
        return {
          data: { train: new text.BucketLoader(dataset, { batchSize, seed }), test: dataset },
          model,
          loss: loss.binaryCrossEntropyWithLogits,
          optimizer: new optim.Adam(model.parameters(), { learningRate: 0.1 }),
        };
      },
    }),
    { hyperparameters: { epochs: 25, batchSize: 4 } },
  );
  expect(outline(run).join()).toContain("24 training");
  await run.fit();
  expect((await run.test())?.loss).toBeLessThan(0.1);
});
