import type { Declaration, Declarations } from "../experiment/declarations.js";
import type { SearchRecord, SearchValue, TrialRecord } from "../ledger/searchEvents.js";
import { importanceOf } from "../search/importance/importance.js";
import { isMeasured } from "../search/ranking.js";
import { SearchSpace } from "../search/space.js";
import { finishedTrial } from "./standings.js";

/** What `--report` writes of a search. */
export interface SearchReport {
  /** Its name in the ledger. */
  readonly search: string;
  readonly trials: readonly TrialReportEntry[];
  /** One, or with several objectives those of the Pareto front. */
  readonly best: readonly TrialReportEntry[];
  /** Share of the first objective's variance that each hyper-parameter explains; null from fewer than 10 completed trials a
   * hyper-parameter, and where it never changes. */
  readonly importance: Readonly<Record<string, number>> | null;
}

interface TrialReportEntry {
  readonly number: number;
  readonly hyperparameters: Readonly<Record<string, SearchValue>>;
  /** A list with several objectives; null of a trial that failed. */
  readonly value: number | readonly number[] | null;
  /** The 95 % interval of the value, or of each of them, where the trial was trained several times. */
  readonly intervals?: TrialRecord["intervals"];
  readonly state: TrialRecord["state"];
  readonly run: string | null;
  readonly runs?: readonly string[];
}

export interface ReportedSearch {
  readonly name: string;
  readonly record: SearchRecord;
  readonly trials: readonly TrialRecord[];
  readonly best: readonly TrialRecord[];
  readonly importance: SearchReport["importance"];
}

/**
 * From how many completed trials on something is said of importance: 10 a hyper-parameter, as many as a function of d
 * inputs has to be tried before a model of it is of use (Loeppky, Sacks and Welch, "Choosing the Sample Size of a Computer
 * Experiment: A Practical Guide", 2009).
 */
export const trialsForImportance = ({ space }: Pick<SearchRecord, "space">): number =>
  10 * Object.keys(space).length;

/**
 * How much each hyper-parameter matters for the first objective, the most important first.
 *
 * @returns null from too few trials, and where the objective never changes
 */
export function importanceIn(
  trials: readonly TrialRecord[],
  record: SearchRecord,
): SearchReport["importance"] {
  const history = trials.map((trial) => finishedTrial(trial, record)).filter(isMeasured);
  if (history.length < trialsForImportance(record)) return null;
  const shares = importanceOf(searchedSpace(record.space), history, { seed: record.seed });
  if (shares.every(({ share }) => share === 0)) return null;
  return Object.fromEntries(shares.map(({ name, share }) => [name, share]));
}

/** What was searched, without the rest of the experiment: of what was not, conditions hold or nothing was searched. */
function searchedSpace(space: Declarations): SearchSpace {
  const alone = ([name, declaration]: [string, Declaration]): [string, Declaration] => {
    const conditions = Object.entries(declaration.when ?? {});
    const when = Object.fromEntries(conditions.filter(([other]) => Object.hasOwn(space, other)));
    return [name, { ...declaration, when }];
  };
  return SearchSpace.of(Object.fromEntries(Object.entries(space).map(alone)));
}

export function makeSearchReport({
  name,
  record,
  trials,
  best,
  importance,
}: ReportedSearch): SearchReport {
  const entryOf = ({ number, values, objectives, ...rest }: TrialRecord): TrialReportEntry => ({
    number,
    hyperparameters: { ...record.fixed, ...values },
    value:
      record.objectives.length > 1 && objectives.length > 0 ? objectives : (objectives[0] ?? null),
    ...(rest.intervals && { intervals: rest.intervals }),
    state: rest.state,
    run: rest.run,
    ...(rest.runs && { runs: rest.runs }),
  });
  return {
    search: name,
    trials: trials.map(entryOf),
    best: best.map(entryOf),
    importance,
  };
}
