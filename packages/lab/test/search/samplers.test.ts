import { ArgumentError } from "@versant/core";
import { describe, expect, test } from "vitest";
import { accepts, choice, flag, int, real } from "../../src/experiment/declarations.js";
import { GaussianProcessSampler } from "../../src/search/gaussian/gaussian.js";
import { GridSampler } from "../../src/search/grid.js";
import { QuasiRandomSampler } from "../../src/search/quasiRandom.js";
import { RandomSampler } from "../../src/search/random.js";
import type { FinishedTrial, Sampler, SearchValues } from "../../src/search/sampler.js";
import { Sobol } from "../../src/search/sobol/sobol.js";
import { SearchSpace } from "../../src/search/space.js";
import { TpeSampler } from "../../src/search/tpe/tpe.js";
import { readFixture } from "./fixture.js";

const space = SearchSpace.of({
  optimizer: choice("sgd", { options: ["sgd", "adam"] }),
  rate: real(0.1, { min: 1e-4, max: 1, scale: "log" }),
  momentum: real(0.9, { min: 0, max: 0.99, when: { optimizer: "sgd" } }),
  nesterov: flag(false, { when: { optimizer: "sgd" } }),
  width: int(8, { min: 1, max: 64, scale: "log" }),
  layers: int(2, { min: 1, max: 3 }),
});
const cost = ({ optimizer, rate, momentum = 0.5, layers }: SearchValues): number =>
  (optimizer === "adam" ? 0 : 1) +
  (Math.log10(Number(rate)) + 2) ** 2 +
  (Number(momentum) - 0.5) ** 2 +
  Math.abs(Number(layers) - 2);

/** Trials of which some fail, some are pruned, and some break a constraint. */
function searched(sampler: Sampler, trials: number, seed = 3): FinishedTrial[] {
  const history: FinishedTrial[] = [];
  for (let number = 0; number < trials; number++) {
    const values = sampler.propose({ space, seed, number, history });
    const value = cost(values);
    const common = { number, values };
    // Large steps diverge, some to NaN; what is bad after a step is pruned.
    if (Number(values.rate) > 0.3) {
      history.push({ ...common, state: "failed", objectives: number % 2 ? [Number.NaN] : [] });
    } else if (value > 3) {
      history.push({
        ...common,
        state: "pruned",
        objectives: [],
        intermediate: [{ step: 1, value }],
      });
    } else {
      const constraints = [Number(values.layers) - 2.5];
      history.push({ ...common, state: "completed", objectives: [value], constraints });
    }
  }
  return history;
}

const samplers: Record<string, () => Sampler> = {
  random: () => new RandomSampler(),
  sobol: () => new QuasiRandomSampler(),
  grid: () => new GridSampler({ points: 3 }),
  TPE: () => new TpeSampler(),
  "TPE one by one": () => new TpeSampler({ multivariate: false }),
  GP: () => new GaussianProcessSampler(),
};

describe.each(Object.keys(samplers))("%s", (name) => {
  const make = samplers[name] as () => Sampler;
  const history = searched(make(), 25);

  test("proposes what is declared and active, the same again from the same", () => {
    for (const { number, values } of history) {
      expect(Object.keys(values)).toEqual(space.active(values));
      for (const [each, value] of Object.entries(values)) {
        expect(accepts(space.declarations[each] as never, value)).toBe(true);
      }
      const before = history.slice(0, number);
      const again = make().propose({ space, seed: 3, number, history: [...before].reverse() });
      expect(again).toEqual(values);
    }
  });

  test("draws other values with another seed, unless it draws none", () => {
    const before = history.slice(0, 20);
    const other = make().propose({ space, seed: 4, number: 20, history: before });
    if (name === "grid") expect(other).toEqual(history[20]?.values);
    else expect(other).not.toEqual(history[20]?.values);
  });
});

test.each(["TPE", "TPE one by one", "GP"])(
  "%s goes where trials were good and feasible",
  (name) => {
    const history = searched((samplers[name] as () => Sampler)(), 40);
    const isGood = ({ values }: FinishedTrial): boolean =>
      cost(values) < 1 && Number(values.layers) < 3;
    // Of random trials about one in twelve.
    expect(history.slice(10).filter(isGood).length).toBeGreaterThanOrEqual(10);
  },
);

test.each(["TPE", "GP"])("%s proposes something else while a proposal is pending", (name) => {
  const sampler = (samplers[name] as () => Sampler)();
  const square = SearchSpace.of({ x: real(0, { min: 0, max: 1 }), y: real(0, { min: 0, max: 1 }) });
  const history = Array.from({ length: 10 }, (_, number) => {
    const values = new QuasiRandomSampler().propose({
      space: square,
      seed: 1,
      number,
      history: [],
    });
    const objectives = [Math.sin(9 * Number(values.x)) + Math.cos(7 * Number(values.y))];
    return { number, values, state: "completed" as const, objectives };
  });
  const propose = (pending: readonly SearchValues[]) =>
    sampler.propose({ space: square, seed: 2, number: 10, history, pending });
  const apart = (a: SearchValues, b: SearchValues): number =>
    Math.hypot(Number(a.x) - Number(b.x), Number(a.y) - Number(b.y));
  const alone = propose([]);
  expect(apart(propose([alone, alone, alone]), alone)).toBeGreaterThan(0.02);
  expect(propose([alone])).toEqual(propose([alone]));
});

