import { expect, test } from "vitest";
import { SGD, schedule } from "../../src/optim/index.js";
import { Parameter, tensor } from "../../src/tensor/index.js";
import { ReduceOnPlateau, type ReduceOnPlateauOptions } from "../../src/train/index.js";
import { lineLoader, lineTrainer } from "./line.js";

test("lowers the rates of all groups after epochs without improvement, down to a minimum", async () => {
  const far = [1, 1].map((value) => new Parameter(tensor([value])));
  // The loss does not depend on the weights, so it never improves.
  const [a, b] = far as [Parameter, Parameter];
  const optimizer = new SGD([{ parameters: [a] }, { parameters: [b], learningRate: 0.01 }], {
    learningRate: 0.4,
  });
  const rates: number[][] = [];
  const { trainer } = lineTrainer({
    optimizer,
    loss: (prediction) => prediction.mean().mul(0).add(a.mul(0).sum()).add(b.mul(0).sum()).add(1),
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
  [{ minimumChange: -1 }, "ReduceOnPlateau: received minimumChange -1, expected at least 0."],
  [{ relative: 1 as never }, "ReduceOnPlateau: received relative 1, expected true or false."],
  [{ monitor: "validation.accuracy" }, 'received mode undefined for "validation.accuracy"'],
  [
    { minLr: 1 } as never,
    'ReduceOnPlateau: received an option named "minLr", expected names among',
  ],
])("refuses %j", (options, message) => {
  expect(() => new ReduceOnPlateau(options)).toThrow(message);
});
