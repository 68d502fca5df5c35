import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { axisOf, positionOf, suitsLog, ticksOf, valueAt } from "../../src/figures/axis.js";

describe("axisOf", () => {
  test("numbers alone make an axis of numbers, over what is there and what it spans at least", () => {
    expect(axisOf("rate", [0.1, "NaN", undefined, 0.3])).toMatchObject({
      ...{ kind: "linear", min: 0.1, max: 0.3 },
    });
    expect(axisOf("rate", [0.1], { range: [0.01, 1], isLog: true })).toMatchObject({
      ...{ kind: "log", min: 0.01, max: 1 },
    });
  });

  test("a logarithmic axis needs numbers above 0", () => {
    expect(axisOf("loss", [0, 1], { isLog: true }).kind).toBe("linear");
  });

  test("one value alone stands in the middle, and so does none", () => {
    expect(positionOf(axisOf("a", [3]), 3)).toBeCloseTo(0.5);
    expect(positionOf(axisOf("a", [3], { isLog: true }), 3)).toBeCloseTo(0.5);
    expect(positionOf(axisOf("a", [-3]), -3)).toBeCloseTo(0.5);
    expect(axisOf("a", ["NaN"])).toMatchObject({ min: 0, max: 1 });
  });

  test("one word makes it an axis of words, in the order given, else in that of letters", () => {
    expect(axisOf("a", ["sgd", 3, true]).words).toEqual(["3", "sgd", "true"]);
    expect(axisOf("a", [], { words: ["sgd", "adam"] }).words).toEqual(["sgd", "adam"]);
  });

  test("words beyond forty are one", () => {
    const axis = axisOf(
      "a",
      Array.from({ length: 100 }, (_, index) => `word ${index}`),
    );
    expect(axis.words.length).toBe(40);
    expect(positionOf(axis, "word 99")).toBeCloseTo(39.5 / 40);
  });
});

const bounds = fc
  .tuple(
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    fc.double({ min: 1.01, max: 1e6, noNaN: true }),
  )
  .map(([min, factor]) => [min, min * factor] as const);

test("a position's value stands at that position", () => {
  fc.assert(
    fc.property(
      bounds,
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (range, isLog, at) => {
        const axis = axisOf("a", [], { range, isLog });
        expect(positionOf(axis, valueAt(axis, at))).toBeCloseTo(at, 6);
      },
    ),
  );
});

test("what is no number has no position, and is no word", () => {
  const axis = axisOf("a", [0, 1]);
  for (const value of ["NaN", "Infinity", undefined, true, "text", Number.NaN]) {
    expect(positionOf(axis, value)).toBeNull();
  }
  expect(positionOf(axisOf("a", ["x"]), "y")).toBeNull();
});

describe("ticksOf", () => {
  const valuesOf = (...range: [number, number]) =>
    ticksOf(axisOf("a", [], { range }), 5).map(({ value }) => value);

  test("round numbers", () => {
    expect(valuesOf(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(valuesOf(12, 977)).toEqual([200, 400, 600, 800]);
    expect(valuesOf(-3e-12, 7e-12).length).toBe(5);
  });

  test("no halves of what is counted", () => {
    const ticks = (values: number[]) =>
      ticksOf(axisOf("layers", values), 9).map((tick) => tick.value);
    expect(ticks([1, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(ticks([1, 2.5])).toContain(1.2);
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2 }), (values) => {
        const axis = axisOf("layers", values);
        for (const { value } of ticksOf(axis, 5)) expect(value).toSatisfy(Number.isInteger);
      }),
    );
  });

  test("powers of ten on a logarithmic axis, and every other one where there are many", () => {
    const axis = axisOf("a", [], { range: [1e-5, 0.1], isLog: true });
    expect(ticksOf(axis, 5).map(({ value }) => value)).toEqual([1e-5, 1e-4, 1e-3, 0.01, 0.1]);
    expect(ticksOf(axis, 3).map(({ value }) => value)).toEqual([1e-5, 1e-3, 0.1]);
  });

  test("lie on the axis, and are a few", () => {
    fc.assert(
      fc.property(bounds, fc.boolean(), (range, isLog) => {
        const ticks = ticksOf(axisOf("a", [], { range, isLog }), 5);
        expect(ticks.length).toBeLessThanOrEqual(7);
        for (const { at } of ticks) {
          expect(at).toBeGreaterThan(-1e-6);
          expect(at).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });
});

test("few powers of ten have 2 and 5 times them beside them", () => {
  const valuesOf = (range: readonly [number, number]) =>
    ticksOf(axisOf("a", [], { range, isLog: true }), 5).map(({ value }) => value);
  expect(valuesOf([0.3, 6])).toEqual([0.5, 1, 2, 5]);
  expect(valuesOf([1, 100])).toEqual([1, 2, 5, 10, 20, 50, 100]);
  expect(valuesOf([0.01, 100])).toEqual([0.01, 0.1, 1, 10, 100]);
});

test("a logarithm suits what is above 0 and spans more than a decade", () => {
  expect(suitsLog([1, null, 11, Number.POSITIVE_INFINITY])).toBe(true);
  expect(suitsLog([1, 10])).toBe(false);
  expect(suitsLog([0, 1000])).toBe(false);
  expect(suitsLog([])).toBe(false);
});
