import fc from "fast-check";
import { expect, test } from "vitest";
import { classScoresOf } from "../../src/dossier/classScores.js";
import { intervalOf } from "../../src/dossier/interval.js";
import { wilsonInterval } from "../../src/evaluation/wilson.js";

test("the interval is that of statistics' books", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
  for (const [right, samples, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const interval = wilsonInterval(right / samples, samples);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  }
});

test("it holds the share, stays a share, and narrows with more samples", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (samples, part) => {
        const right = Math.round(part * samples);
        const share = right / samples;
        const { low, high } = wilsonInterval(share, samples);
        const more = wilsonInterval(share, 4 * samples);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(share + 1e-12);
        expect(high).toBeGreaterThanOrEqual(share - 1e-12);
        expect(more.high - more.low).toBeLessThan(high - low);
      },
    ),
  );
});

test("only shares of the samples have one", () => {
  expect(intervalOf("accuracy", 0.9671, 10_000)).toEqual(wilsonInterval(0.9671, 10_000));
  expect(intervalOf("accuracy", Math.fround(0.9671), 10_000)).toBeDefined();
  expect(intervalOf("top 5", 0.5, 10)).toBeDefined();
  expect(intervalOf("loss", 0.5, 10)).toBeUndefined();
  // Of words, and not of the 10 sentences.
  expect(intervalOf("accuracy", 0.123, 10)).toBeUndefined();
  expect(intervalOf("accuracy", Number.NaN, 10)).toBeUndefined();
  expect(intervalOf("accuracy", 0.5, 0)).toBeUndefined();
});

test("scores per class are found in what an experiment measured", () => {
  const rows = [
    { name: "cat", precision: 0.5, recall: 0.75, f1: 0.6, support: 4 },
    { name: "dog", recall: 0.3 },
  ];
  const found = classScoresOf({ lines: ["a", "b"], report: { seconds: 1, perClass: rows } });
  expect(found).toMatchObject([
    { name: "cat", support: 4, interval: wilsonInterval(0.75, 4) },
    { name: "dog", precision: undefined, interval: undefined },
  ]);
  expect(classScoresOf({ a: { b: { c: { d: rows } } } })).toEqual([]);
  expect(classScoresOf({ mixed: [rows[0], "text"], none: null })).toEqual([]);
});
