import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  checkShape,
  describeValue,
  inferShape,
  makeArray,
  normalizeAxes,
  refuseUnknownOptions,
  requireInstance,
  ShapeError,
} from "../../src/array/index.js";

describe("values that no type checker has seen", () => {
  test.each([
    ["0.5", '"0.5"'],
    [[1, 2], "a list of 2"],
    [undefined, "undefined"],
    [null, "null"],
    [{}, "a plain object"],
    [Object.create(null), "a plain object"],
    [new Map(), "a Map"],
    [Number.NaN, "NaN"],
    [Math.tanh, "the function tanh"],
  ])("%j is described in words", (value, words) => {
    expect(describeValue(value)).toBe(words);
  });

  test("an instance passes, anything else is told with what it should be", () => {
    expect(() => requireInstance("op", "the map", new Map(), Map)).not.toThrow();
    expect(() => requireInstance("op", "the map", [1], Map)).toThrow(
      new ArgumentError("op: received a list of 1 as the map, expected a Map."),
    );
  });

  test("a misspelt option is not passed over", () => {
    expect(() => refuseUnknownOptions("Adam", { beta1: 0.9 }, ["beta1"])).not.toThrow();
    expect(() => refuseUnknownOptions("Adam", { lr: 0.1 }, ["learningRate", "beta1"])).toThrow(
      'Adam: received an option named "lr", expected names among learningRate, beta1.',
    );
  });
});

describe("shapes", () => {
  test.each([5, undefined, "23"])("%j is no list of sizes", (shape) => {
    const expected = /^zeros: received .* as the shape, expected a list of sizes/;
    expect(() => checkShape("zeros", shape as never)).toThrow(expected);
    expect(() => inferShape("zeros", shape as never, [6])).toThrow(ShapeError);
  });

  test("hold fewer than 2^31 elements", () => {
    expect(checkShape("zeros", [2 ** 31 - 1])).toEqual([2 ** 31 - 1]);
    expect(() => checkShape("zeros", [1e5, 1e5])).toThrow(
      "zeros: received shape (100000, 100000) of 10000000000 elements, expected at most 2147483647",
    );
    expect(() => checkShape("zeros", [1e300, 1e300])).toThrow(ShapeError);
  });

  test("an axis that is no number is told", () => {
    expect(() => normalizeAxes("sum", "0" as never, 1)).toThrow("sum: received axis 0");
  });
});

test("a bool is 0 or 1, whatever it was made of", () => {
  expect([...makeArray("bool", [2, 0.5, 0, -1, Number.NaN, -0])]).toEqual([1, 1, 0, 1, 1, 0]);
});
