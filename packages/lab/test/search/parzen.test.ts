import { RandomGenerator } from "@versant/core";
import { expect, test } from "vitest";
import { choice, int, real } from "../../src/experiment/declarations.js";
import { Dimension } from "../../src/search/dimension.js";
import { ParzenEstimator } from "../../src/search/tpe/parzen.js";
import { goodTrials, weightsByAge, weightsByHypervolume } from "../../src/search/tpe/weights.js";
import { readFixture } from "./fixture.js";

type Points = Record<string, number[]>;
const fixture = readFixture<{
  cases: { trials: Points; at: Points; logDensities: Record<string, number[]> }[];
  weights: number[][];
  good: [number, number][];
}>("parzen");

const dimensions: Record<string, Dimension> = {
  x: new Dimension("x", real(0, { min: 0, max: 1 })),
  n: new Dimension("n", int(1, { min: 1, max: 6 })),
  c: new Dimension("c", choice("a", { options: ["a", "b", "c"] })),
};

const rows = (points: Points, names: readonly string[]): number[][] =>
  (points.x ?? []).map((_, index) =>
    names.map((name) => {
      const value = points[name]?.[index] as number;
      return (dimensions[name] as Dimension).toUnit(
        name === "c" ? ("abc"[value] as string) : value,
      );
    }),
  );

test("densities are those of Optuna's estimator", () => {
  for (const { trials, at, logDensities } of fixture.cases) {
    for (const [key, expected] of Object.entries(logDensities)) {
      const names = [...key];
      const points = rows(trials, names);
      const estimator = new ParzenEstimator(
        names.map((name) => dimensions[name] as Dimension),
        points,
        points.map(() => 1),
        names.length > 1,
      );
      rows(at, names).forEach((point, index) => {
        expect(estimator.logDensity(point)).toBeCloseTo(expected[index] as number, 12);
      });
    }
  }
});

test("draws have the density that is said", () => {
  const names = ["x", "n", "c"];
  const points = [
    [0.1, 0.25, 0.5],
    [0.15, 0.9, 0.5],
  ];
  const shown = names.map((name) => dimensions[name] as Dimension);
  const estimator = new ParzenEstimator(shown, points, [1, 2], true);
  const random = new RandomGenerator(1, "search");
  const draws = Array.from({ length: 20_000 }, () => estimator.sample(random));
  // The share of the draws with n = 2 and c = "b", against its probability.
  const drawn = draws.filter(([, n, c]) => Math.abs((n as number) - 0.25) < 1e-9 && c === 0.5);
  const xs = Array.from({ length: 2000 }, (_, index) => (index + 0.5) / 2000);
  const probability =
    xs.reduce((sum, x) => sum + Math.exp(estimator.logDensity([x, 0.25, 0.5])), 0) / xs.length;
  expect(drawn.length / draws.length).toBeCloseTo(probability, 2);
  expect(probability).toBeGreaterThan(0.05);
  const low = drawn.filter(([x]) => (x as number) < 0.2).length / draws.length;
  const expected =
    xs
      .filter((x) => x < 0.2)
      .reduce((sum, x) => sum + Math.exp(estimator.logDensity([x, 0.25, 0.5])), 0) / xs.length;
  expect(low).toBeCloseTo(expected, 2);
});

test("weights by age and the number of good trials are Optuna's", () => {
  for (const weights of fixture.weights) {
    const ours = weightsByAge(weights.length);
    weights.forEach((weight, index) => {
      expect(ours[index]).toBeCloseTo(weight, 12);
    });
  }
  for (const [trials, good] of fixture.good) expect(goodTrials(trials)).toBe(good);
});

test("of several objectives what adds most volume weighs most", () => {
  const trial = (objectives: number[], number: number) => ({
    number,
    values: {},
    state: "completed" as const,
    objectives,
  });
  const weights = weightsByHypervolume(
    [
      [0, 4],
      [1, 1],
      [4, 0],
      [3.9, 0.9],
    ].map(trial),
  );
  expect(weights[1]).toBe(1);
  expect(weights[3]).toBeLessThan(0.05);
});
