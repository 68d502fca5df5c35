import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { difference, estimate, holm } from "../../src/objective/estimate.js";
import { studentQuantile, studentShare } from "../../src/objective/student.js";

/** What scipy computes; written by ../oracle/student.py. */
const { shares, quantiles, pairs, interval } = JSON.parse(
  readFileSync(new URL("../oracle/fixtures/student.json", import.meta.url), "utf8"),
) as {
  shares: { t: number; freedom: number; share: number }[];
  quantiles: { t: number; freedom: number; share: number }[];
  pairs: { first: number[]; second: number[]; p: number };
  interval: { values: number[]; low: number; high: number };
};

test.each(shares)("within $t at $freedom degrees of freedom", ({ t, freedom, share }) => {
  expect(studentShare(t, freedom)).toBeCloseTo(share, 12);
});

test.each(quantiles)("the middle $share at $freedom degrees", ({ t, freedom, share }) => {
  // As far as scipy's own quantiles go.
  expect(studentQuantile(share, freedom) / t).toBeCloseTo(1, 7);
});

test("mean, deviation and interval", () => {
  const { count, mean, deviation, low, high } = estimate(interval.values);
  expect([count, mean]).toEqual([4, 2.4375]);
  expect(deviation).toBeCloseTo(1.0873, 4);
  expect(low).toBeCloseTo(interval.low, 12);
  expect(high).toBeCloseTo(interval.high, 12);
});

test("folds that share samples have a wider interval, by their overlap", () => {
  const width = (overlap: number): number => {
    const { low, high } = estimate(interval.values, { overlap });
    return high - low;
  };
  // With 4 folds: sqrt((1/4 + 1/3) / (1/4)).
  expect(width(1 / 3) / width(0)).toBeCloseTo(Math.sqrt(7 / 3), 12);
});

test("of one value there is no interval, of none nothing", () => {
  expect(estimate([3])).toEqual({ count: 1, mean: 3, deviation: NaN, low: NaN, high: NaN });
  expect(() => estimate([])).toThrow("received no value, expected one or more");
});

test("pairs of seeds", () => {
  const { mean, p } = difference(pairs.first, pairs.second);
  expect(mean).toBeCloseTo(0.054, 12);
  expect(p).toBeCloseTo(pairs.p, 12);
  expect(difference([1, 2], [1, 2]).p).toBe(1);
});

test("several tests: Holm's p values", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.6, 0.9])).toEqual([1, 1]);
});
