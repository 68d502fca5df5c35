import { describe, expect, it } from "vitest";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { NonFiniteError, tensor } from "../../src/tensor/index.js";
import { DivergenceError } from "../../src/train/index.js";
import { lineLoader, lineTrainer, weightsOf } from "./line.js";

async function failureOf(fit: Promise<unknown>): Promise<DivergenceError> {
  const failure = await fit.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof DivergenceError)) throw failure ?? new Error("fit did not fail");
  return failure;
}

describe("divergence", () => {
  it("names epoch, batch, tensor and rate, and keeps the last good weights", async () => {
    let lastGood: number[] = [];
    let batches = 0;
    const { model, trainer } = lineTrainer({
      learningRate: 1e6,
      callbacks: [
        {
          onBatchEnd() {
            lastGood = weightsOf(model);
            batches++;
          },
        },
      ],
    });
    const failure = await failureOf(trainer.fit({ train: lineLoader(20, 8), epochs: 50 }));
    expect(failure.epoch).toBe(Math.floor(batches / 3) + 1);
    expect(failure.batch).toBe((batches % 3) + 1);
    expect(failure.learningRate).toBe(1e6);
    expect(failure.tensor).not.toBe("");
    expect(failure.cause).toBeInstanceOf(NonFiniteError);
    expect(failure.message).toContain(
      `in epoch ${failure.epoch}, batch ${failure.batch} of 3, at learning rate 1000000: ` +
        `${failure.tensor} is not finite. Start again with a lower learning rate`,
    );
    expect(failure.message).toContain("the model keeps its last good weights");
    expect(batches).toBeGreaterThan(0);
    expect(weightsOf(model)).toEqual(lastGood);
    expect(lastGood.every(Number.isFinite)).toBe(true);
  });

  it("says so when the weights themselves have left float32", async () => {
    const { model, trainer } = lineTrainer({ learningRate: 3e38 });
    const failure = await failureOf(trainer.fit({ train: lineLoader(20, 8), epochs: 1 }));
    expect(weightsOf(model).every(Number.isFinite)).toBe(false);
    expect(failure.message).toContain("the weights were not finite before it either: load others.");
    expect(failure.message).not.toContain("last good weights");
  });

  it("points at the data when the very first batch fails", async () => {
    const data = new TensorDataset([tensor([[1], [Number.NaN]]), tensor([[1], [2]])]);
    const { model, trainer } = lineTrainer();
    const before = weightsOf(model);
    const fit = trainer.fit({ train: new DataLoader(data, { batchSize: 2 }), epochs: 1 });
    const failure = await failureOf(fit);
    expect([failure.epoch, failure.batch]).toEqual([1, 1]);
    expect(failure.message).toMatch(/very first batch, so look for NaN or infinities in the data/);
    expect(weightsOf(model)).toEqual(before);
  });

  it("lets the trainer go on, with other data", async () => {
    const broken = new TensorDataset([tensor([[1], [Number.NaN]]), tensor([[1], [2]])]);
    const { model, trainer } = lineTrainer();
    const fresh = lineTrainer();
    await failureOf(trainer.fit({ train: new DataLoader(broken, { batchSize: 2 }), epochs: 1 }));
    const { epochs } = await trainer.fit({ train: lineLoader(), epochs: 2 });
    await fresh.trainer.fit({ train: lineLoader(), epochs: 2 });
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(weightsOf(model)).toEqual(weightsOf(fresh.model));
  });
});
