import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { mse } from "../../src/loss/index.js";
import type { Metric } from "../../src/metrics/index.js";
import { Linear } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { full, manualSeed, stack, type Tensor, tensor } from "../../src/tensor/index.js";
import { Trainer, type TrainerOptions } from "../../src/train/index.js";

/** Points of y = 3x - 2 with x from -1 to 1. */
export function line(samples: number): TensorDataset<readonly [Tensor, Tensor]> {
  const x = Float32Array.from({ length: samples }, (_, i) => (2 * i) / (samples - 1) - 1);
  const y = x.map((value) => 3 * value - 2);
  const shape = [samples, 1];
  return new TensorDataset([tensor(x, { shape }), tensor(y, { shape })]);
}

export const lineLoader = (samples = 20, batchSize = 8): DataLoader =>
  new DataLoader(line(samples), { batchSize, shuffle: true, seed: 3 });

/** Share of predictions within 0.5 of the target. */
export const near: Metric = {
  name: "near",
  statistics: (prediction, target) => {
    const hits = prediction.subtract(target).abs().less(0.5).cast("float32");
    return stack([hits.sum(), full([], hits.size)]);
  },
  result: ([hits = 0, all = 0]) => hits / all,
};

/** A trainer of a linear model, the same at every call. */
export function lineTrainer({
  learningRate = 0.1,
  ...options
}: Partial<TrainerOptions> & { learningRate?: number } = {}) {
  manualSeed(1);
  const model = new Linear(1, 1);
  const optimizer = new SGD(model.parameters(), { learningRate });
  const trainer = new Trainer({ model, optimizer, loss: mse, ...options });
  return { model, optimizer, trainer };
}

/** All weights, one after the other. */
export const weightsOf = (model: Linear): number[] =>
  model.parameters().flatMap((parameter) => [...parameter.dataSync()]);
