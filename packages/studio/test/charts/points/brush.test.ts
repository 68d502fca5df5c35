import { type AxisValue, axisOf } from "versant/figures";
import { expect, test } from "vitest";
import { isWithin, moved, strideOf, withBrush } from "../../../src/charts/points/brush.js";

const axes = [
  axisOf("rate", [], { range: [1e-4, 1], isLog: true }),
  axisOf("kind", [], { words: ["sgd", "adam"] }),
];

const within = (brushes: Parameters<typeof isWithin>[0], values: Record<string, AxisValue>) =>
  isWithin(brushes, axes, (name) => values[name]);

test("what lies within all parts is looked at", () => {
  const brushes = { rate: [0, 0.5], kind: [0.5, 1] } as const;
  expect(within(brushes, { rate: 0.01, kind: "adam" })).toBe(true);
  expect(within(brushes, { rate: 0.02, kind: "adam" })).toBe(false);
  expect(within(brushes, { rate: 0.001, kind: "sgd" })).toBe(false);
});

test("what has no value is in no part of an axis, but in the whole of it", () => {
  expect(within({}, { kind: "sgd" })).toBe(true);
  expect(within({ rate: [0, 0.9] }, { kind: "sgd" })).toBe(false);
});

test("a brush over all of an axis is none", () => {
  expect(withBrush({ kind: [0, 0.5] }, "rate", [0, 1])).toEqual({ kind: [0, 0.5] });
  expect(withBrush({ kind: [0, 0.5] }, "kind", undefined)).toEqual({});
  expect(withBrush({}, "rate", [0.2, 1])).toEqual({ rate: [0.2, 1] });
});

test("the ends move by strides, and stay on their sides", () => {
  expect(strideOf(axes[1] ?? axisOf("", []))).toBe(0.5);
  expect(moved([0.2, 0.6], "low", 0.9)).toEqual([0.6, 0.6]);
  expect(moved([0.2, 0.6], "high", 0.1)).toEqual([0.2, 0.2]);
  expect(moved([0.2, 0.6], "high", 1.3)).toEqual([0.2, 1]);
});
