import { RandomGenerator } from "@versant/core";
import { describe, expect, test } from "vitest";
import { choice, real } from "../../src/experiment/declarations.js";
import { Features } from "../../src/search/gaussian/features.js";
import { minimize } from "../../src/search/gaussian/minimize.js";
import { GaussianProcess } from "../../src/search/gaussian/process.js";
import { warp } from "../../src/search/gaussian/warp.js";
import { SearchSpace } from "../../src/search/space.js";

const random = new RandomGenerator(8, "search");
const inputs = Array.from({ length: 30 }, () =>
  Float64Array.of(random.uniform(), random.uniform()),
);
const wave = (input: Float64Array): number => Math.sqrt(2) * Math.sin(7 * (input[0] as number));
const values = Float64Array.from(inputs, wave);

describe("a Gaussian process", () => {
  const process = GaussianProcess.fit(inputs, values, Int32Array.of(0, 1));

  test("goes through its values, and is unsure where there are none", () => {
    inputs.forEach((input, index) => {
      expect(process.predict(input).mean).toBeCloseTo(values[index] as number, 1);
    });
    const [near, far] = [Float64Array.of(0.5, 0.5), Float64Array.of(5, 0.5)].map((input) =>
      process.predict(input),
    );
    expect(near?.mean).toBeCloseTo(wave(Float64Array.of(0.5)), 1);
    expect(far?.deviation).toBeGreaterThan(10 * (near?.deviation as number));
  });

  test("believes what it expects: the means stay, and it is surer near by", () => {
    const [there, near, far] = [Float64Array.of(1.4, 0.5), Float64Array.of(1.41, 0.5), inputs[0]];
    const believing = process.believing([there as Float64Array]);
    for (const input of [there, near, far] as Float64Array[]) {
      expect(believing.predict(input).mean).toBeCloseTo(process.predict(input).mean, 9);
    }
    const [before, after] = [process, believing].map((each) => each.predict(near as Float64Array));
    expect(after?.deviation).toBeLessThan(0.5 * (before?.deviation as number));
  });

  test("learns which column matters, and how little noise there is", () => {
    const [first, second] = process.kernel.factors;
    expect(first as number).toBeGreaterThan(5 * (second as number));
    expect(process.kernel.noise).toBeLessThan(1e-2);
  });

  test("has the gradients of its differences", () => {
    // Where the process is unsure: near its inputs the deviation is lost in rounding.
    const at = Float64Array.of(1.4, 0.77);
    const { mean, deviation } = process.differentiate(at);
    for (const column of [0, 1]) {
      const [above, below] = [1e-4, -1e-4].map((step) =>
        process.predict(at.map((each, index) => each + (index === column ? step : 0))),
      );
      const slope = (of: "mean" | "deviation"): number =>
        ((above?.[of] as number) - (below?.[of] as number)) / 2e-4;
      expect(mean.gradient[column]).toBeCloseTo(slope("mean"), 4);
      expect(deviation.gradient[column]).toBeCloseTo(slope("deviation"), 4);
    }
  });

  test("finds noise where equal points have different values", () => {
    const twice = [...inputs, ...inputs];
    const noisy = Float64Array.from(
      twice,
      (input, index) => wave(input) + (index < inputs.length ? 0.5 : -0.5),
    );
    expect(GaussianProcess.fit(twice, noisy, Int32Array.of(0, 1)).kernel.noise).toBeGreaterThan(
      0.1,
    );
  });
});

test("options are columns of their own that share a length scale", () => {
  const space = SearchSpace.of({
    x: real(0, { min: 0, max: 2 }),
    kind: choice("a", { options: ["a", "b", "c"] }),
  });
  const features = new Features(space);
  expect([...features.scaleOf]).toEqual([0, 1, 1, 1]);
  expect([...features.encode(space.toUnit({ x: 1, kind: "b" }))]).toEqual([0.5, 0, 1, 0]);
});

describe("minimize", () => {
  const bowl = (point: Float64Array) => {
    const [x, y] = point as unknown as [number, number];
    const value = 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    const gradient = Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x));
    return { value, gradient };
  };

  test("finds the end of Rosenbrock's valley", () => {
    const options = { lower: [-3, -3], upper: [3, 3], iterations: 200 };
    const { point } = minimize(bowl, [-1.2, 1], options);
    expect(point[0]).toBeCloseTo(1, 2);
    expect(point[1]).toBeCloseTo(1, 2);
  });

  test("stops at bounds", () => {
    const { point } = minimize(bowl, [-1.2, 1], {
      lower: [-3, -3],
      upper: [0.5, 3],
      iterations: 200,
    });
    expect(point[0]).toBe(0.5);
    expect(point[1]).toBeCloseTo(0.25, 2);
  });
});

describe("warp", () => {
  test("makes long tails short and keeps the order", () => {
    const long = Array.from({ length: 21 }, (_, index) => 10 ** (index / 3 - 8));
    const warped = warp(long);
    // Logarithms, standardised: equal steps.
    const step = (warped[1] as number) - (warped[0] as number);
    warped.slice(1).forEach((value, index) => {
      expect(value - (warped[index] as number)).toBeCloseTo(step, 5);
    });
  });

  test.each([
    { values: [3, 3, 3] },
    { values: [-5, 0, 1e12] },
    { values: [1e-300, 1, 1e300] },
    { values: [7] },
  ])("stays finite: $values", ({ values: given }) => {
    const warped = warp(given);
    expect(warped.every(Number.isFinite)).toBe(true);
    expect([...warped].sort((a, b) => a - b)).toEqual(warped);
  });
});
