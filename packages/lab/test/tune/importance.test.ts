import { expect, test } from "vitest";
import { real } from "../../src/experiment/declarations.js";
import type { SearchRecord, TrialRecord } from "../../src/ledger/searchEvents.js";
import { searchConclusion } from "../../src/progress/searchConclusion.js";
import { importanceIn } from "../../src/tune/report.js";

const unit = { min: 0, max: 1 };
const record: SearchRecord = {
  ...{ experiment: "line", file: "line.ts", command: ["tune", "line.ts"] },
  space: { rate: real(0.1, unit), noise: real(0.5, unit) },
  ...{ fixed: {}, sources: {}, sampler: "random", pruner: "median", constraints: [] },
  objectives: [{ name: "validation.loss", direction: "min" }],
  ...{ seed: 1, trials: 40, jobs: 1, async: false, reportEvery: 1, leakCheck: false },
};

/** The rate decides what comes of it, the noise does not. */
const trials = (completed: number, pruned: number): TrialRecord[] =>
  Array.from({ length: completed + pruned }, (_, index) => {
    const [rate, noise] = [(index * 0.618) % 1, (index * 0.414) % 1];
    return {
      number: index + 1,
      values: { rate, noise },
      state: index < completed ? "completed" : "pruned",
      ...{ run: null, objectives: [rate ** 2], constraints: [] },
      ...{ reports: [], epochs: 1, seconds: 1 },
    };
  });

const lineOf = (all: readonly TrialRecord[]): string | undefined =>
  searchConclusion({ record, trials: all }, "line.ts").find((line) => /^importance/.test(line));

test("importance is told from 10 completed trials a hyper-parameter on", () => {
  const few = trials(19, 20);
  expect(importanceIn(few, record)).toBeNull();
  expect(lineOf(few)).toMatch(
    /^importance +not known before 20 trials are completed, 10 a hyper-parameter$/,
  );
  const enough = trials(20, 0);
  const { rate = 0, noise = 1 } = importanceIn(enough, record) ?? {};
  expect(rate).toBeGreaterThan(0.8);
  expect(noise).toBeLessThan(0.2);
  expect(lineOf(enough)).toMatch(
    /^importance +rate \d+ %, noise \d+ % of the variance, each alone$/,
  );
});

test("nothing is told where the objective never changes", () => {
  const same = trials(40, 0).map((trial) => ({ ...trial, objectives: [1] }));
  expect(importanceIn(same, record)).toBeNull();
  expect(lineOf(same)).toBeUndefined();
});
