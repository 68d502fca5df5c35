import { describe, expect, test } from "vitest";
import { baselines } from "../../../examples/support/baselines.js";

describe("examples/support/baselines.ts", () => {
  // y = x1 - x2 / 2 on a grid.
  const inputs = Array.from({ length: 121 }, (_, i) => [
    (i % 11) / 5 - 1,
    Math.floor(i / 11) / 5 - 1,
  ]);
  const targets = inputs.map(([a = 0, b = 0]) => a - b / 2);

  test.each([
    ["linear regression", 1e-9],
    ["5 nearest neighbours", 1e-9],
    ["support vector machine", 0.12],
    ["regression tree (CART)", 0.3],
  ])("%s finds a plane", (name, tolerance) => {
    const baseline = baselines.find((each) => each.name === name);
    // Of inner points the four nearest besides themselves lie around them.
    const others = [
      [0, 0],
      [0.4, -0.2],
    ];
    const [zero = 1, half = 1] = baseline?.predict(inputs, targets, others) ?? [];
    expect(Math.abs(zero)).toBeLessThan(tolerance);
    expect(Math.abs(half - 0.5)).toBeLessThan(tolerance);
  });
});
