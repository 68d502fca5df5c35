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
  { layers = 3, learningRate = 0.1, epochs = 5 } = {},
): Promise<Set<string>> {
  manualSeed(1);
  const hidden = Array.from({ length: layers }, (_, layer) => [
    new nn.Linear(layer === 0 ? 2 : 16, 16),
    activation(),
  ]);
  const model = new nn.Sequential(...hidden.flat(), new nn.Linear(16, 1));
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

test("gradients of the book's calculator neither vanish nor explode, from beginning to end", async () => {
  const kinds = await warningsOf(() => new nn.ReLU(), { epochs: 20 });
  // A batch of 32 may leave more than half of 16 units at 0, as it does in one of its layers.
  expect([...kinds].filter((kind) => kind !== "dead units")).toEqual([]);
});

test("gradients vanish in ten layers of sigmoids", async () => {
  expect(await warningsOf(() => new nn.Sigmoid(), { layers: 10 })).toEqual(
    new Set(["vanishing gradients"]),
  );
});

test("a rate that is far too high kills the units of ReLUs", async () => {
  expect(await warningsOf(() => new nn.ReLU(), { learningRate: 1 })).toContain("dead units");
});
