import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateSize, formatSize, formatSizes, Grid, type Size } from "../../src/portable/size.js";

const one = new Grid(new Map([["N", [2, 3, 5]]]));
const two = new Grid(
  new Map([
    ["N", [4, 3, 2]],
    ["T", [7, 11, 9]],
  ]),
);

describe("Grid", () => {
  test("has the corners, and one point more", () => {
    expect(two.points.map((point) => [...point.values()])).toEqual([
      [4, 7],
      [3, 7],
      [4, 11],
      [3, 11],
      [2, 9],
    ]);
  });

  test("finds every polynomial that has no symbol twice in a term", () => {
    const coefficient = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, coefficient, (a, b, c, d) => {
        const given: Size = [[d, "N", "T"], [c, "T"], [b, "N"], [a]];
        const found = two.fit(two.points.map((point) => evaluateSize(given, point))) as Size;
        for (const sizes of [
          [1, 1],
          [17, 2],
          [8, 100],
        ] as const) {
          const at = new Map([
            ["N", sizes[0]],
            ["T", sizes[1]],
          ]);
          expect(evaluateSize(found, at)).toBe(evaluateSize(given, at));
        }
      }),
    );
  });

  test("has nothing for other functions", () => {
    expect(one.fit([4, 9, 25])).toBeUndefined();
    expect(one.fit([1, 1, 2])).toBeUndefined();
    expect(one.fit([1, 1.5, 2.5])).toBeUndefined();
    expect(one.fit([7, 7, 7])).toBe(7);
    expect(one.fit([2, 3, 5])).toEqual([[1, "N"]]);
  });
});

test("sizes are written as people write them", () => {
  expect(formatSize(7)).toBe("7");
  expect(formatSize([[2, "N", "T"], [1, "N"], [-7]])).toBe("2 N T + N - 7");
  expect(formatSizes([[[1, "N"]], 784])).toBe("(N, 784)");
  expect(formatSizes([[[1, "N"]]])).toBe("(N,)");
});
