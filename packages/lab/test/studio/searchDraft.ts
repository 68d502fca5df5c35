import { real } from "../../src/experiment/declarations.js";
import type { Draft } from "../../src/ledger/events.js";
import type { SearchRecord } from "../../src/ledger/searchEvents.js";

const record: SearchRecord = {
  ...{ experiment: "line", file: "a line.ts", command: ["tune", "line.ts"] },
  space: {
    rate: real(0.1, { min: 0.001, max: 1, scale: "log" }),
    noise: real(0.5, { min: 0, max: 1 }),
  },
  ...{ fixed: {}, sources: {}, sampler: "random", pruner: "none", constraints: [] },
  objectives: [{ name: "validation.loss", direction: "min" }],
  ...{ seed: 1, trials: 40, jobs: 1, async: false, reportEvery: 1, leakCheck: false },
};

/** The beginning of a search. */
export const searchDraft = (run: string): Draft => ({
  type: "search.started",
  run,
  payload: record,
});
