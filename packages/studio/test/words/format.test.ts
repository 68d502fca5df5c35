import { expect, test } from "vitest";
import { formatOf } from "../../src/words/format.js";
import { preferredLanguage, words } from "../../src/words/words.js";

const english = formatOf(words.en);
const french = formatOf(words.fr);

test.each([
  [0, "0"],
  [12_345, "12,345"],
  [0.123456, "0.1235"],
  [1e-4, "1e-4"],
  [2_345_678.5, "2.35e6"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-∞"],
])("the number %d is written %s", (value, written) => {
  expect(english.number(value)).toBe(written);
});

test.each([
  [3.456, "3.46 s"],
  [65, "1 min 05 s"],
  [3660, "1 h 01 min"],
  [200_000, "2 d 7 h"],
])("%d seconds are written %s", (seconds, written) => {
  expect(english.duration(seconds)).toBe(written);
});

test("bytes, shares and times", () => {
  expect(english.bytes(999)).toBe("999 B");
  expect(english.bytes(512_345)).toBe("512.3 kB");
  expect(french.bytes(512_345)).toBe("512,3 ko");
  expect(english.ago("2026-01-01T00:00:00Z", Date.parse("2026-01-01T03:20:00Z"))).toBe(
    "3 hours ago",
  );
  expect(french.ago("2026-01-01T00:00:00Z", Date.parse("2026-01-02T01:00:00Z"))).toBe("hier");
  expect(french.number(0.5)).toBe("0,5");
  expect(french.number(2.21e-5)).toBe("2,21e-5");
  expect(english.value({ a: 1 })).toBe('{"a":1}');
});

test("the first language of the browser that there are words in", () => {
  expect(preferredLanguage(["de-CH", "fr-CA", "en"])).toBe("fr");
  expect(preferredLanguage(["de"])).toBe("en");
});
