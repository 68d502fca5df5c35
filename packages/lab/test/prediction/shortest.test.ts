import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/model/answers.js";
import { type FormatName, formatOf } from "../../src/prediction/formats.js";
import { shortest } from "../../src/prediction/shortest.js";
import type { Output } from "../../src/signature/signature.js";

test("is the same float32, and no shorter text is", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const short = shortest(value);
      expect(Math.fround(short)).toBe(value);
      const digits = short.toExponential().replace(/e.*|[-.]/g, "").length;
      if (digits > 1 && Number.isFinite(value)) {
        expect(Math.fround(Number(value.toPrecision(digits - 1)))).not.toBe(value);
      }
    }),
  );
});

test.each([
  [Math.fround(0.1), 0.1],
  [Math.fround(1 / 3), 0.33333334],
  [16777216, 16777216],
  [Math.fround(1e-45), 1e-45],
  [-0, -0],
  [0.1, 0.1],
  [1 / 3, 1 / 3],
  [Number.NaN, Number.NaN],
])("%d is shown as %d", (value, short) => {
  expect(shortest(value)).toBe(short);
});

describe("answers", () => {
  const output: Output = {
    kind: "numbers",
    shape: [2],
    names: ["sum", "product"],
    units: ["m", "m"],
  };
  const answer: Answer = { numbers: { sum: Math.fround(0.3), product: 1 / 3 } };
  test.each<[FormatName, string]>([
    ["csv", "a,0.3,0.3333333333333333\r\n"],
    ["json", '\n{"id":"a","numbers":{"sum":0.3,"product":0.3333333333333333}}'],
    ["jsonl", '{"id":"a","numbers":{"sum":0.3,"product":0.3333333333333333}}\n'],
    ["text", "0.3 m 0.3333333333333333 m\n"],
  ])("as %s", (name, line) => {
    expect(formatOf(name, output).line("a", answer, true)).toBe(line);
  });
});
