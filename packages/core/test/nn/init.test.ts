import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalPair, RandomGenerator } from "../../src/array/index.js";
import { init } from "../../src/nn/index.js";
import { manualSeed } from "../../src/tensor/index.js";

const shape = [40, 60];
const fans = init.fansOf(shape);
const fill = (
  initializer: init.Initializer,
  of: readonly number[],
  its: init.Fans,
  generator: RandomGenerator,
): Float64Array => {
  const values = new Float64Array(of.reduce((product, size) => product * size, 1));
  initializer(values, of, its, generator);
  return values;
};
const draw = (initializer: init.Initializer): Float64Array =>
  fill(initializer, shape, fans, new RandomGenerator(11, "initialization"));
const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: Float64Array): number =>
  mean(values.map((value) => value ** 2)) - mean(values) ** 2;

describe("normal draws", () => {
  test("are Box and Muller's of Philox's words", () => {
    // Computed in Python, with its integers for Philox and its mathematical functions.
    const expected = [
      -0.4313637837331107, -0.28869942171415974, 0.1950750793598997, -0.8709144248116903,
    ];
    const generator = new RandomGenerator(42, "initialization");
    [...normalPair(generator), ...normalPair(generator)].forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 14);
    });
  });

  test("have the moments of a standard normal", () => {
    const generator = new RandomGenerator(5, "initialization");
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
    ["normal", init.normal(0.3), 0.09],
  ];
  test.each(deviations)("%s has its variance", (_, initializer, expected) => {
    const values = draw(initializer);
    // The estimate's relative standard deviation is sqrt(2 / 2400) = 0.029.
    expect(Math.abs(variance(values) / expected - 1)).toBeLessThan(0.15);
    expect(Math.max(...values)).toBeGreaterThan(2.5 * Math.sqrt(expected));
  });

  test.each([-1, Number.NaN, Infinity, "1"])("normal refuses the deviation %s", (deviation) => {
    expect(() => init.normal(deviation as number)).toThrow(
      /^normal: received deviation .*, expected a finite number of at least 0\.$/,
    );
  });

  test("uniform lies between its bounds", () => {
    const values = draw(init.uniform(1, 3));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...values)).toBeLessThanOrEqual(3);
    expect(Math.abs(mean(values) - 2)).toBeLessThan(5 / Math.sqrt(3 * 2400));
    expect(variance(values) * 3).toBeCloseTo(1, 1);
    expect(Math.min(...draw(init.uniform()))).toBeGreaterThanOrEqual(0);
  });

  test.each([
    [1, 0],
    [0, Number.NaN],
    ["0", 1],
  ])("uniform refuses the bounds %s and %s", (low, high) => {
    expect(() => init.uniform(low as never, high as never)).toThrow(/^uniform: received bounds /);
  });

  test("constants", () => {
    expect(new Set(draw(init.zeros()))).toEqual(new Set([0]));
    expect(new Set(draw(init.constant(0.3)))).toEqual(new Set([0.3]));
  });

  test("an odd number of normal draws", () => {
    const generator = new RandomGenerator(0, "initialization");
    const values = fill(init.heNormal(), [3], { fanIn: 1, fanOut: 1 }, generator);
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

describe("orthogonal", () => {
  /** The products of all pairs of `count` vectors, of which the elements of vector i are given. */
  const products = (count: number, length: number, element: (i: number, k: number) => number) =>
    Array.from({ length: count }, (_, i) =>
      Array.from({ length: count }, (_, j) =>
        Array.from({ length }, (_, k) => element(i, k) * element(j, k)).reduce((a, b) => a + b, 0),
      ),
    );

  test("rows or columns are orthonormal, times the gain", () => {
    const size = fc.integer({ min: 1, max: 12 });
    const positions = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    fc.assert(
      fc.property(size, size, positions, fc.integer(), (out, input, rest, seed) => {
        const shape = [out, input, ...rest];
        const generator = new RandomGenerator(Math.abs(seed), "initialization");
        const values = fill(init.orthogonal({ gain: 1.5 }), shape, init.fansOf(shape), generator);
        const columns = values.length / out;
        const matrix = (row: number, column: number) => values[row * columns + column] as number;
        const gram =
          out <= columns
            ? products(out, columns, matrix)
            : products(columns, out, (column, row) => matrix(row, column));
        gram.forEach((row, i) => {
          row.forEach((product, j) => {
            expect(Math.abs(product - (i === j ? 2.25 : 0))).toBeLessThan(1e-13);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test("directions are uniform: a matrix of one row is a random unit vector", () => {
    const generator = new RandomGenerator(7, "initialization");
    const draws = Array.from({ length: 4000 }, () =>
      fill(init.orthogonal(), [1, 2], { fanIn: 2, fanOut: 1 }, generator),
    );
    // Sine and cosine of twice a uniform angle have mean 0 and variance 1/2: 5 deviations.
    const bound = 5 * Math.sqrt(0.5 / draws.length);
    const doubled = draws.map(([x = 0, y = 0]) => [x * x - y * y, 2 * x * y]);
    for (const place of [0, 1]) {
      const values = Float64Array.from(doubled, (each) => each[place] as number);
      expect(Math.abs(mean(values))).toBeLessThan(bound);
    }
  });

  test("refuses vectors, and what is no gain", () => {
    expect(() => init.initialValues(init.orthogonal(), [3], { fanIn: 1, fanOut: 1 })).toThrow(
      "orthogonal: received shape (3,), expected a weight (out, in, ...).",
    );
    expect(() => init.orthogonal({ gain: Number.NaN })).toThrow("orthogonal: received gain NaN");
    expect(() => init.orthogonal(2 as never)).toThrow("orthogonal: received 2 as the options");
  });
});

test.each<[string, () => unknown]>([
  ['heUniform: received negativeSlope "x"', () => init.heUniform({ negativeSlope: "x" as never })],
  ["heNormal: received negativeSlope NaN", () => init.heNormal({ negativeSlope: Number.NaN })],
  ['heUniform: received an option named "slope"', () => init.heUniform({ slope: 1 } as object)],
  ["heUniform: received null as the options", () => init.heUniform(null as never)],
  ['constant: received value "x", expected a finite number', () => init.constant("x" as never)],
  ["constant: received value NaN", () => init.constant(Number.NaN)],
  ["initializer: received null as the shape, expected a list", () => init.fansOf(null as never)],
  [
    "initializer: received fanIn undefined and fanOut 1, expected numbers of at least 0",
    () => init.initialValues(init.torchDefault(), [2], { fanOut: 1 } as never),
  ],
  [
    "initializer: received fanIn undefined and fanOut undefined",
    () => init.initialValues(init.zeros(), [2], null as never),
  ],
])("%s", (message, act) => {
  expect(act).toThrow(message);
});

test.each([
  ["xavierNormal", "initializer: received the function"],
  ["zeros", "initializer: received the function"],
  ["heUniform", "heUniform: received a Float32Array as the options"],
  ["orthogonal", "orthogonal: received a Float32Array as the options"],
  ["constant", "constant: received value a Float32Array"],
] as const)("%s without its parentheses is no initializer", (name, message) => {
  expect(() => init.initialValues(init[name] as never, shape)).toThrow(message);
});
