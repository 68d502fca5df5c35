import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accuracy,
  type Metric,
  meanAbsoluteError,
  meanSquaredError,
  r2,
  score,
} from "../../src/metrics/index.js";
import { ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

/** A score over batches, as a training loop computes it. */
function scoreOver(metric: Metric, batches: readonly (readonly [Tensor, Tensor])[]): number {
  const parts = batches.map((batch) => metric.statistics(...batch).dataSync());
  const [first] = parts;
  const totals = Float64Array.from(first ?? [], (_, index) =>
    parts.reduce((sum, part) => sum + (part[index] as number), 0),
  );
  return metric.result(totals);
}

/** Splits at the given places. */
function batchesOf(prediction: number[], target: number[], size: number) {
  const batches: [Tensor, Tensor][] = [];
  for (let start = 0; start < target.length; start += size) {
    batches.push([
      tensor(prediction.slice(start, start + size)),
      tensor(target.slice(start, start + size)),
    ]);
  }
  return batches;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** R^2 in float64, in two passes. */
function exactR2(prediction: readonly number[], target: readonly number[]): number {
  const centre = mean(target);
  const residual = mean(target.map((y, index) => (y - (prediction[index] as number)) ** 2));
  return 1 - residual / mean(target.map((y) => (y - centre) ** 2));
}

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

  test("names", () => {
    const metrics = [accuracy(), meanSquaredError(), meanAbsoluteError(), r2()];
    expect(metrics.map(({ name }) => name)).toEqual(["accuracy", "mse", "mae", "r2"]);
  });
});

test("a short last batch weighs as much as its elements, not as a batch", () => {
  const prediction = [1, 1, 1, 1, 1];
  const target = [1, 1, 1, 1, 6];
  // The mean of batch means would say (0 + 0 + 25) / 3.
  expect(scoreOver(meanSquaredError(), batchesOf(prediction, target, 2))).toBe(5);
  expect(scoreOver(meanAbsoluteError(), batchesOf(prediction, target, 2))).toBe(1);
});

test("the score does not depend on how the set is cut into batches", () => {
  const pairs = fc.array(
    fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 12 }), (rows, size) => {
      const [prediction, target] = [rows.map(([p]) => p), rows.map(([, y]) => y)];
      // Sums of small integers are exact.
      for (const metric of [meanSquaredError(), meanAbsoluteError(), r2()]) {
        const whole = scoreOver(metric, batchesOf(prediction, target, rows.length));
        expect(scoreOver(metric, batchesOf(prediction, target, size))).toBe(whole);
      }
    }),
    { numRuns: 25 },
  );
});

describe("R^2 of targets around 100", () => {
  // Low-discrepancy points instead of random ones: repeatable without a generator.
  const noise = (index: number, step: number): number => ((index * step) % 1) - 0.5;
  const rows = (spread: number): [number[], number[]] => {
    const target = Array.from({ length: 1000 }, (_, i) =>
      Math.fround(100 + spread * noise(i, 0.6180339887)),
    );
    const prediction = target.map((y, i) => Math.fround(y + 0.3 * spread * noise(i, 0.7548776662)));
    return [prediction, target];
  };

  test.each([0.01, 0.1, 1, 10])("spread %s, with a reference near them", (spread) => {
    const [prediction, target] = rows(spread);
    const exact = exactR2(prediction, target);
    expect(exact).toBeGreaterThan(0.8);
    const batches = batchesOf(prediction, target, 64);
    for (const reference of [100, 100 + spread]) {
      expect(scoreOver(r2({ reference }), batches)).toBeCloseTo(exact, 4);
    }
  });

  test("without a reference: right while the spread allows, NaN where it does not", () => {
    for (const spread of [2, 10, 50]) {
      const [prediction, target] = rows(spread);
      const batches = batchesOf(prediction, target, 64);
      expect(Math.abs(scoreOver(r2(), batches) - exactR2(prediction, target))).toBeLessThan(0.01);
    }
    for (const spread of [0.001, 0.1, 1]) {
      expect(scoreOver(r2(), batchesOf(...rows(spread), 64))).toBeNaN();
    }
  });

  test("targets that do not vary have none", async () => {
    expect(await score(r2(), ones([4]), ones([4]))).toBeNaN();
    expect(await score(r2({ reference: 1 }), ones([4]), ones([4]))).toBeNaN();
  });
});

describe("bad input", () => {
  test("shapes", () => {
    for (const metric of [meanSquaredError(), meanAbsoluteError(), r2()]) {
      expect(() => metric.statistics(ones([3, 1]), ones([3]))).toThrow(
        `${metric.name}: received predictions (3, 1) and targets (3,), expected equal shapes`,
      );
    }
    expect(() => accuracy().statistics(ones([3, 2]), zeros([3, 2], "int32"))).toThrow(
      "accuracy: received logits (3, 2) and labels (3, 2), expected (N, C) and (N,); one-hot",
    );
    expect(() => accuracy().statistics(ones([3, 2]), zeros([2], "int32"))).toThrow("(N, C)");
  });

  test("dtypes", () => {
    expect(() => accuracy().statistics(ones([3, 2]), ones([3]))).toThrow(
      "received labels of dtype float32, expected class indices of dtype int32 or uint8",
    );
  });
});
