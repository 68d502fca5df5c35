import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import { paretoFront } from "../search/ranking.js";
import type { FinishedTrial } from "../search/sampler.js";
import { minimised, violation } from "./objectives.js";

type Rules = Pick<SearchRecord, "objectives" | "constraints">;

/** A trial as samplers see it: counted from 0, its objectives to be minimised. */
export const finishedTrial = (trial: TrialRecord, rules: Rules): FinishedTrial => ({
  number: trial.number - 1,
  values: trial.values,
  state: trial.state,
  objectives: rules.objectives.flatMap((objective, index) => {
    const value = trial.objectives[index];
    return value === undefined ? [] : minimised(value, objective);
  }),
  constraints: rules.constraints.map((constraint, index) =>
    violation(trial.constraints[index] ?? Number.NaN, constraint),
  ),
  intermediate: trial.reports,
});

/**
 * The best trials: of one objective the one with the best value, of several the Pareto front. Only complete trials
 * count that satisfy all constraints; of one objective and equal values the first.
 */
export function bestTrials(trials: Iterable<TrialRecord>, rules: Rules): TrialRecord[] {
  const byNumber = new Map([...trials].map((trial) => [trial.number, trial]));
  const front = paretoFront([...byNumber.values()].map((trial) => finishedTrial(trial, rules)));
  const best = rules.objectives.length === 1 ? front.slice(0, 1) : front;
  return best.flatMap(({ number }) => byNumber.get(number + 1) ?? []);
}

/** How many trials have come since one was among the best. */
export function trialsSinceBest(trials: readonly TrialRecord[], rules: Rules): number {
  const last = Math.max(0, ...trials.map(({ number }) => number));
  return last - Math.max(0, ...bestTrials(trials, rules).map(({ number }) => number));
}
