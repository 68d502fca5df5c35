import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meanAbsoluteError, meanSquaredError, r2, score } from "../../src/metrics/index.js";
import { ones, type Tensor, tensor } from "../../src/tensor/index.js";
import { scoreOver } from "./scoreOver.js";

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

describe("R^2 of several numbers a sample", () => {
  const target = tensor([
    [0, 1000],
    [1, 1001],
    [2, 1002],
  ]);
  // The first is known, of the second only the mean.
  const prediction = tensor([
    [0, 1001],
    [1, 1001],
    [2, 1001],
  ]);

  test("is the mean of theirs, each with a reference of its own", async () => {
    expect(await score(r2({ reference: [0, 1000] }), prediction, target)).toBe(0.5);
    const parts = [prediction, target].map((each) => each.reshape([3, 1, 2])) as [Tensor, Tensor];
    expect(await score(r2({ reference: [1, 1001] }), ...parts)).toBe(0.5);
    // 0.1 % of the distance from 0: rounding would decide the second.
    expect(await score(r2(), prediction, target)).toBeNaN();
  });

  test("references are one for each", () => {
    expect(() => r2({ reference: [0, 1, 2] }).statistics(prediction, target)).toThrow(
      "r2: received 3 numbers as reference for samples of 2, expected one number, or one for each",
    );
    expect(() => r2({ reference: [0, Number.NaN] })).toThrow("r2: received reference NaN");
  });
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
