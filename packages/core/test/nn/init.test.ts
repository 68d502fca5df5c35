import { describe, expect, test } from "vitest";
import { Generator } from "../../src/array/index.js";
import { init } from "../../src/nn/index.js";
import { cosSin, ln, normalPair } from "../../src/nn/init/normal.js";
import { manualSeed } from "../../src/tensor/index.js";

const shape = [40, 60];
const fans = init.fansOf(shape);
const draw = (initializer: init.Initializer): Float64Array =>
  initializer(shape, fans, new Generator(11, "initialization"));
const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: Float64Array): number =>
  mean(values.map((value) => value ** 2)) - mean(values) ** 2;

describe("series", () => {
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

  test("normal draws are Box and Muller's of Philox's words", () => {
    // Computed in Python, with its integers for Philox and its mathematical functions.
    const expected = [
      -0.4313637837331107, -0.28869942171415974, 0.1950750793598997, -0.8709144248116903,
    ];
    const generator = new Generator(42, "initialization");
    [...normalPair(generator), ...normalPair(generator)].forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 14);
    });
  });

  test("normal draws have the moments of a standard normal", () => {
    const generator = new Generator(5, "initialization");
    const values = Float64Array.from(
      Array.from({ length: 20_000 }, () => normalPair(generator)).flat(),
    );
    // 5 standard deviations of each estimate from 40,000 draws.
    expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(1 / 40_000));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(5 * Math.sqrt(2 / 40_000));
    const fourth = mean(values.map((value) => value ** 4));
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / 40_000));
  });
});

describe("initialisers", () => {
  const bounds: [string, init.Initializer, number][] = [
    ["xavierUniform", init.xavierUniform(), Math.sqrt(6 / 100)],
    ["heUniform", init.heUniform(), Math.sqrt(6 / 60)],
    ["torchDefault", init.torchDefault(), Math.sqrt(1 / 60)],
    ["heUniform of slope 2", init.heUniform({ negativeSlope: 2 }), Math.sqrt(6 / (5 * 60))],
  ];
  test.each(bounds)("%s is uniform within its bound", (_, initializer, bound) => {
    const values = draw(initializer);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * bound);
    expect(variance(values) / (bound ** 2 / 3)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values))).toBeLessThan((5 * bound) / Math.sqrt(3 * 2400));
  });

  const deviations: [string, init.Initializer, number][] = [
    ["xavierNormal", init.xavierNormal(), 2 / 100],
    ["heNormal", init.heNormal(), 2 / 60],
  ];
  test.each(deviations)("%s has its variance", (_, initializer, expected) => {
    const values = draw(initializer);
    // The estimate's relative standard deviation is sqrt(2 / 2400) = 0.029.
    expect(Math.abs(variance(values) / expected - 1)).toBeLessThan(0.15);
    expect(Math.max(...values)).toBeGreaterThan(2.5 * Math.sqrt(expected));
  });

  test("constants", () => {
    expect(new Set(draw(init.zeros()))).toEqual(new Set([0]));
    expect(new Set(draw(init.constant(0.3)))).toEqual(new Set([0.3]));
  });

  test("an odd number of normal draws", () => {
    const values = init.heNormal()(
      [3],
      { fanIn: 1, fanOut: 1 },
      new Generator(0, "initialization"),
    );
    expect(values.length).toBe(3);
    expect(values.every((value) => value !== 0)).toBe(true);
  });

  test("fans count every position of a kernel", () => {
    expect(init.fansOf([8, 3, 5, 5])).toEqual({ fanIn: 75, fanOut: 200 });
    expect(() => init.fansOf([8])).toThrow("received shape (8,), expected a weight (out, in, ...)");
  });

  test("the same seed gives the same values, and each tensor its own", () => {
    manualSeed(42);
    const values = init.initialValues(init.heNormal(), [2, 3]).dataSync();
    manualSeed(42);
    expect(init.initialValues(init.heNormal(), [2, 3]).dataSync()).toEqual(values);
    expect(init.initialValues(init.heNormal(), [2, 3]).dataSync()).not.toEqual(values);
  });
});
