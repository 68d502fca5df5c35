import {
  DataLoader,
  loss,
  metrics,
  nn,
  optim,
  Subset,
  split,
  TensorDataset,
  tensor,
} from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { experiment, type SetupContext } from "../../src/experiment/experiment.js";
import { Run } from "../../src/experiment/run.js";
import { crossValidate } from "../../src/objective/crossValidate.js";
import { estimate } from "../../src/objective/estimate.js";

/** Points of y = 2x + 1. */
function points(samples: number): TensorDataset {
  const x = Float32Array.from({ length: samples }, (_, index) => index / samples);
  const shape = [samples, 1];
  return new TensorDataset([
    tensor(x, { shape }),
    tensor(
      x.map((each) => 2 * each + 1),
      { shape },
    ),
  ]);
}

type Data = Awaited<ReturnType<typeof Run.prepare>>["setup"]["data"];

const lineOf = (
  dataOf: (context: SetupContext<Record<never, never>>) => Data,
  others: object = {},
) =>
  experiment({
    name: "line",
    hyperparameters: {},
    setup: (context) => {
      const model = new nn.Linear(1, 1);
      const optimizer = new optim.SGD(model.parameters(), { learningRate: 0.1 });
      const data = dataOf(context);
      return { data, model, loss: loss.meanSquaredError, optimizer, ...others };
    },
  });

const parts = ([train, validation, test]: readonly Subset[]): Data =>
  train ? { train, validation, test } : fail();

const fail = (): never => {
  throw new Error("a part is missing");
};

const indicesOf = (part: unknown): number[] =>
  part instanceof Subset ? [...part.indices] : fail();

const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);

describe.each([
  ["a setup that splits by its context", ({ split }: SetupContext<Record<never, never>>) => split],
  ["a setup that does not", () => split],
])("%s", (_, splitOf) => {
  test("every sample but those of the test part validates once, and trains the other folds", async () => {
    const sizes = fc.record({
      samples: fc.integer({ min: 20, max: 60 }),
      of: fc.integer({ min: 2, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ samples, of }) => {
        const all = points(samples);
        const line = lineOf((context) =>
          parts(splitOf(context)(all, [0.6, 0.2, 0.2], { seed: 7 })),
        );
        const [known, more, kept] = split(samples, [0.6, 0.2, 0.2], { seed: 7 });
        const pool = sorted([...known, ...more]);
        const validated: number[] = [];
        for (let index = 0; index < of; index++) {
          const { data } = (await Run.prepare(line, { fold: { index, of } })).setup;
          const validation = indicesOf(data.validation);
          expect(sorted([...indicesOf(data.train), ...validation])).toEqual(pool);
          expect(indicesOf(data.test)).toEqual([...kept]);
          validated.push(...validation);
        }
        expect(sorted(validated)).toEqual(pool);
      }),
      { numRuns: 10 },
    );
  });
});

test("without folds the context's split is core's, with the run's seed", async () => {
  const all = points(30);
  const line = lineOf(({ split }) => parts(split(all, [0.5, 0.3, 0.2])));
  const { data } = (await Run.prepare(line, { seed: 5 })).setup;
  expect(indicesOf(data.train)).toEqual([...split(30, [0.5, 0.3, 0.2], { seed: 5 })[0]]);
});

test("folds of classes have each class in proportion, also by the context's split", async () => {
  const labels = Int32Array.from({ length: 40 }, (_, index) => (index % 10 === 0 ? 1 : 0));
  const inputs = tensor(new Float32Array(40), { shape: [40, 1] });
  const all = new TensorDataset([inputs, tensor(labels)]);
  const byContext = lineOf(({ split }) => parts(split(all, [0.6, 0.4], { stratifyBy: labels })));
  const byItself = lineOf(() => ({ train: all }));
  for (const line of [byContext, byItself]) {
    for (const index of [0, 1, 2, 3]) {
      const { data } = (await Run.prepare(line, { fold: { index, of: 4 } })).setup;
      const classes = indicesOf(data.validation).map((sample) => labels[sample]);
      expect(sorted(classes as number[])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }
  }
});

const all = points(12);
const loader = new DataLoader(all, { batchSize: 4 });
test.each([
  [
    "a loader",
    lineOf(() => ({ train: loader })),
    /a loader or a stream, whose samples have no index/,
  ],
  [
    "parts of two datasets",
    lineOf(() => ({ train: points(8), validation: points(4) })),
    /that are no parts of one dataset to make folds of; expected one that splits by its context/,
  ],
  [
    "preprocessing fitted before",
    lineOf(() => ({ train: all }), { preprocessing: { vocabulary: { toJSON: () => ["a"] } } }),
    /fitted its preprocessing on a training part of its own, which holds most of what/,
  ],
  [
    "a split in one part",
    lineOf(({ split }) => parts(split(all, [12]))),
    /split: received 1 part in cross-validation, expected two or more/,
  ],
])("%s cannot be folded", async (_, line, message) => {
  await expect(crossValidate(line, { folds: 2 })).rejects.toThrow(message);
});

test("scores of all folds and seeds, the same every time", async () => {
  const line = lineOf(({ split }) => parts(split(points(20), [0.6, 0.4])), {
    metrics: [metrics.meanAbsoluteError()],
  });
  const options = { hyperparameters: { epochs: 2 }, folds: 3, seeds: [1, 2] };
  const steps: number[] = [];
  const watch = ({ step }: { step: number }): undefined => void steps.push(step);
  const first = await crossValidate(line, { ...options, watch });
  expect(steps).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  expect(first.trainings.map(({ seed, fold }) => [seed, fold?.index])).toEqual([
    ...[0, 1, 2].map((fold) => [1, fold]),
    ...[0, 1, 2].map((fold) => [2, fold]),
  ]);
  const losses = first.trainings.map(({ scores }) => scores["validation.loss"] ?? fail());
  expect(new Set(losses).size).toBe(6);
  expect(first.scores["validation.loss"]).toEqual(estimate(losses, { overlap: 1 / 2 }));
  expect(Object.keys(first.scores)).toContain("train.mae");
  expect((await crossValidate(line, options)).scores).toEqual(first.scores);
});

test("ends when it is told to, with what is complete", async () => {
  const line = lineOf(({ split }) => parts(split(points(20), [0.6, 0.4])));
  const { trainings, stopped } = await crossValidate(line, {
    ...{ hyperparameters: { epochs: 3 }, folds: 4 },
    watch: ({ step }) => (step === 4 ? "poor" : undefined),
  });
  expect([trainings.length, stopped]).toEqual([2, "poor"]);
});

test.each([
  [{ folds: 0 }, /received 0 folds, expected an integer of at least 1/],
  [{ seeds: [1, 1] }, /expected a list of different whole numbers/],
  [{ fold: 3 }, /crossValidate: received .*fold/],
])("%j is refused", async (options, message) => {
  const line = lineOf(() => ({ train: points(8) }));
  await expect(crossValidate(line, options as object)).rejects.toThrow(message);
});
