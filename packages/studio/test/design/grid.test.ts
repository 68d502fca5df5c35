import fc from "fast-check";
import { expect, test } from "vitest";
import { pagesOf, rowAfter, windowOf } from "../../src/design/grid/window.js";
import { sparklinePath } from "../../src/design/sparklinePath.js";

test("the rows in sight are drawn, and never more than there are", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(2000), fc.nat(10_000), (scrollTop, height, total) => {
      const { start, end } = windowOf(scrollTop, height, 38, total);
      expect(0 <= start && start <= end && end <= total).toBe(true);
      expect(end - start).toBeLessThanOrEqual(height / 38 + 18);
      const seen = Math.floor(scrollTop / 38);
      if (seen < total && height > 0) expect(start <= seen && seen < end).toBe(true);
    }),
  );
});

test("pages that a window touches", () => {
  expect(pagesOf({ start: 95, end: 205 }, 100)).toEqual([0, 1, 2]);
  expect(pagesOf({ start: 100, end: 200 }, 100)).toEqual([1]);
  expect(pagesOf({ start: 0, end: 0 }, 100)).toEqual([]);
});

test.each([
  ["ArrowDown", 9, 9],
  ["ArrowUp", 4, 3],
  ["PageDown", 4, 9],
  ["PageUp", 4, 0],
  ["Home", 4, 0],
  ["End", 4, 9],
  ["x", 4, undefined],
])("%s leads from row %d to %s", (key, row, next) => {
  expect(rowAfter(key, row, 10, 6)).toBe(next);
});

test("a sparkline begins anew behind a gap", () => {
  expect(sparklinePath([0, 1, null, 1])).toBe("M1.0 20.0L32.3 2.0M95.0 2.0");
  expect(sparklinePath([5])).toBe("M1.0 20.0h4");
});
