import { expect, test } from "vitest";
import { Linear } from "../../src/nn/index.js";
import { SGD, schedule } from "../../src/optim/index.js";
import { Parameter, tensor } from "../../src/tensor/index.js";
import { ReduceOnPlateau, type ReduceOnPlateauOptions } from "../../src/train/index.js";
import { lineLoader, lineTrainer } from "./line.js";

test("lowers the rates of all groups after epochs without improvement, down to a minimum", async () => {
  const model = new Linear(1, 1, { bias: false });
  const other = new Parameter(tensor([1]));
  const groups = [{ parameters: model.parameters() }, { parameters: [other], learningRate: 0.01 }];
  const optimizer = new SGD(groups, { learningRate: 0.4 });
  const rates: number[][] = [];
  const { trainer } = lineTrainer({
    model,
    optimizer,
    // It never improves.
    loss: (prediction) => prediction.mean().mul(0).add(other.mul(0).sum()).add(1),
    callbacks: [
      new ReduceOnPlateau({ monitor: "train.loss", factor: 0.5, patience: 1, minimum: 0.008 }),
      {
        onEpochEnd: ({ optimizer }) =>
          void rates.push(optimizer.groups.map(({ learningRate }) => learningRate)),
      },
    ],
  });
  await trainer.fit({ train: lineLoader(), epochs: 3 });
  // It goes on counting in another fit.
  await trainer.fit({ train: lineLoader(), epochs: 2 });
  expect(rates).toEqual([
    [0.4, 0.01],
    [0.4, 0.01],
    [0.2, 0.008],
    [0.2, 0.008],
    [0.1, 0.008],
  ]);
});

test("fails when a fit begins that will not have its score", async () => {
  const { trainer } = lineTrainer({ callbacks: [new ReduceOnPlateau()] });
  await expect(trainer.fit({ train: lineLoader(), epochs: 1 })).rejects.toThrow(
    'ReduceOnPlateau: received monitor "validation.loss", expected one of train.loss; fit was called',
  );
});

test("leaves rates below the minimum where they are", async () => {
  const { trainer, optimizer } = lineTrainer({
    learningRate: 1e-6,
    callbacks: [new ReduceOnPlateau({ monitor: "train.loss", patience: 0, minimum: 0.1 })],
  });
  await trainer.fit({ train: lineLoader(), epochs: 3 });
  expect(optimizer.learningRate).toBe(1e-6);
});

test("does not go together with a schedule", () => {
  const callbacks = [new ReduceOnPlateau()];
  expect(() => lineTrainer({ callbacks, schedule: { perEpoch: schedule.constant() } })).toThrow(
    "Trainer: received a schedule and a ReduceOnPlateau, expected one of both",
  );
});

test.each<[ReduceOnPlateauOptions, string]>([
  [{ factor: 1 }, "ReduceOnPlateau: received factor 1, expected 0 < factor < 1."],
  [
    { patience: -1 },
    "ReduceOnPlateau: received patience -1, expected a finite number of at least 0",
  ],
  [{ cooldown: Number.NaN }, "ReduceOnPlateau: received cooldown NaN"],
  [{ minimum: -1 }, "ReduceOnPlateau: received minimum -1"],
  [{ minimumChange: -1 }, "ReduceOnPlateau: received minimumChange -1, expected a finite number"],
  [{ relative: 1 as never }, "ReduceOnPlateau: received relative 1, expected true or false."],
  [{ monitor: [] as never }, "ReduceOnPlateau: received monitor a list of 0, expected the name"],
  [{ monitor: "validation.accuracy" }, 'received mode undefined for "validation.accuracy"'],
  [
    { minLr: 1 } as never,
    'ReduceOnPlateau: received an option named "minLr", expected names among',
  ],
])("refuses %j", (options, message) => {
  expect(() => new ReduceOnPlateau(options)).toThrow(message);
});
