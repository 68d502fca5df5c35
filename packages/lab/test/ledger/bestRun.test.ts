import { expect, test } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { findRun, listRuns, parseCondition } from "../../src/ledger/runs.js";
import type { TrialRecord } from "../../src/ledger/searchEvents.js";
import { findNamedRun } from "../../src/recording/namedRun.js";
import { endedDraft, startedDraft, temporaryLedger } from "./temporary.js";

const search = "line-search-k2m4";

const trial = (number: number, runs: readonly string[]): Draft => {
  const record: TrialRecord = {
    ...{ number, values: { width: 10 * number }, state: "completed", run: runs.at(-1) ?? null },
    ...(runs.length > 1 && { runs }),
    ...{ objectives: [1 / number], constraints: [], reports: [], epochs: 1, seconds: 1 },
  };
  return { type: "search.trial", run: search, payload: record };
};

const searchStart: Draft = {
  type: "search.started",
  run: search,
  payload: {
    ...{ experiment: "line", file: "line.ts", command: ["tune", "line.ts"] },
    space: { width: { kind: "int", default: 8, min: 1, max: 64, scale: "linear", about: "" } },
    ...{ fixed: {}, sources: {}, sampler: "random", pruner: "none", constraints: [] },
    objectives: [{ name: "validation.loss", direction: "min" }],
    ...{ seed: 42, trials: 2, jobs: 1, async: false, reportEvery: 1, leakCheck: true },
  },
};

const searchEnd: Draft = {
  type: "search.ended",
  run: search,
  payload: { state: "completed", best: [2] },
};

const of = (number: number) => ({ search: { name: search, trial: number } });

/** A run, a search of two trials, the second of which was trained twice, and a training of a study. */
async function searched(...end: readonly Draft[]): Promise<Ledger> {
  const ledger = temporaryLedger();
  await ledger.append([
    ...[startedDraft("line-0wn"), endedDraft("line-0wn"), searchStart],
    ...[startedDraft("line-a1", of(1)), endedDraft("line-a1"), trial(1, ["line-a1"])],
    ...[startedDraft("line-b1", of(2)), endedDraft("line-b1")],
    ...[startedDraft("line-b2", of(2)), endedDraft("line-b2"), trial(2, ["line-b1", "line-b2"])],
    ...end,
    startedDraft("line-c1", { study: "width" }),
  ]);
  return ledger;
}

test("last is the newest run that neither a search nor a study made", async () => {
  expect((await findRun(await searched(searchEnd), "last")).id).toBe("line-0wn");
});

test.each([search, `${search}@best`, "line-s", "line-s@best"])(
  "%s is the first run of the search's best trial, as a run and as a model",
  async (word) => {
    const ledger = await searched(searchEnd);
    expect((await findRun(ledger, word)).id).toBe("line-b1");
    const { run, checkpoint } = await findNamedRun("openModel", ledger, word);
    expect([run.id, checkpoint]).toEqual(["line-b1", undefined]);
  },
);

test("a run's own @best is a checkpoint; other words are refused", async () => {
  const ledger = await searched(searchEnd);
  const { run, checkpoint } = await findNamedRun("openModel", ledger, "line-a1@best");
  expect([run.id, checkpoint]).toEqual(["line-a1", "best"]);
  await expect(findNamedRun("openModel", ledger, "line-a1@first")).rejects.toThrow(
    'openModel: received "line-a1@first", expected a run, RUN@best, RUN@last, SEARCH@best or',
  );
});

test("a search without an end has no best trial yet", async () => {
  await expect(findRun(await searched(), search)).rejects.toThrow(
    `the search ${search} is killed and has no best trial, expected one that has ended with one`,
  );
});

test("where only searches made runs, last says so", async () => {
  const ledger = temporaryLedger();
  await ledger.append([searchStart, startedDraft("line-a1", of(1))]);
  await expect(findRun(ledger, "last")).rejects.toThrow(
    "none is here that no search or study made",
  );
});

test("runs say whose trial they are, and are listed by it", async () => {
  const ledger = await searched(searchEnd);
  const conditions = [`search=${search}`, "trial=2"].map(parseCondition);
  const runs = await listRuns(ledger, { conditions });
  expect(runs.map(({ id, search: own }) => [id, own])).toEqual([
    ["line-b2", { name: search, trial: 2 }],
    ["line-b1", { name: search, trial: 2 }],
  ]);
});
