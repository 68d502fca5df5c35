import fc from "fast-check";
import { indexAt } from "versant/figures";
import { expect, test } from "vitest";
import { capacity, extended, type Point, refined, thinned } from "../../src/charts/curves.js";

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

test("fewer points have the mean of what they stand for, and leave out what is missing", () => {
  const values = [1, 3, null, 5, null];
  const curve = extended(
    undefined,
    values.map((value, step) => point(step, value)),
  );
  expect(thinned(curve, 2)).toEqual({
    ...{ step: [2, 4], value: [2, 5], time: [20, 40], sequence: [2, 4] },
    ...{ lowest: [1, 5], highest: [3, 5] },
  });
  const uneven = extended(undefined, [point(10, 1), point(20, 1), point(21, 12)]);
  expect(thinned(uneven, 1).value).toEqual([(10 + 10 + 12) / 21]);
});

test("what comes in finely does not push together what was there", () => {
  const million = Array.from({ length: 1000 }, (_, index) => point(1000 * (index + 1)));
  let curve = extended(undefined, million);
  for (let first = 1_000_001; first < 1_100_000; first += 250)
    curve = extended(curve, points(first, 250));
  expect(curve.step.filter((step) => step <= 1_000_000).length).toBeGreaterThan(450);
  expect(curve.step.length).toBeLessThanOrEqual(capacity);
});

test("finer points stand in the place of those between two steps, and nowhere else", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (stride, from, length) => {
        const to = from + length;
        const all = points(1, 100);
        const coarse = extended(
          undefined,
          all.filter(({ step }) => step % stride === 0),
        );
        const finer = extended(
          undefined,
          all.filter(({ step }) => step >= from && step <= to),
        );
        const { step, value } = refined(coarse, finer, { from, to });
        const last = coarse.step.at(-1) ?? 0;
        const expected = all.filter(
          (each) =>
            each.step <= last &&
            (each.step % stride === 0 || (each.step >= from && each.step <= to)),
        );
        expect(step).toEqual(expected.map((each) => each.step));
        expect(value).toEqual(expected.map((each) => each.value));
      },
    ),
  );
});

test("finer points that are single values bring no gap into a band", () => {
  const band = extended(undefined, [
    { ...point(4, 2), lowest: 1, highest: 3 },
    { ...point(8, 5), lowest: 4, highest: 6 },
  ]);
  const finer = extended(undefined, [point(5, 4), point(6, 6)]);
  expect(refined(band, finer, { from: 5, to: 6 })).toMatchObject({
    ...{ step: [4, 5, 6, 8], lowest: [1, 4, 6, 4], highest: [3, 4, 6, 6] },
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
