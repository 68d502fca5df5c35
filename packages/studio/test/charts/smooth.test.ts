import fc from "fast-check";
import { expect, test } from "vitest";
import { smooth } from "../../src/charts/smooth.js";

test("without a weight values stay as they are", () => {
  const values = [1, null, 3];
  expect(smooth(values, 0)).toBe(values);
});

test("the first values are not drawn to 0, and gaps stay gaps", () => {
  const [first, gap, second] = smooth([4, null, 8], 0.5);
  expect(first).toBeCloseTo(4);
  expect(gap).toBeNull();
  expect(second).toBeCloseTo((0.25 * 4 + 0.5 * 8) / 0.75);
});

test("a smoothed curve stays within the extremes of what came before", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (values, weight) => {
        smooth(values, weight).forEach((each, index) => {
          const seen = values.slice(0, index + 1);
          expect(each).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6);
          expect(each).toBeLessThanOrEqual(Math.max(...seen) + 1e-6);
        });
      },
    ),
  );
});
