import type { SearchRecord, SearchValue, TrialRecord } from "../ledger/searchEvents.js";

/** What `--report` writes of a search. */
export interface SearchReport {
  /** Its name in the ledger. */
  readonly search: string;
  readonly trials: readonly TrialReportEntry[];
  /** One, or with several objectives those of the Pareto front. */
  readonly best: readonly TrialReportEntry[];
  /** Share of the objective's variance that each hyper-parameter explains; null where too few trials are complete. */
  readonly importance: Readonly<Record<string, number>> | null;
}

interface TrialReportEntry {
  readonly number: number;
  readonly hyperparameters: Readonly<Record<string, SearchValue>>;
  /** A list with several objectives; null of a trial that failed. */
  readonly value: number | readonly number[] | null;
  readonly state: TrialRecord["state"];
  readonly run: string | null;
}

export interface ReportedSearch {
  readonly name: string;
  readonly record: SearchRecord;
  readonly trials: readonly TrialRecord[];
  readonly best: readonly TrialRecord[];
  readonly importance: Readonly<Record<string, number>> | undefined;
}

export function makeSearchReport({
  name,
  record,
  trials,
  best,
  importance,
}: ReportedSearch): SearchReport {
  const entryOf = ({ number, values, objectives, state, run }: TrialRecord): TrialReportEntry => ({
    number,
    hyperparameters: { ...record.fixed, ...values },
    value:
      record.objectives.length > 1 && objectives.length > 0 ? objectives : (objectives[0] ?? null),
    state,
    run,
  });
  return {
    search: name,
    trials: trials.map(entryOf),
    best: best.map(entryOf),
    importance: importance ?? null,
  };
}
