import { loss, nn, optim, rand, Tensor, TensorDataset, Trainer, zeros } from "@versant/core";
import { expect, test, vi } from "vitest";
import { predictionTimes } from "../../src/experiment/predictionTimes.js";

const model = new nn.Linear(3, 2);
const optimizer = new optim.SGD(model.parameters(), { learningRate: 0.1 });
const trainer = new Trainer({ model, loss: loss.meanSquaredError, optimizer });

test("asks for one answer at a time, then for many at once, and reads the data once", async () => {
  const samples = new TensorDataset([rand([1500, 3]), zeros([1500, 2])]);
  const take = vi.spyOn(samples, "take");
  const predict = vi.spyOn(trainer, "predict");
  const times = await predictionTimes(trainer, samples);
  expect(take).toHaveBeenCalledTimes(1);
  const sizes = predict.mock.calls.map(([inputs]) => {
    const [first] = [inputs].flat();
    return first instanceof Tensor ? (first.shape[0] ?? 0) : 0;
  });
  const [warm, timed] = sizes.splice(-2);
  expect(new Set(sizes)).toEqual(new Set([1]));
  expect(sizes.length).toBeLessThanOrEqual(21);
  expect(warm).toBe(timed);
  expect(timed).toBeGreaterThan(0);
  expect(timed).toBeLessThanOrEqual(1000);
  expect(times?.latencyMilliseconds).toBeGreaterThan(0);
  expect(times?.millisecondsPerPrediction).toBeGreaterThan(0);
  predict.mockRestore();
});