describe("all trials failed", () => {
  test.each(["TPE", "GP"])("%s still proposes", (name) => {
    const history = Array.from({ length: 30 }, (_, number) => ({
      number,
      values: new RandomSampler().propose({ space, seed: 1, number, history: [] }),
      state: "failed" as const,
      objectives: [],
    }));
    const sampler = (samplers[name] as () => Sampler)();
    expect(sampler.propose({ space, seed: 1, number: 30, history })).toHaveProperty("rate");
  });
});

test("TPE of two objectives comes nearer to the front than random search", () => {
  const plane = SearchSpace.of({
    x: real(0, { min: -2, max: 2 }),
    y: real(0, { min: -2, max: 2 }),
  });
  // The front is x from -1 to 1 with y = 0.
  const front = (sampler: Sampler): number => {
    const history: FinishedTrial[] = [];
    for (let number = 0; number < 60; number++) {
      const values = sampler.propose({ space: plane, seed: 5, number, history });
      const [x, y] = [Number(values.x), Number(values.y)];
      const objectives = [(x - 1) ** 2 + y * y, (x + 1) ** 2 + y * y];
      history.push({ number, values, state: "completed", objectives });
    }
    return history.slice(30).reduce((sum, { values }) => sum + Math.abs(Number(values.y)), 0) / 30;
  };
  expect(front(new TpeSampler())).toBeLessThan(0.6 * front(new RandomSampler()));
});

describe("a grid", () => {
  test("has every combination once, those that differ in nothing active only once", () => {
    const grid = new GridSampler({ points: 3, pointsOf: { width: 2, momentum: 1 } });
    const size = grid.size(space);
    // sgd: 3 rates, 1 momentum, 2 flags, 2 widths, 3 layers; adam: 3 rates, 2 widths, 3 layers.
    expect(size).toBe(36 + 18);
    const all = Array.from({ length: size }, (_, number) =>
      grid.propose({ space, seed: 0, number, history: [] }),
    );
    expect(new Set(all.map((values) => JSON.stringify(values))).size).toBe(size);
    const rates = [...new Set(all.map(({ rate }) => Number(rate)))];
    expect(rates).toHaveLength(3);
    expect(rates[1]).toBeCloseTo(0.01, 12);
    expect([rates[0], rates[2]]).toEqual([1e-4, 1]);
  });

  test("of few whole numbers has each", () => {
    const few = SearchSpace.of({ layers: int(2, { min: 2, max: 4 }) });
    const grid = new GridSampler({ points: 10 });
    expect(grid.size(few)).toBe(3);
    const values = [0, 1, 2].map((number) =>
      grid.propose({ space: few, seed: 0, number, history: [] }),
    );
    expect(values).toEqual([{ layers: 2 }, { layers: 3 }, { layers: 4 }]);
    expect(() => grid.propose({ space: few, seed: 0, number: 3, history: [] })).toThrow(
      "GridSampler: received trial 3, expected one below 3, the size of the grid.",
    );
  });
});

describe("Sobol's sequence", () => {
  test("unscrambled is scipy's", () => {
    const points = readFixture<number[][]>("sobol");
    const sobol = new Sobol(64);
    points.forEach((point, index) => {
      expect(Array.from(sobol.point(index), (place) => place * 64)).toEqual(point);
    });
  });

  test("scrambled stays even: of 2^k points one lies in each of 2^k intervals", () => {
    for (const seed of [0, 1, 2]) {
      const sobol = new Sobol(64, seed);
      const points = Array.from({ length: 64 }, (_, index) => sobol.point(index));
      for (let dimension = 0; dimension < 64; dimension++) {
        const cells = points.map((point) => Math.floor((point[dimension] as number) * 64));
        expect(new Set(cells).size).toBe(64);
      }
    }
    expect(new Sobol(2, 0).point(5)).not.toEqual(new Sobol(2, 1).point(5));
  });
});

test.each<[() => unknown, string]>([
  [() => new Sobol(65), "Sobol: received 65 dimensions, expected 1 to 64; search fewer"],
  [() => new GridSampler({ points: 0 }), "GridSampler: received points 0"],
  [() => new GridSampler({ point: 3 } as never), 'received an option named "point"'],
  [
    () => new GridSampler({ points: 100 }).size(space),
    "trials, expected at most 100000; search fewer",
  ],
  [() => new TpeSampler({ startup: 0 }), "TpeSampler: received startup 0"],
  [
    () => new GaussianProcessSampler({ startup: 1.5 }),
    "GaussianProcessSampler: received startup 1.5",
  ],
  [
    () =>
      new GaussianProcessSampler().propose({
        space,
        seed: 0,
        number: 1,
        history: [{ number: 0, values: {}, state: "completed", objectives: [1, 2] }],
      }),
    "GaussianProcessSampler: received 2 objectives, expected one; TPE takes several",
  ],
])("a mistake is refused (%#)", (act, message) => {
  expect(act).toThrow(ArgumentError);
  expect(act).toThrow(message);
});
