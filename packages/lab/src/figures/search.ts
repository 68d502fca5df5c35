import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";

/** The trials of a search so far, and what it asked for. */
interface Search {
  readonly trials: readonly TrialRecord[];
  readonly record: Pick<SearchRecord, "objectives" | "constraints">;
}

/** Whether a trial may be a search's answer: it is complete, and keeps to the constraints. */
const isFeasible = (
  { state, constraints }: TrialRecord,
  rules: Pick<SearchRecord, "constraints">,
): boolean =>
  state === "completed" &&
  rules.constraints.every(({ operator, limit }, index) => {
    const value = constraints[index] ?? Number.NaN;
    return operator === "<=" ? value <= limit : value >= limit;
  });

/** The best value of an objective among the first trials, as corners of a line over the trials' numbers. */
export function bestSoFar(
  { trials, record }: Search,
  objective = 0,
): readonly (readonly [number: number, value: number])[] {
  const sign = record.objectives[objective]?.direction === "max" ? -1 : 1;
  const corners: [number, number][] = [];
  let best: number | undefined;
  for (const trial of trials) {
    const value = trial.objectives[objective];
    // JSON has texts for numbers that are not finite.
    if (typeof value !== "number" || !isFeasible(trial, record)) continue;
    if (best !== undefined && sign * value >= sign * best) continue;
    if (best !== undefined) corners.push([trial.number, best]);
    corners.push([trial.number, value]);
    best = value;
  }
  const last = trials.at(-1);
  if (best !== undefined && last) corners.push([last.number, best]);
  return corners;
}

/** The best trials in the order of an objective, as a line between two of them. */
export function frontOf(
  best: readonly TrialRecord[],
  x: number,
  y: number,
): readonly (readonly [number, number])[] {
  return best
    .map(({ objectives }) => [objectives[x] ?? Number.NaN, objectives[y] ?? Number.NaN] as const)
    .sort((a, b) => a[0] - b[0]);
}
