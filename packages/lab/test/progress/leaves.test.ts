import fc from "fast-check";
import { expect, test } from "vitest";
import { formatLeaves } from "../../src/progress/leaves.js";

test("what is short stands as it is", () => {
  expect(formatLeaves([1, 0.30000000000000004, "adam", true, null, undefined])).toEqual([
    ...["1", "0.3", "adam", "true", "-", "-"],
  ]);
});

test("hashes are told apart by their beginnings", () => {
  expect(formatLeaves(["a".repeat(64), "b".repeat(64)])).toEqual([
    `${"a".repeat(23)}…`,
    `${"b".repeat(23)}…`,
  ]);
});

test("where the beginnings are the same, what differs is shown", () => {
  const adam = (rate: number): string => `Adam (learningRate ${rate}, beta1 0.9, beta2 0.999)`;
  expect(formatLeaves([adam(0.001), adam(0.002)])).toEqual([
    "…0.001, beta1 0.9, beta…",
    "…0.002, beta1 0.9, beta…",
  ]);
  expect(formatLeaves([0.12345678, 0.12345679])).toEqual(["0.12345678", "0.12345679"]);
});

test("two different values never look the same, nor do cells get longer than they may", () => {
  const words = fc.array(fc.constantFrom("learningRate", "0.001", "0.002", "x".repeat(30)), {
    maxLength: 8,
  });
  const text = words.map((each) => each.join(" "));
  fc.assert(
    fc.property(text, text, fc.integer({ min: 8, max: 30 }), (a, b, most) => {
      fc.pre(a !== b);
      const [first = "", second = ""] = formatLeaves([a, b], most);
      expect(first).not.toBe(second);
      expect(Math.max(first.length, second.length)).toBeLessThanOrEqual(most);
    }),
  );
});
