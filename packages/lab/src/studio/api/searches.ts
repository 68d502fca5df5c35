import type { Declaration } from "../../experiment/declarations.js";
import type { SearchRecord, TrialRecord } from "../../ledger/searchEvents.js";
import type { SearchState } from "../../ledger/searches.js";

export interface SearchesAnswer {
  readonly searches: readonly SearchRow[];
}

export interface SearchRow {
  readonly name: string;
  readonly started: string;
  readonly state: SearchState;
  readonly reason: string | null;
  readonly experiment: string;
  readonly sampler: string;
  readonly objectives: SearchRecord["objectives"];
  /** Trials that are over, and those that it is to make. */
  readonly trials: number;
  readonly limit: number;
  /** The best ones: one, or with several objectives the Pareto front. */
  readonly best: readonly TrialRecord[];
}

export interface SearchDetail {
  readonly search: SearchRow;
  readonly record: SearchRecord;
  readonly trials: readonly TrialRecord[];
  /** Share of the first objective's variance that each hyper-parameter explains; null where nothing can be said. */
  readonly importance: Readonly<Record<string, number>> | null;
  /** What is searched, by name. */
  readonly space: Readonly<Record<string, Declaration>>;
  /** What trains each of `search.best` again, in their order: "npx versant train spam.ts --rate 0.01 --seed 7". */
  readonly commands: readonly string[];
}
