import fc from "fast-check";
import { expect, test } from "vitest";
import { slideTo } from "../../src/charts/slider.js";

test.each([
  ["ArrowRight", 4, 5],
  ["ArrowDown", 0, 0],
  ["ArrowUp", -1, 0],
  ["ArrowLeft", -1, 0],
  ["PageUp", 90, 95],
  ["PageDown", 3, 0],
  ["Home", 50, 0],
  ["End", 50, 100],
  ["Tab", 50, undefined],
])("%s at %i of 100 leads to %s", (key, at, place) => {
  expect(slideTo(key, at, 100)).toBe(place);
});

test("Page keys move among few places, too, and no key leads out of them", () => {
  expect(slideTo("PageUp", 0, 3)).toBe(1);
  const keys = fc.constantFrom("ArrowRight", "ArrowLeft", "PageUp", "PageDown", "Home", "End");
  fc.assert(
    fc.property(keys, fc.nat(50), fc.nat(50), (key, at, last) => {
      const place = slideTo(key, Math.min(at, last), last) ?? -1;
      expect(place >= 0 && place <= last).toBe(true);
    }),
  );
});
