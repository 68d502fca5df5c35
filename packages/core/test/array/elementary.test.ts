import { expect, test } from "vitest";
import { cosSin, exp, ln } from "../../src/array/index.js";

test("ln agrees with Math.log over all that a draw can give", () => {
  for (const x of [2 ** -32, 1e-9, 0.1, 0.5, Math.SQRT1_2, 0.99, 1 - 2 ** -32, 1, 1.5, 2, 1e6]) {
    expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(
      1e-15 * Math.max(1, Math.abs(Math.log(x))),
    );
  }
  expect(ln(1)).toBe(0);
});

test("cosSin agrees with Math.cos and Math.sin all around", () => {
  for (let step = 0; step <= 64; step++) {
    const [cos, sin] = cosSin(step / 64);
    expect(Math.abs(cos - Math.cos((2 * Math.PI * step) / 64))).toBeLessThan(1e-15);
    expect(Math.abs(sin - Math.sin((2 * Math.PI * step) / 64))).toBeLessThan(1e-15);
  }
});

test("exp agrees with Math.exp, and is 1 at 0", () => {
  for (const x of [-9.2, -5, -1, -0.35, -1e-9, 1e-9, 0.3, 0.5, 1, Math.LN2, 3.7, 9.9]) {
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2e-15);
  }
  expect([exp(0), exp(-0)]).toEqual([1, 1]);
});
