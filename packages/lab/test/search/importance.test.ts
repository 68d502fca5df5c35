import { expect, test } from "vitest";
import { choice, flag, real } from "../../src/experiment/declarations.js";
import { importanceOf } from "../../src/search/importance/importance.js";
import { QuasiRandomSampler } from "../../src/search/quasiRandom.js";
import type { FinishedTrial, SearchValues } from "../../src/search/sampler.js";
import { SearchSpace } from "../../src/search/space.js";

const unit = { min: 0, max: 1 };
const space = SearchSpace.of({
  a: real(0, unit),
  b: real(0, unit),
  kind: choice("x", { options: ["x", "y"] }),
  idle: flag(false),
});

const trials = (cost: (values: SearchValues) => number, count = 256): FinishedTrial[] =>
  Array.from({ length: count }, (_, number) => {
    const values = new QuasiRandomSampler().propose({ space, seed: 2, number, history: [] });
    return { number, values, state: "completed", objectives: [cost(values)] };
  });

const shares = (history: readonly FinishedTrial[], options = {}): Record<string, number> =>
  Object.fromEntries(importanceOf(space, history, options).map(({ name, share }) => [name, share]));

test("is the share of the variance, known of a sum", () => {
  // Variances: 9/12, 1/12, and 1/4 of the choice: 0.692, 0.077 and 0.231 of their sum.
  const history = trials(({ a, b, kind }) => 3 * Number(a) + Number(b) + (kind === "x" ? 1 : 0));
  const found = shares(history);
  expect(found.a).toBeCloseTo(0.692, 1);
  expect(found.kind).toBeCloseTo(0.231, 1);
  expect(found.b).toBeCloseTo(0.077, 1);
  expect(found.idle).toBeLessThan(0.01);
  expect(Object.keys(found)).toEqual(["a", "kind", "b", "idle"]);
});

test("leaves to no one what two have only together", () => {
  const found = shares(trials(({ a, kind }) => (kind === "x" ? 1 : -1) * (Number(a) - 0.5)));
  for (const share of Object.values(found)) expect(share).toBeLessThan(0.15);
});

test("is not moved by a large constant, by failed trials or by the order", () => {
  const cost = ({ a }: SearchValues): number => 1e9 + Number(a);
  const history = trials(cost, 64);
  const failed = history.map((trial) => ({
    ...trial,
    number: trial.number + 64,
    state: "failed" as const,
    objectives: [],
  }));
  const found = shares(history);
  expect(found.a).toBeGreaterThan(0.95);
  expect(shares([...failed, ...history].reverse())).toEqual(found);
  expect(shares(history, { seed: 1 })).not.toEqual(found);
});

test("explains the objective that is asked for; none of what never changes", () => {
  const history = trials(({ a }) => Number(a), 64).map((trial) => ({
    ...trial,
    objectives: [...trial.objectives, Number(trial.values.b)],
  }));
  expect(importanceOf(space, history, { objective: 1 })[0]?.name).toBe("b");
  expect(Object.values(shares(trials(() => 4, 32)))).toEqual([0, 0, 0, 0]);
  expect(Object.values(shares([]))).toEqual([0, 0, 0, 0]);
});
