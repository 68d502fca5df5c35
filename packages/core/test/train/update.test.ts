import { describe, expect, test, vi } from "vitest";
import { mse } from "../../src/loss/index.js";
import { Linear } from "../../src/nn/index.js";
import { Adam, ExponentialMovingAverage, SGD, schedule } from "../../src/optim/index.js";
import { manualSeed, Parameter, tensor } from "../../src/tensor/index.js";
import { type Callback, Trainer, type TrainerOptions } from "../../src/train/index.js";
import { lineLoader, lineTrainer, weightsOf } from "./line.js";

/** As `lineTrainer`, with an optimiser that remembers. */
function adamTrainer(options: Partial<TrainerOptions> = {}) {
  manualSeed(1);
  const model = new Linear(1, 1);
  const optimizer = new Adam(model.parameters(), { learningRate: 0.05 });
  return { model, trainer: new Trainer({ model, optimizer, loss: mse, ...options }) };
}

describe("accumulate", () => {
  test("takes several batches as one, and what is left at the end of the epoch as another", async () => {
    // 20 samples: 12 and 8, which is 4 + 4 + 4 and 4 + 4.
    const large = adamTrainer();
    await large.trainer.fit({ train: lineLoader(20, 12), epochs: 4 });
    const small = adamTrainer({ accumulate: 3 });
    const forward = vi.spyOn(small.model, "forward");
    await small.trainer.fit({ train: lineLoader(20, 4), epochs: 4 });
    const expected = weightsOf(large.model);
    weightsOf(small.model).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 5);
    });
    // One Program that adds gradients up, and one that updates.
    expect(forward).toHaveBeenCalledTimes(2);
  });

  test("weighs a short last batch by its samples", async () => {
    // 20 samples as 8 + 8 + 4, all in one update.
    const large = adamTrainer();
    await large.trainer.fit({ train: lineLoader(20, 20), epochs: 5 });
    const small = adamTrainer({ accumulate: 10 });
    await small.trainer.fit({ train: lineLoader(20, 8), epochs: 5 });
    const expected = weightsOf(large.model);
    weightsOf(small.model).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 5);
    });
  });

  /** Two epochs of 3 + 2 batches, after one that was stopped after some of its batches. */
  async function afterStopAt(batches: number) {
    const steps: number[] = [];
    const watch: Callback = {
      onBatchEnd(context) {
        if (steps.push(context.step) === batches) context.stop("enough");
      },
    };
    const { model, trainer } = adamTrainer({ accumulate: 3, callbacks: [watch] });
    await trainer.fit({ train: lineLoader(20, 4), epochs: 1 });
    await trainer.fit({ train: lineLoader(20, 4), epochs: 2 });
    return { steps, weights: weightsOf(model) };
  }

  test("counts updates, not batches, and drops what an epoch gathered before it was stopped", async () => {
    const { steps, weights } = await afterStopAt(4);
    // The stopped epoch starts anew, and its updates count anew.
    expect(steps).toEqual([0, 0, 1, 1, ...[0, 0, 1, 1, 2], ...[2, 2, 3, 3, 4]]);
    expect(weights).toEqual((await afterStopAt(3)).weights);
    expect(weights).not.toEqual((await afterStopAt(5)).weights);
  });
});

/** The learning rate of every batch of 6, three an epoch. */
async function ratesOf(options: Partial<TrainerOptions>, fits: readonly number[] = [2]) {
  const rates: number[] = [];
  const watch: Callback = { onBatchEnd: ({ learningRate }) => void rates.push(learningRate) };
  const { trainer, optimizer } = lineTrainer({
    learningRate: 0.5,
    callbacks: [watch],
    ...options,
  });
  for (const epochs of fits) await trainer.fit({ train: lineLoader(20, 8), epochs });
  return { rates, optimizer };
}

