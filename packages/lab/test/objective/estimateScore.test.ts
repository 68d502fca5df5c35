import fc from "fast-check";
import { expect, test } from "vitest";
import { estimate } from "../../src/objective/estimate.js";
import { estimateScore } from "../../src/objective/estimateScore.js";

const luck = [0.01, 0.02, 0.4];

test.each([
  ["test.mean absolute error", 0, Number.POSITIVE_INFINITY],
  ["test.log loss", 0, Number.POSITIVE_INFINITY],
  ["validation.f1 of cat", 0, 1],
  ["validation.macro f1", 0, 1],
  ["validation.top 5", 0, 1],
  ["test.r2", Number.NEGATIVE_INFINITY, 1],
])("%s is from %d to %d", (score, least, largest) => {
  for (const values of [luck, luck.map((value) => 1 - value)]) {
    const { low, high } = estimate(values);
    expect(low < 0 || high > 1).toBe(true);
    const found = estimateScore(score, values);
    expect(found).toEqual({
      ...estimate(values),
      low: Math.max(low, least),
      high: Math.min(high, largest),
    });
  }
});

test("a perplexity is 1 or more", () => {
  expect(estimateScore("test.perplexity", [1, 1.1, 3])).toMatchObject({ low: 1 });
});

test("a loss may be below 0, and so may an error of another meaning", () => {
  expect(estimateScore("test.loss", luck)).toEqual(estimate(luck));
  const signed = [-0.1, 0.2, 0.1];
  expect(estimateScore("test.signed error", signed)).toEqual(estimate(signed));
});

test("the mean lies in the interval, and one value has none", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 2, maxLength: 8 }), (values) => {
      const { low, mean, high } = estimateScore("accuracy", values);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low - 1e-12 <= mean && mean <= high + 1e-12).toBe(true);
    }),
  );
  expect(estimateScore("accuracy", [0.5])).toMatchObject({ low: NaN, high: NaN });
});
