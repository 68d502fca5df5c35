import { expect, test } from "vitest";
import { median, probabilityOfRankingAsHigh } from "../../../../scripts/verify/rankTest.mjs";
import { optuna, problems, search } from "../../../../scripts/verify/searchProblems.mjs";
import { GaussianProcessSampler } from "../../src/search/gaussian/gaussian.js";
import { RandomSampler } from "../../src/search/random.js";
import type { Sampler } from "../../src/search/sampler.js";
import { SearchSpace } from "../../src/search/space.js";
import { TpeSampler } from "../../src/search/tpe/tpe.js";

type Name = keyof typeof problems;
const names = Object.keys(problems) as Name[];

/** The small version of `npm run verify:search`: so many trials, a multiple of ten, of so many seeds. */
function compare(name: Name, sampler: Sampler, trials: number, seeds: number) {
  const { declarations, cost } = problems[name];
  const space = SearchSpace.of(declarations);
  const best = Array.from({ length: seeds }, (_, seed) =>
    search(sampler, space, cost, seed, trials),
  );
  const [tpe, random] = [optuna[name].tpe, optuna[name].random].map((curves) =>
    curves.map((curve) => curve[trials / 10 - 1] as number),
  ) as [number[], number[]];
  return {
    asBad: probabilityOfRankingAsHigh(best, tpe),
    asGood: probabilityOfRankingAsHigh(random, best),
    best,
    random,
  };
}

test.each(names)("%s: TPE is not worse than Optuna's and better than random search", (name) => {
  const { asBad, asGood } = compare(name, new TpeSampler(), 60, 15);
  expect(asBad).toBeGreaterThan(0.05);
  expect(asGood).toBeLessThan(0.05);
});

const few = ["branin", "hartmann6"] as const;

test.each(few)("%s: so is the Gaussian process, after 30 trials", (name) => {
  const { asBad, asGood } = compare(name, new GaussianProcessSampler(), 30, 4);
  expect(asBad).toBeGreaterThan(0.05);
  expect(asGood).toBeLessThan(0.05);
});

test("random search is Optuna's: the problems are the same", () => {
  for (const name of names) {
    const { asBad, asGood, best, random } = compare(name, new RandomSampler(), 60, 30);
    expect(asGood, `${name}: ${median(best)} against ${median(random)}`).toBeGreaterThan(0.05);
    expect(1 - asGood).toBeGreaterThan(0.05);
    expect(asBad).toBeLessThan(0.1);
  }
});