describe("schedule", () => {
  const perStep = schedule.linear({ length: 8 });
  const perEpoch = schedule.exponential({ factor: 0.5 });

  test("goes by updates, by epochs, or by both", async () => {
    const steps = await ratesOf({ schedule: { perStep } });
    expect(steps.rates).toEqual([8, 7, 6, 5, 4, 3].map((share) => (0.5 * share) / 8));
    const epochs = await ratesOf({ schedule: { perEpoch } });
    expect(epochs.rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.25]);
    const both = await ratesOf({ schedule: { perStep, perEpoch } });
    expect(both.rates).toEqual(steps.rates.map((rate, index) => (index < 3 ? rate : rate / 2)));
  });

  test("counts on from one fit to the next", async () => {
    const once = await ratesOf({ schedule: { perStep, perEpoch } }, [3]);
    const thrice = await ratesOf({ schedule: { perStep, perEpoch } }, [1, 1, 1]);
    expect(thrice.rates).toEqual(once.rates);
  });

  test("counts updates where gradients accumulate", async () => {
    const { rates } = await ratesOf({ schedule: { perStep }, accumulate: 2 });
    expect(rates).toEqual([8, 8, 7, 6, 6, 5].map((share) => (0.5 * share) / 8));
  });

  test("keeps the proportions of groups, and compiles nothing anew", async () => {
    manualSeed(1);
    const model = new Linear(1, 1);
    const forward = vi.spyOn(model, "forward");
    const [weight, bias] = model.parameters().map((each) => [each]);
    const optimizer = new Adam(
      [
        { parameters: weight ?? [], learningRate: 0 },
        { parameters: bias ?? [], learningRate: 0.25 },
      ],
      {},
    );
    const before = weightsOf(model);
    const trainer = new Trainer({ model, optimizer, loss: mse, schedule: { perEpoch } });
    await trainer.fit({ train: lineLoader(20, 20), epochs: 3 });
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([0, 0.0625]);
    expect(forward).toHaveBeenCalledTimes(1);
    const after = weightsOf(model);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });

  test("tells a factor that is none", async () => {
    for (const wrong of [Number.NaN, -1, "1", undefined, Promise.resolve(1)]) {
      await expect(ratesOf({ schedule: { perStep: () => wrong as never } })).rejects.toThrow(
        /^Trainer: received schedule\.perStep\(0\) .*, expected a finite number of at least 0\.$/,
      );
    }
    const perEpoch = (count: number): number => (count === 1 ? Number.POSITIVE_INFINITY : 1);
    await expect(ratesOf({ schedule: { perEpoch } })).rejects.toThrow(
      "Trainer: received schedule.perEpoch(1) Infinity",
    );
    const far = { perStep: () => 10, perEpoch: () => 3e38 };
    await expect(ratesOf({ schedule: far })).rejects.toThrow("SGD: received learningRate 1.5e+39");
  });

  test("is left out where it is undefined", async () => {
    const { rates } = await ratesOf({ schedule: { perStep: undefined, perEpoch } as never });
    expect(rates).toEqual([0.5, 0.5, 0.5, 0.25, 0.25, 0.25]);
  });
});

test.each([
  [{ accumulate: 0 }, "Trainer: received accumulate 0, expected an integer of at least 1."],
  [
    { schedule: { perBatch: schedule.constant() } },
    'received an option named "perBatch", expected',
  ],
  [{ schedule: schedule.constant() }, "received the function as the options, expected a plain"],
  [
    { schedule: { perStep: 0.1 } },
    "Trainer: received 0.1 as schedule.perStep, expected one such as",
  ],
  [{ average: 0 }, "Trainer: received 0 as the average, expected an ExponentialMovingAverage."],
  [
    { average: null },
    "Trainer: received null as the average, expected an ExponentialMovingAverage.",
  ],
  [
    {
      average: new ExponentialMovingAverage([new Parameter(tensor([1]))], { decay: 0.9 }),
    },
    "Trainer: received the average of 1 parameters, none of them of Linear(1, 1), expected those",
  ],
  [
    { optimizer: new SGD(new Linear(1, 1).parameters()) },
    "Trainer: received the optimizer of 2 parameters, none of them of Linear(1, 1), expected those",
  ],
  [
    { average: 0.999 },
    "Trainer: received 0.999 as the average, expected an ExponentialMovingAvera",
  ],
])("a Trainer refuses a part of an update, %#", (options, message) => {
  expect(() => lineTrainer(options as never)).toThrow(message);
});
