import {
  type Callback,
  DataLoader,
  loss,
  manualSeed,
  nn,
  optim,
  rand,
  TensorDataset,
  Trainer,
} from "@versant/core";
import { expect, test } from "vitest";
import { Insight } from "../../src/insight/insight.js";

/** Kinds of warnings of a network that learns to add, looked into in every epoch. */
async function warningsOf(
  activation: () => nn.ReLU | nn.Sigmoid,
  { layers = 3, learningRate = 0.1, epochs = 5, seed = 1, gain = 1 } = {},
): Promise<Set<string>> {
  manualSeed(seed);
  const hidden = Array.from({ length: layers }, (_, layer) => [
    new nn.Linear(layer === 0 ? 2 : 16, 16),
    activation(),
  ]);
  const model = new nn.Sequential(...hidden.flat(), new nn.Linear(16, 1));
  for (const weight of model.parameters().filter(({ rank }) => rank === 2)) {
    weight.assign(weight.mul(gain));
  }
  const terms = rand([256, 2]);
  const data = new TensorDataset([terms, terms.sum(1, { keepDims: true }).div(2)]);
  const insight = new Insight({ allows: () => true, expect: () => {}, spend: () => {} });
  const kinds = new Set<string>();
  const callback: Callback = {
    onEpochStart: (context) => insight.prepare(context),
    onBatchEnd: (context) => {
      for (const { kind } of insight.read(context)?.warnings ?? []) kinds.add(kind);
    },
    onFitEnd: () => insight.stop(),
  };
  const optimizer = new optim.SGD(model.parameters(), { learningRate });
  const parts = { model, optimizer, loss: loss.meanSquaredError, callbacks: [callback] };
  const train = new DataLoader(data, { batchSize: 32, shuffle: true, seed: 1 });
  await new Trainer(parts).fit({ train, epochs });
  return kinds;
}

test.each([1, 2, 3, 5, 21])(
  "the book's calculator learns with many units dead from the beginning, and nothing is wrong (seed %d)",
  async (seed) => {
    expect(await warningsOf(() => new nn.ReLU(), { epochs: 20, seed })).toEqual(new Set());
  },
);

test("gradients vanish in ten layers of sigmoids", async () => {
  expect(await warningsOf(() => new nn.Sigmoid(), { layers: 10 })).toEqual(
    new Set(["vanishing gradients"]),
  );
});

test("gradients explode in twenty layers whose weights are far too large", async () => {
  const deep = { layers: 20, learningRate: 1e-30 };
  expect(await warningsOf(() => new nn.ReLU(), { ...deep, gain: 6 })).toContain(
    "exploding gradients",
  );
  expect(await warningsOf(() => new nn.ReLU(), deep)).not.toContain("exploding gradients");
});

test.each([1, 2, 3])(
  "a rate that is far too high kills the units of ReLUs (seed %d)",
  async (seed) => {
    expect(await warningsOf(() => new nn.ReLU(), { learningRate: 1, seed })).toContain(
      "dead units",
    );
  },
);
