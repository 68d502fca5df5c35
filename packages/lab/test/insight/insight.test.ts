import {
  type Callback,
  DataLoader,
  loss,
  manualSeed,
  nn,
  optim,
  randn,
  randomState,
  TensorDataset,
  Trainer,
} from "@versant/core";
import { expect, test } from "vitest";
import { Insight } from "../../src/insight/insight.js";
import type { InsightRecord } from "../../src/ledger/insightEvents.js";

interface Trained {
  readonly weights: number[];
  readonly random: unknown;
  readonly records: InsightRecord[];
}

/** A network with dropout and Adam, which has both random numbers and moments; some epochs are looked into. */
async function train(epochs: readonly number[], accumulate = 1): Promise<Trained> {
  manualSeed(3);
  const hidden = [new nn.Linear(6, 8), new nn.ReLU(), new nn.Dropout(0.5), new nn.Linear(8, 1)];
  const model = new nn.Sequential(...hidden);
  const data = new TensorDataset([randn([24, 6]), randn([24, 1])]);
  let begun = 0;
  const budget = { allows: () => epochs.includes(++begun), expect: () => {}, spend: () => {} };
  const insight = new Insight(budget);
  const records: InsightRecord[] = [];
  const callback: Callback = {
    onEpochStart: (context) => {
      insight.prepare(context);
    },
    onBatchEnd: (context) => {
      const record = insight.read(context);
      if (record) records.push(record);
    },
    onFitEnd: () => insight.stop(),
  };
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 0.01 });
  const parts = { model, optimizer, loss: loss.meanSquaredError, accumulate };
  const trainer = new Trainer({ ...parts, callbacks: [callback] });
  await trainer.fit({ train: new DataLoader(data, { batchSize: 6, shuffle: true }), epochs: 4 });
  const weights = model.parameters().flatMap((each) => [...each.dataSync()]);
  return { weights, random: randomState(), records };
}

test("a look changes neither weights nor random numbers by a bit", async () => {
  const plain = await train([]);
  const looked = await train([1, 3]);
  expect(plain.records).toEqual([]);
  expect(looked.records.map(({ epoch, batch, step }) => [epoch, batch, step])).toEqual([
    [1, 1, 1],
    [3, 1, 9],
  ]);
  expect(looked.weights).toEqual(plain.weights);
  expect(looked.random).toEqual(plain.random);
});

test("says what is inside: gradients, updates, weights and activations", async () => {
  const { records } = await train([2]);
  const [record] = records;
  expect(record?.layers.map(({ path }) => path)).toEqual(["layers.0", "layers.3"]);
  expect(record?.parameters.map(({ path }) => path)).toEqual([
    ...["layers.0.weight", "layers.0.bias", "layers.3.weight", "layers.3.bias"],
  ]);
  for (const { gradient, updateRatio } of record?.parameters ?? []) {
    expect(gradient).toBeGreaterThan(0);
    expect(updateRatio).toBeGreaterThan(0);
  }
  expect(record?.relus).toHaveLength(1);
  const sizes = (list: InsightRecord["weights"] = []) =>
    list.map(({ path, counts }) => [path, counts.reduce((a, b) => a + b, 0)]);
  expect(sizes(record?.weights)).toEqual([
    ...[
      ["layers.0.weight", 48],
      ["layers.0.bias", 8],
      ["layers.3.weight", 8],
      ["layers.3.bias", 1],
    ],
  ]);
  expect(sizes(record?.activations)).toEqual([
    ...[
      ["layers.0", 48],
      ["layers.1", 48],
      ["layers.2", 48],
      ["layers.3", 6],
    ],
  ]);
  // What a ReLU puts out is not negative.
  expect(record?.activations[1]?.lowest).toBe(0);
});

test("waits for the batch that completes an update", async () => {
  const { records } = await train([1], 3);
  expect(records.map(({ batch, step }) => [batch, step])).toEqual([[3, 1]]);
});
