import { expect, test } from "vitest";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { type Loss, mse } from "../../src/loss/index.js";
import { Dropout, Linear, ReLU, Sequential } from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import { manualSeed, tensor } from "../../src/tensor/index.js";
import { findBatchSize, findLearningRate, Trainer } from "../../src/train/index.js";
import { rateCurve } from "../../src/train/rateCurve.js";
import { line, lineLoader, lineTrainer } from "./line.js";

/** A network with everything that a rehearsal might change: random numbers, moments, a rate of its own. */
function network() {
  manualSeed(4);
  const model = new Sequential(new Linear(1, 8), new ReLU(), new Dropout(0.2), new Linear(8, 1));
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  return { model, optimizer, loss: mse };
}

type Network = ReturnType<typeof network>;

async function trained(rehearse: (parts: Network) => Promise<unknown>): Promise<number[]> {
  const parts = network();
  const trainer = new Trainer(parts);
  await trainer.fit({ train: lineLoader(), epochs: 2 });
  await rehearse(parts);
  await trainer.fit({ train: lineLoader(), epochs: 2 });
  return parts.model.parameters().flatMap((parameter) => [...parameter.dataSync()]);
}

test("neither finder changes a bit of the training that follows", async () => {
  const plain = await trained(async () => {});
  const steps = 30;
  expect(await trained((parts) => findLearningRate(parts, { train: lineLoader(), steps }))).toEqual(
    plain,
  );
  const options = { train: line(20), sizes: [1, 4], seconds: 0.001 };
  expect(await trained((parts) => findBatchSize(parts, options))).toEqual(plain);
});

test("gradient descent on a line: stable below 2 over the curvature", async () => {
  const { model, optimizer } = lineTrainer();
  const train = new DataLoader(line(64), { batchSize: 64 });
  const parts = { model, optimizer, loss: mse };
  const test = await findLearningRate(parts, { train, from: 1e-4, to: 100, steps: 200 });
  // Of the mean squared error over inputs x: 2 for the bias; 2 mean(x²), about 2/3, for the weight.
  expect(test.diverged).toBeGreaterThan(1);
  expect(test.largestStable).toBeLessThan(2);
  expect(test.largestStable).toBeGreaterThan(test.steepest);
  expect(test.steepest).toBeGreaterThan(0.01);
  expect(test.points[0]).toMatchObject({ rate: 1e-4 });
  expect(test.points.length).toBeLessThan(200);
});

test("a loss below 0 is no divergence", async () => {
  const loss: Loss = (prediction, target) => mse(prediction, target).sub(100);
  const options = { train: lineLoader(), from: 1e-4, to: 1e-2, steps: 60 };
  const { points, diverged } = await findLearningRate({ ...network(), loss }, options);
  expect([points.length, diverged]).toEqual([60, undefined]);
});

test("a curve is smoothed without delay: a straight line stays one", () => {
  const straight = Array.from({ length: 40 }, (_, index) => ({
    rate: 10 ** (index / 10 - 3),
    loss: 5 - index / 10,
  }));
  const curve = rateCurve(straight, 40);
  expect(curve.map(({ smoothed }) => smoothed)).toEqual(straight.map(({ loss }) => loss));
  for (const { slope } of curve.slice(1, -1)) expect(slope).toBeCloseTo(-1, 10);
  expect([curve[0]?.slope, curve.at(-1)?.slope]).toEqual([0, 0]);
});

test("rates are the same with gradients of several batches an update", async () => {
  const parts = { ...network(), accumulate: 2 };
  const { points } = await findLearningRate(parts, { train: lineLoader(), to: 1, steps: 20 });
  expect(points.at(-1)?.rate).toBeCloseTo(1, 10);
});

const train = lineLoader();
test.each([
  [{ train, steps: 5 }, /received 5 steps, expected at least 20; fewer make no curve/],
  [{ train, from: 1, to: 0.1 }, /received rates from 1 to 0.1, expected two numbers above 0/],
  [{ train: line(4) }, /findLearningRate: received .* as the training data, expected a DataLoader/],
  [{ train, rates: 3 }, /findLearningRate: received .*rates/],
])("learning rates: %# is refused", async (options, message) => {
  await expect(findLearningRate(network(), options as never)).rejects.toThrow(message);
});

test("a loss that is not finite at once, and one that never falls", async () => {
  const shape = [8, 1];
  const inputs = tensor(new Float32Array(8), { shape });
  const lost = new TensorDataset([inputs, tensor(new Float32Array(8).fill(Number.NaN), { shape })]);
  const broken = new DataLoader(lost, { batchSize: 4 });
  await expect(findLearningRate(network(), { train: broken })).rejects.toThrow(
    /after 0 steps, at a rate of 1.0e-6, .*Expected a loss that is finite at small rates/s,
  );
  const flat: Loss = (prediction) => prediction.mean().mul(0);
  await expect(
    findLearningRate({ ...network(), loss: flat }, { train: lineLoader() }),
  ).rejects.toThrow(
    /the loss falls at no rate from 0.000001 to .*, expected one that training lowers/,
  );
});

test("batch sizes: throughput of each, the knee and the fastest", async () => {
  const { sizes, knee, fastest } = await findBatchSize(network(), {
    ...{ train: line(40), seconds: 0.002 },
  });
  expect(sizes.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 8, 16, 32]);
  for (const { batchSize, milliseconds, samplesPerSecond } of sizes) {
    expect((samplesPerSecond * milliseconds) / batchSize).toBeCloseTo(1000, 6);
  }
  const most = Math.max(...sizes.map(({ samplesPerSecond }) => samplesPerSecond));
  const enough = sizes.filter(({ samplesPerSecond }) => samplesPerSecond >= 0.9 * most);
  expect(knee).toBe(enough[0]?.batchSize);
  expect(sizes.find(({ batchSize }) => batchSize === fastest)?.samplesPerSecond).toBe(most);
});

test.each([
  [{ train: line(4), sizes: [8] }, /received sizes .*expected a list of rising integers up to 4/],
  [{ train: line(4), sizes: [2, 1] }, /expected a list of rising integers/],
  [{ train: line(4), seconds: 0 }, /received seconds 0, expected a number above 0/],
  [{ train: line(4), share: 2 }, /received share 2, expected a number above 0 up to 1/],
  [{ train: lineLoader() }, /findBatchSize: received/],
])("batch sizes: %# is refused", async (options, message) => {
  await expect(findBatchSize(network(), options as never)).rejects.toThrow(message);
});
