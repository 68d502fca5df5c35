import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExecutionError } from "../../src/array/index.js";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { crossEntropy } from "../../src/loss/index.js";
import {
  accuracy,
  f1,
  logLoss,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  perplexity,
  precision,
  r2,
  recall,
  rootMeanSquaredError,
  score,
  topK,
} from "../../src/metrics/index.js";
import { Linear } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { compile, ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";
import { type Scores, Trainer } from "../../src/train/index.js";
import { scoreOver } from "./scoreOver.js";

describe("golden values", () => {
  const prediction = tensor([15, 18, 20, 22, 25]);
  const target = tensor([17, 20, 18, 21, 20]);

  test("MAE 2.4 and MSE 7.6, also in another unit", async () => {
    expect(await score(meanAbsoluteError(), prediction, target)).toBeCloseTo(2.4, 6);
    expect(await score(meanSquaredError(), prediction, target)).toBeCloseTo(7.6, 6);
    expect(await score(meanAbsoluteError({ unit: 200 }), prediction, target)).toBeCloseTo(480, 4);
    expect(await score(meanSquaredError({ unit: 10 }), prediction, target)).toBeCloseTo(760, 4);
  });

  test("R^2 is 1 for the truth, 0 for its mean, below 0 for worse", async () => {
    expect(await score(r2(), target, target)).toBe(1);
    expect(await score(r2(), ones([5]).mul(19.2), target)).toBeCloseTo(0, 4);
    // Residual 38 against a variance of 10.8, each summed over five.
    expect(await score(r2(), prediction, target)).toBeCloseTo(1 - 38 / 10.8, 3);
  });

  test("accuracy", async () => {
    const logits = tensor([
      [2, 1, 0],
      [0, 3, 1],
      [1, 1, 0],
      [0, 1, 2],
    ]);
    const labels = tensor([0, 2, 0, 2], { dtype: "int32" });
    expect(await score(accuracy(), logits, labels)).toBe(0.75);
    expect(await score(accuracy(), logits, labels.cast("uint8"))).toBe(0.75);
  });

  test("a sample with NaN among its logits is wrong, whatever its label", async () => {
    const logits = tensor([
      [Number.NaN, Number.NaN],
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
    ]);
    const labels = tensor([0, 0, 1, 1], { dtype: "int32" });
    expect(await score(accuracy(), logits, labels)).toBe(0.25);
  });

  test("RMSE and MAPE", async () => {
    expect(await score(rootMeanSquaredError(), prediction, target)).toBeCloseTo(Math.sqrt(7.6), 6);
    const inUnits = rootMeanSquaredError({ unit: -10 });
    expect(await score(inUnits, prediction, target)).toBeCloseTo(10 * Math.sqrt(7.6), 5);
    const relative = (2 / 17 + 2 / 20 + 2 / 18 + 1 / 21 + 5 / 20) / 5;
    expect(await score(meanAbsolutePercentageError(), prediction, target)).toBeCloseTo(relative, 6);
  });

  test("the perplexity of a model that knows nothing is the number of classes", async () => {
    const labels = tensor([0, 3, 6], { dtype: "int32" });
    expect(await score(perplexity(), zeros([3, 7]), labels)).toBeCloseTo(7, 5);
  });

  test("the perplexity of a set is no mean of those of its batches", () => {
    const sure = [tensor([[9, -9]]), tensor([0], { dtype: "int32" })] as const;
    const wrong = [tensor([[1, 0]]), tensor([1], { dtype: "int32" })] as const;
    const nats = Math.log1p(Math.E) / 2 + Math.log1p(Math.exp(-18)) / 2;
    expect(scoreOver(perplexity(), [sure, wrong])).toBeCloseTo(Math.exp(nats), 6);
  });

  test("the log loss of a set, also where the softmax is 0 to all digits", async () => {
    const labels = tensor([0, 1], { dtype: "int32" });
    const logits = tensor([
      [1, 0],
      [200, 0],
    ]);
    const nats = (Math.log1p(Math.exp(-1)) + 200) / 2;
    expect(await score(logLoss(), logits, labels)).toBeCloseTo(nats, 4);
    expect(await score(logLoss(), zeros([2, 7]), labels)).toBeCloseTo(Math.log(7), 6);
  });

  test("names", () => {
    const scores = [
      ...[accuracy(), meanSquaredError(), meanAbsoluteError(), r2(), rootMeanSquaredError()],
      ...[topK(5), precision(), recall("weighted"), f1(3), logLoss()],
    ];
    expect(scores.map(({ name }) => name)).toEqual([
      ...["accuracy", "mse", "mae", "r2", "rmse"],
      ...["top 5", "macro precision", "weighted recall", "f1 of class 3", "log loss"],
    ]);
  });
});

/** Metrics of class indices, and what each says of one right row of three. */
const ofClasses = [accuracy(), topK(2), precision("micro"), recall("micro"), f1("micro")];

describe("rows and labels that are not as they should be", () => {
  test.each(ofClasses)(
    "$name: a row with a NaN is a sample without a right prediction",
    (metric) => {
      const logits = tensor([
        [3, Number.NaN, 0],
        [3, 2, 1],
        [Number.NaN, Number.NaN, Number.NaN],
      ]);
      const labels = tensor([0, 0, 2], { dtype: "int32" });
      const received = scoreOver(metric, [[logits, labels]]);
      // Of what is predicted all is right; of what is there a third.
      const expected = { "micro precision": 1, "micro f1": 2 / (1 + 3) }[metric.name] ?? 1 / 3;
      expect(received).toBeCloseTo(expected, 12);
    },
  );

  test.each([
    ...[accuracy(), topK(2), perplexity(), logLoss()],
    ...[precision("micro"), recall(), f1(0)],
  ])("$name: a label that no logit stands for fails the run", async (metric) => {
    for (const label of [3, -1]) {
      const labels = tensor([0, label], { dtype: "int32" });
      const run = score(metric, ones([2, 3]), labels);
      await expect(run).rejects.toThrow(ExecutionError);
      await expect(run).rejects.toThrow(
        new RegExp(`^labels of \\w+: received index ${label}, expected 0 to 2\\.$`),
      );
    }
  });

  test("in a compiled step as well", () => {
    const step = compile((logits: Tensor, labels: Tensor) => f1().statistics(logits, labels));
    const labels = (list: number[]): Tensor => tensor(list, { dtype: "int32" });
    expect([...step(ones([2, 2]), labels([0, 1])).dataSync()]).toEqual([1, 0, 2, 0, 1, 1]);
    expect(() => step(ones([2, 2]), labels([0, 2])).dataSync()).toThrow(
      "labels of f1: received index 2, expected 0 to 1.",
    );
  });
});

describe("nothing seen yet", () => {
  const everyMetric = [
    ...[accuracy(), topK(1), precision(), recall("weighted"), f1("micro"), f1(0)],
    ...[logLoss(), perplexity(), meanSquaredError(), rootMeanSquaredError(), meanAbsoluteError()],
    ...[meanAbsolutePercentageError(), r2()],
  ];

  test.each(everyMetric)("$name is NaN for no totals, and for zeros", (metric) => {
    expect(metric.result(new Float64Array(0))).toBeNaN();
    const isOfClasses = everyMetric.indexOf(metric) < 8;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 6 }), (rows, width) => {
        const target = isOfClasses ? zeros([rows], "int32") : zeros([rows, width]);
        const { size } = metric.statistics(ones([rows, width]), target);
        expect(metric.result(new Float64Array(size))).toBeNaN();
      }),
      { numRuns: 10 },
    );
  });

  test("so scores at the start of an epoch are NaN", async () => {
    const model = new Linear(1, 2);
    const seen: Scores[] = [];
    const metrics = everyMetric.slice(0, 8);
    const trainer = new Trainer({
      model,
      loss: crossEntropy,
      optimizer: new SGD(model.parameters(), { learningRate: 0.1 }),
      metrics,
      callbacks: [{ onEpochStart: (context) => void seen.push(context.scores()) }],
    });
    const data = new TensorDataset([ones([4, 1]), tensor([0, 1, 1, 0], { dtype: "int32" })]);
    await trainer.fit({ train: new DataLoader(data, { batchSize: 2 }), epochs: 2 });
    const names = ["loss", ...metrics.map(({ name }) => name)];
    const unknown = Object.fromEntries(names.map((name) => [name, Number.NaN]));
    expect(seen).toEqual([unknown, unknown]);
  });
});

