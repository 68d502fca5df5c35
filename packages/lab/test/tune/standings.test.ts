import { expect, test } from "vitest";
import type { TrialRecord } from "../../src/ledger/searchEvents.js";
import { bestTrials, trialsSinceBest } from "../../src/tune/standings.js";

const trial = (number: number, objectives: number[], other: Partial<TrialRecord> = {}) => ({
  number,
  objectives,
  values: {},
  state: "completed" as const,
  run: null,
  constraints: [],
  reports: [],
  epochs: 1,
  seconds: 1,
  ...other,
});

const loss = { name: "validation.loss", direction: "min" } as const;
const accuracy = { name: "validation.accuracy", direction: "max" } as const;
const numbers = (trials: readonly TrialRecord[]) => trials.map(({ number }) => number);

test("of one objective the best complete trial, of equal ones the first", () => {
  const trials = [
    trial(3, [1]),
    trial(2, [1]),
    trial(1, [2]),
    trial(4, [0], { state: "pruned" }),
    trial(5, [], { state: "failed" }),
  ];
  expect(numbers(bestTrials(trials, { objectives: [loss], constraints: [] }))).toEqual([2]);
  expect(numbers(bestTrials(trials, { objectives: [accuracy], constraints: [] }))).toEqual([1]);
  expect(trialsSinceBest(trials, { objectives: [loss], constraints: [] })).toBe(3);
});

test("of several objectives the Pareto front", () => {
  const rules = { objectives: [loss, accuracy], constraints: [] };
  const trials = [
    trial(1, [1, 0.5]),
    trial(2, [2, 0.9]),
    trial(3, [2, 0.8]),
    trial(4, [1, 0.5]),
    trial(5, [0.5, 0.1]),
  ];
  expect(numbers(bestTrials(trials, rules))).toEqual([1, 2, 4, 5]);
});

test("only what satisfies all constraints", () => {
  const constraints = [{ name: "parameters", operator: "<=", limit: 100 } as const];
  const trials = [
    trial(1, [1], { constraints: [101] }),
    trial(2, [2], { constraints: [100] }),
    trial(3, [0], { constraints: [Number.NaN] }),
  ];
  expect(numbers(bestTrials(trials, { objectives: [loss], constraints }))).toEqual([2]);
  expect(
    trialsSinceBest([trial(7, [1], { constraints: [101] })], { objectives: [loss], constraints }),
  ).toBe(7);
});
