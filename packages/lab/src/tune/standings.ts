import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import { isFeasible, minimised } from "./objectives.js";

type Rules = Pick<SearchRecord, "objectives" | "constraints">;

/**
 * The best trials: of one objective the one with the best value, of several those that no other is better than in one
 * objective without being worse in another (the Pareto front). Only complete trials count that satisfy all
 * constraints; of equal ones the first.
 */
export function bestTrials(trials: Iterable<TrialRecord>, rules: Rules): TrialRecord[] {
  const candidates = [...trials]
    .filter(({ state }) => state === "completed")
    .filter(({ constraints }) => isFeasible(constraints, rules.constraints))
    .sort((a, b) => a.number - b.number);
  const points = candidates.map(({ objectives }) =>
    rules.objectives.map((each, index) => minimised(objectives[index] ?? Number.NaN, each)),
  );
  return candidates.filter((_, index) => {
    const point = points[index] ?? [];
    return !points.some((other, place) => {
      const isAsGood = other.every((value, each) => value <= (point[each] as number));
      const isEqual = isAsGood && other.every((value, each) => value === point[each]);
      return isAsGood && (!isEqual || place < index);
    });
  });
}

/** How many trials have come since one was among the best. */
export function trialsSinceBest(trials: readonly TrialRecord[], rules: Rules): number {
  const last = Math.max(0, ...trials.map(({ number }) => number));
  return last - Math.max(0, ...bestTrials(trials, rules).map(({ number }) => number));
}
