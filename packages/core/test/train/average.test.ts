import { expect, test } from "vitest";
import { mse } from "../../src/loss/index.js";
import { Linear } from "../../src/nn/index.js";
import { ExponentialMovingAverage, SGD } from "../../src/optim/index.js";
import { manualSeed, tensor } from "../../src/tensor/index.js";
import { EarlyStopping, Trainer, type TrainerOptions } from "../../src/train/index.js";
import { lineLoader, lineTrainer, weightsOf } from "./line.js";

function averagingTrainer(options: Partial<TrainerOptions> = {}) {
  manualSeed(1);
  const model = new Linear(1, 1);
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
  const average = new ExponentialMovingAverage(model.parameters(), { decay: 0.9 });
  const trainer = new Trainer({ model, optimizer, loss: mse, average, ...options });
  const averages = () => average.applied(() => weightsOf(model));
  return { model, trainer, average, averages };
}

/** The mean squared error of a line on the data of `lineLoader`. */
const lossOf = ([slope, intercept]: readonly number[]): number => {
  const errors = Array.from({ length: 20 }, (_, i) => {
    const x = (2 * i) / 19 - 1;
    return ((slope as number) * x + (intercept as number) - (3 * x - 2)) ** 2;
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
};

test("training goes as it would without, and measures the averages", async () => {
  const plain = lineTrainer();
  await plain.trainer.fit({ train: lineLoader(), epochs: 2 });
  const { model, trainer, averages } = averagingTrainer();
  const { epochs } = await trainer.fit({
    train: lineLoader(),
    validation: lineLoader(),
    epochs: 2,
  });
  expect(weightsOf(model)).toEqual(weightsOf(plain.model));

  expect(epochs.at(-1)?.validation?.loss).toBeCloseTo(lossOf(averages()), 4);
  expect(lossOf(averages())).not.toBeCloseTo(lossOf(weightsOf(model)), 2);
  expect((await trainer.evaluate(lineLoader())).loss).toBeCloseTo(lossOf(averages()), 4);
  const [slope, intercept] = averages() as [number, number];
  const answer = await trainer.predict(tensor([[2]]));
  expect(answer.itemSync()).toBeCloseTo(2 * slope + intercept, 5);
  const state = trainer.stateDict();
  expect([...(state.get("weight")?.dataSync() ?? [])]).toEqual([slope]);
  expect(weightsOf(model)).toEqual(weightsOf(plain.model));
});

test("a trainer without an average gives the weights themselves", async () => {
  const { model, trainer } = lineTrainer();
  const [slope] = weightsOf(model);
  expect([...(trainer.stateDict().get("weight")?.dataSync() ?? [])]).toEqual([slope]);
});

test("the average sees one state of the weights for each update", async () => {
  const { trainer, average } = averagingTrainer({ accumulate: 2 });
  await trainer.fit({ train: lineLoader(20, 8), epochs: 3 });
  expect([...(average.stateDict().get("updates")?.dataSync() ?? [])]).toEqual([6]);
});

test("early stopping brings the best average back together with the weights", async () => {
  const best: { weights: number[]; averages: number[] }[] = [];
  const stopping = new EarlyStopping({ patience: 1, monitor: "train.loss" });
  const setup = averagingTrainer({
    callbacks: [
      stopping,
      {
        onEpochEnd(context, { epoch }) {
          if (epoch === 2) {
            best.push({ weights: weightsOf(setup.model), averages: setup.averages() });
            // From here on it gets worse.
            context.learningRate = 3;
          }
        },
      },
    ],
  });
  const { stopped } = await setup.trainer.fit({ train: lineLoader(), epochs: 9 });
  expect(stopped).toContain("train.loss has not improved since");
  expect(stopping.best?.epoch).toBe(2);
  expect(best).toEqual([{ weights: weightsOf(setup.model), averages: setup.averages() }]);
});
