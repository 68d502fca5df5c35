import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  checkShape,
  describeValue,
  inferShape,
  listed,
  makeArray,
  normalizeAxes,
  requireAtLeast,
  requireCount,
  requireFinite,
  requireInstance,
  requireList,
  requireMap,
  requireOptions,
  requirePlain,
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

  test("options may have very many names", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `name${index}`);
    const options = Object.fromEntries(names.map((name) => [name, 0]));
    expect(() => requireOptions("op", options, names)).not.toThrow();
    expect(() => requireOptions("op", { ...options, other: 0 }, names)).toThrow('named "other"');
  });

  test("only what is written as an object is plain", () => {
    expect(() => requirePlain("op", "the kinds", { a: 1 }, "")).not.toThrow();
    for (const value of [null, [1], new Map(), "a"]) {
      expect(() => requirePlain("op", "the kinds", value, "{ a: 1 } is one")).toThrow(
        `op: received ${describeValue(value)} as the kinds, expected a plain object; { a: 1 } is one.`,
      );
    }
  });

  test("an instance passes, anything else is told with what it should be", () => {
    expect(() => requireInstance("op", "the map", new Map(), Map)).not.toThrow();
    expect(() => requireInstance("op", "the map", [1], Map)).toThrow(
      new ArgumentError("op: received a list of 1 as the map, expected a Map."),
    );
  });

  test("a long list is cut, and says so", () => {
    const numbers = Array.from({ length: 15 }, (_, index) => index);
    expect(listed(numbers.slice(0, 12))).toBe("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11");
    expect(listed(numbers)).toBe("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more");
  });

  test("numbers have to be finite, and whole ones large enough", () => {
    expect(() => requireFinite("op", "slope", -0.5)).not.toThrow();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "1", undefined]) {
      expect(() => requireFinite("op", "slope", value)).toThrow(
        /^op: received slope .*, expected a finite number\.$/,
      );
    }
    expect(() => requireAtLeast("op", "gap", 0, 0)).not.toThrow();
    for (const value of [-1, 0.5, Number.NaN, "1"]) {
      expect(() => requireAtLeast("op", "gap", value, 0)).toThrow(
        /^op: received gap .*, expected an integer of at least 0\.$/,
      );
    }
  });

  test("a misspelt option is not passed over", () => {
    for (const options of [{}, { beta1: 0.9 }, Object.create(null)]) {
      expect(() => requireOptions("Adam", options, ["beta1"])).not.toThrow();
    }
    expect(() => requireOptions("Adam", { lr: 0.1 }, ["learningRate", "beta1"])).toThrow(
      'Adam: received an option named "lr", expected names among learningRate, beta1.',
    );
  });

  test.each([null, undefined, 0.1, "fast", [], new Map()])("%j is no options", (options) => {
    expect(() => requireOptions("Adam", options, ["learningRate", "beta1"])).toThrow(
      /^Adam: received .* as the options, expected a plain object of learningRate, beta1\.$/,
    );
  });

  test("lists, maps and counts are looked into", () => {
    expect(() => requireList("op", "the maps", [new Map()], Map)).not.toThrow();
    expect(() => requireList("op", "the maps", new Map(), Map)).toThrow(
      "op: received a Map as the maps, expected a list of Maps.",
    );
    expect(() => requireList("op", "the maps", [new Map(), 1], Map)).toThrow(
      "op: received 1 as element 1 of the maps, expected a Map.",
    );
    expect(() => requireMap("op", "the dates", new Map([["now", new Date()]]), Date)).not.toThrow();
    expect(() => requireMap("op", "the dates", {}, Date)).toThrow(
      "op: received a plain object as the dates, expected a Map; new Map(Object.entries(object))",
    );
    expect(() => requireMap("op", "the dates", new Map([["now", 5]]), Date)).toThrow(
      "op: received 5 as now, expected a Date.",
    );
    expect(() => requireCount("op", "size", 1)).not.toThrow();
    for (const size of [0, 1.5, "2", undefined]) {
      expect(() => requireCount("op", "size", size)).toThrow("expected an integer of at least 1.");
    }
  });

  test("a promise is refused, and its failure ends nothing", async () => {
    const failed: unknown[] = [];
    const listener = (reason: unknown) => failed.push(reason);
    process.on("unhandledRejection", listener);
    const promise = Promise.reject(new Error("later"));
    expect(() => requireInstance("op", "the result", promise, Map)).toThrow(
      "op: received a Promise as the result, expected a Map; nothing waits for a promise here, so " +
        "leave out async and await",
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", listener);
    expect(failed).toEqual([]);
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
