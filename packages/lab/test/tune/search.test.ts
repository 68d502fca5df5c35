import { expect, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import type { SearchRecord, TrialRecord } from "../../src/ledger/searchEvents.js";
import type { Proposal, Sampler } from "../../src/search/sampler.js";
import { SearchSpace } from "../../src/search/space.js";
import { Search } from "../../src/tune/search.js";
import { SearchPage } from "../../src/tune/searchPage.js";
import { recordSpace } from "../../src/tune/space.js";
import { fixture } from "../command/run.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";

/** Whatever was found before decides what comes next; and it remembers what it was shown. */
class Chaotic implements Sampler {
  readonly shown: number[][] = [];
  readonly pending: number[][] = [];

  size(): number {
    return Number.POSITIVE_INFINITY;
  }

  propose({ space, number, history, pending = [] }: Proposal) {
    this.shown[number] = history.map((trial) => trial.number);
    this.pending[number] = pending.map(({ learningRate }) => Number(learningRate));
    const digits = history.map(({ objectives }) => 1000 * (objectives[0] ?? 0));
    const sum = digits.reduce((all, each) => all + each, 0.3 * number);
    return space.fromUnit([sum % 1]);
  }
}

async function search(finished: readonly TrialRecord[] = []) {
  const ledger = temporaryLedger(temporaryFolder());
  const file = fixture("uneven.ts");
  const experiment = await loadExperiment(file);
  const fixed = { epochs: 2, rest: 20 };
  const space = SearchSpace.of(experiment.declarations, { only: ["learningRate"], fixed });
  const record: SearchRecord = {
    ...{ experiment: experiment.name, file, command: [], space: recordSpace(space) },
    ...{ fixed, sources: {}, sampler: "chaotic", pruner: "none" },
    ...{ objectives: [{ name: "validation.loss", direction: "min" }], constraints: [] },
    ...{ seed: 1, trials: 5, jobs: 2, async: false, reportEvery: 1, leakCheck: false },
  };
  const page = SearchPage.make(ledger, experiment.name);
  const sampler = new Chaotic();
  const { signal } = new AbortController();
  const made: number[] = [];
  const tell = (trial: TrialRecord): void => {
    made.push(trial.number);
  };
  const options = { file, record, page, space, sampler, pruner: undefined, finished, signal, tell };
  try {
    const end = await new Search(options).run();
    return { ...end, shown: sampler.shown, pending: sampler.pending, made };
  } finally {
    page.release();
  }
}

const course = (trials: readonly TrialRecord[]) =>
  trials.map(({ values, objectives }) => [values, objectives]);

test("trial n is proposed from trials 1 to n - 2 and the values of n - 1, whatever their timing, also when it goes on", async () => {
  const whole = await search();
  expect(whole.shown).toEqual([[], [], [0], [0, 1], [0, 1, 2]]);
  const rates = whole.trials.map(({ values }) => Number(values.learningRate));
  expect(whole.pending).toEqual([[], ...rates.slice(0, -1).map((rate) => [rate])]);
  expect(new Set(rates).size).toBe(5);
  expect(course((await search()).trials)).toEqual(course(whole.trials));

  const rest = await search(whole.trials.filter(({ number }) => number !== 2 && number !== 5));
  expect(rest.made).toEqual([2, 5]);
  expect([rest.pending[1], rest.pending[4]]).toEqual([whole.pending[1], whole.pending[4]]);
  expect(course(rest.trials)).toEqual(course(whole.trials));
});
