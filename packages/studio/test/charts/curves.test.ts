import fc from "fast-check";
import { indexAt } from "versant/figures";
import { expect, test } from "vitest";
import { capacity, extended, halved, type Point } from "../../src/charts/curves.js";

const point = (step: number, value: number | null = step): Point => ({
  ...{ step, value, time: step * 10, sequence: step },
});
const points = (first: number, count: number): Point[] =>
  Array.from({ length: count }, (_, index) => point(first + index));

test("points are added behind what is there, each once", () => {
  const curve = extended(undefined, points(1, 3));
  const more = extended(curve, points(2, 4));
  expect(more.step).toEqual([1, 2, 3, 4, 5]);
  expect(more.time).toEqual([10, 20, 30, 40, 50]);
  expect(more.lowest).toBeUndefined();
  expect(extended(more, points(1, 5))).toBe(more);
});

test("a band begins where the first point stands for several", () => {
  const curve = extended(extended(undefined, points(1, 1)), [
    { ...point(2, 5), lowest: 3, highest: 9 },
    point(3, 4),
  ]);
  expect(curve.lowest).toEqual([1, 3, 4]);
  expect(curve.highest).toEqual([1, 9, 4]);
});

test("a million points stay few, and keep their extremes and their end", () => {
  let curve = extended(undefined, points(0, 1));
  for (let first = 1; first < 1_000_000; first += 1000)
    curve = extended(curve, points(first, 1000));
  expect(curve.step.length).toBeLessThanOrEqual(capacity);
  expect(curve.step.at(-1)).toBe(1_000_000);
  expect(Math.min(...(curve.lowest ?? []).map(Number))).toBe(0);
  expect(Math.max(...(curve.highest ?? []).map(Number))).toBe(1_000_000);
});

test("halving takes the mean of two, and leaves out what is missing", () => {
  const values = [1, 3, null, 5, null];
  const curve = extended(
    undefined,
    values.map((value, step) => point(step, value)),
  );
  expect(halved(curve)).toEqual({
    ...{ step: [1, 3, 4], value: [2, 5, null], time: [10, 30, 40], sequence: [1, 3, 4] },
    ...{ lowest: [1, 5, null], highest: [3, 5, null] },
  });
});

test("indexAt is the last step that is not behind the one asked for", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({ min: -1, max: 51 }), (unsorted, step) => {
      const steps = unsorted.sort((a, b) => a - b);
      expect(indexAt(steps, step)).toBe(steps.filter((each) => each <= step).length - 1);
    }),
  );
});
