import fc from "fast-check";
import { expect, test } from "vitest";
import { arrowPath, errorPanels } from "../../src/figures/errors.js";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test("the truth lies on the diagonal of the one and on the middle of the other; arrows keep their direction", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }), (pairs) => {
      const samples = pairs.map(([expected, answered], index) => ({ index, expected, answered }));
      const { answers, errors } = errorPanels(samples);
      for (const [place, { expected, answered }] of samples.entries()) {
        const [against, alone] = [answers.errors[place], errors.errors[place]];
        expect(against?.truth).toBe(against?.x);
        expect(alone?.truth).toBeCloseTo(0.5, 9);
        const sign = Math.sign(answered - expected);
        expect(sign * ((alone?.answer ?? 0) - 0.5)).toBeGreaterThanOrEqual(0);
        for (const each of [against?.x, against?.answer, alone?.x, alone?.answer]) {
          expect(each).toBeGreaterThanOrEqual(-1e-9);
          expect(each).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
    }),
  );
});

test("without samples there is nothing to draw, and without errors no arrow is longer than nothing", () => {
  expect(errorPanels([]).errors.errors).toEqual([]);
  const { errors } = errorPanels([{ index: 0, expected: 3, answered: 3 }]);
  expect(errors.errors[0]?.answer).toBe(0.5);
});

test("an arrow ends in a head that is no longer than itself", () => {
  expect(arrowPath(10, 100, 60)).toBe("M10.0 100.0V60.0M7.5 65.0L10.0 60.0L12.5 65.0");
  expect(arrowPath(10, 60, 62)).toBe("M10.0 60.0V62.0M9.0 60.0L10.0 62.0L11.0 60.0");
});