describe("bad input", () => {
  test("shapes", () => {
    for (const metric of [meanSquaredError(), meanAbsoluteError(), r2()]) {
      expect(() => metric.statistics(ones([3, 1]), ones([3]))).toThrow(
        "received predictions (3, 1) and targets (3,), expected equal shapes; reshape the targets.",
      );
    }
    expect(() => accuracy().statistics(ones([3, 2]), zeros([3, 2], "int32"))).toThrow(
      "accuracy: received logits (3, 2) and labels (3, 2), expected (N, C) and (N,), or (N, C, ...",
    );
    expect(() => accuracy().statistics(ones([3, 2]), zeros([2], "int32"))).toThrow("(N, C)");
  });

  test("a class that is not there, an average of no name, too many", () => {
    const labels = zeros([3], "int32");
    expect(() => f1(2).statistics(ones([3, 2]), labels)).toThrow(
      'f1: received 2, expected "macro", "micro", "weighted", or the index of a class, 0 to 1.',
    );
    expect(() => precision("mean" as "macro")).toThrow(
      'precision: received "mean", expected "macro", "micro", "weighted", or the index of a class, from 0; names',
    );
    expect(() => recall(-1)).toThrow("recall: received -1, expected");
    expect(() => topK(0)).toThrow("topK: received k 0, expected an integer of at least 1");
    expect(() => topK(2).statistics(ones([3, 2]), labels)).toThrow(
      "topK: received k 2 for 2 classes, expected fewer",
    );
    expect(() => perplexity().statistics(ones([3]), labels)).toThrow("perplexity: received logits");
  });

  test("dtypes", () => {
    expect(() => accuracy().statistics(ones([3, 2]), ones([3]))).toThrow(
      "received labels of dtype float32, expected class indices of dtype int32 or uint8",
    );
  });
});
