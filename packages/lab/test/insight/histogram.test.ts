import fc from "fast-check";
import { expect, test } from "vitest";
import { histogramOf, sampled } from "../../src/insight/histogram.js";

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

test("counts every value once, between the lowest and the highest", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 1 }),
      (values) => {
        const { lowest, highest, counts } = histogramOf("a", Float32Array.from(values));
        expect(sum(counts)).toBe(values.length);
        expect(lowest).toBeCloseTo(Math.min(...values), 2);
        expect(highest).toBeCloseTo(Math.max(...values), 2);
      },
    ),
  );
});

test("puts values into bins of one width", () => {
  const { counts } = histogramOf("a", [0, 0.1, 16, 32]);
  expect([counts.length, counts[0], counts[16], counts[31]]).toEqual([32, 2, 1, 1]);
});

test("has one bin for values that are all the same, and none where none is finite", () => {
  expect(histogramOf("a", [3, 3, Number.NaN])).toEqual({
    ...{ path: "a", lowest: 3, highest: 3, counts: [2], nonFinite: 1 },
  });
  expect(histogramOf("a", [Number.POSITIVE_INFINITY])).toMatchObject({ counts: [], nonFinite: 1 });
});

test("of many values takes some, from beginning to end", () => {
  const values = Float32Array.from({ length: 100_000 }, (_, index) => index);
  const { highest, counts } = histogramOf("a", values);
  expect(sum(counts)).toBe(sampled);
  expect(highest).toBeGreaterThan(99_900);
});
