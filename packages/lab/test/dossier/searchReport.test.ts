import { expect, test } from "vitest";
import { reportSearch } from "../../src/dossier/searchReport.js";
import { choice, real } from "../../src/experiment/declarations.js";
import type { SearchRecord, TrialRecord } from "../../src/ledger/searchEvents.js";
import { temporaryLedger } from "../ledger/temporary.js";

const hostile = '<script>alert("x")</script>';

const record: SearchRecord = {
  ...{ experiment: hostile, file: "a line.ts", command: ["tune", "line.ts"] },
  space: {
    rate: real(0.1, { min: 0.001, max: 1, scale: "log" }),
    rule: choice("sgd", { options: ["sgd", "adam"] }),
  },
  ...{ fixed: {}, sources: {}, sampler: "random", pruner: "none", constraints: [] },
  objectives: [
    { name: "validation.loss", direction: "min" },
    { name: "size", direction: "min" },
  ],
  ...{ seed: 1, trials: 40, jobs: 1, async: false, reportEvery: 1, leakCheck: false },
};

/** The rate decides what comes of it; the seventh fails. */
const trial = (number: number): TrialRecord => {
  const u = (number * 0.618) % 1;
  const isFailed = number === 7;
  return {
    number,
    values: { rate: 10 ** (-3 + 3 * u), rule: number % 2 === 0 ? "sgd" : "adam" },
    ...{ state: isFailed ? "failed" : "completed", run: null, constraints: [], reports: [] },
    objectives: isFailed ? [] : [0.1 + (u - 0.3) ** 2, 1 - u],
    ...{ epochs: 1, seconds: 1 },
  };
};

async function searched(settings: Partial<SearchRecord> = {}) {
  const ledger = temporaryLedger();
  const trials = Array.from({ length: 30 }, (_, index) => trial(index + 1));
  await ledger.append([
    { type: "search.started", run: "line-search", payload: { ...record, ...settings } },
    ...trials.map((payload) => ({ type: "search.trial", run: "line-search", payload }) as const),
  ]);
  return ledger;
}

test("history, parallel coordinates, Pareto front, importance and the best, in either language", async () => {
  const ledger = await searched();
  for (const [language, words] of [
    ["en", ["Report of a search", "30 trials of", "Pareto front", "What mattered", "rate"]],
    ["fr", ["Rapport d’une recherche", "30 essais de", "Front de Pareto", "Ce qui a compté"]],
  ] as const) {
    const { html, figures } = await reportSearch(ledger, { search: "line", language });
    for (const word of words) expect(html).toContain(word);
    expect(html).not.toMatch(/<script|<link|src=|NaN|undefined/);
    expect([...figures.keys()]).toEqual(["history.svg", "parallel.svg", "front.svg"]);
    // A failed trial has no place among objectives.
    expect(figures.get("history.svg")?.match(/<circle/g)).toHaveLength(29);
    expect(figures.get("parallel.svg")?.match(/<path/g)).toHaveLength(30);
  }
});

test("one objective has no front, and what is wrong is told", async () => {
  const ledger = await searched({ objectives: [{ name: "loss", direction: "min" }] });
  const { figures } = await reportSearch(ledger, { search: "line-search" });
  expect([...figures.keys()]).toEqual(["history.svg", "parallel.svg"]);
  await expect(reportSearch(ledger, { search: "nothing" })).rejects.toThrow(
    'there is no search "nothing"',
  );
  await expect(
    reportSearch(ledger, { search: "line-search", language: "de" as "en" }),
  ).rejects.toThrow('reportSearch: received "de" as language, expected one of en, fr.');
});
