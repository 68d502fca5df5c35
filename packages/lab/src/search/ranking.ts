import { paretoFronts, referenceOf, selectByHypervolume } from "./pareto.js";
import type { FinishedTrial } from "./sampler.js";

/** How much a trial breaks its constraints, 0 where it is feasible; a constraint without a number is broken. */
const violationOf = ({ constraints = [] }: FinishedTrial): number =>
  constraints.reduce((sum, value) => sum + (value <= 0 ? 0 : value > 0 ? value : Infinity), 0);

/** Whether all of a trial's objectives are known, and are numbers. */
export const isMeasured = ({ state, objectives }: FinishedTrial): boolean =>
  state === "completed" && objectives.length > 0 && objectives.every(Number.isFinite);

/** Whether it may be a search's answer. */
export const isEligible = (trial: FinishedTrial): boolean =>
  isMeasured(trial) && violationOf(trial) === 0;

/**
 * The trials from best to worst:
 *
 * 1. completed and feasible, by their objective; of several, front by front, and in the fronts of the `first` trials
 *    those before that add most hypervolume;
 * 2. completed and infeasible, by how much they break the constraints;
 * 3. pruned, those that came further first, then by their last value;
 * 4. failed, and completed without a finite number.
 *
 * Equals come in the order of their numbers.
 *
 * @param first how many of them have to be told apart as well as can be, which takes time with several objectives
 */
export function rank(history: readonly FinishedTrial[], first = history.length): FinishedTrial[] {
  const trials = [...history].sort((a, b) => a.number - b.number);
  const eligible = trials.filter(isEligible);
  const infeasible = trials.filter((trial) => isMeasured(trial) && !isEligible(trial));
  const pruned = trials.filter(({ state }) => state === "pruned");
  const known = new Set([...eligible, ...infeasible, ...pruned]);
  infeasible.sort((a, b) => compare(violationOf(a), violationOf(b)));
  pruned.sort((a, b) => lastStep(b) - lastStep(a) || compare(lastValue(a), lastValue(b)));
  return [
    ...byObjectives(eligible, first),
    ...infeasible,
    ...pruned,
    ...trials.filter((trial) => !known.has(trial)),
  ];
}

/** The trials that no other beats in every objective; with one objective, the best. */
export function paretoFront(history: readonly FinishedTrial[]): FinishedTrial[] {
  const trials = history.filter(isEligible).sort((a, b) => a.number - b.number);
  const [first = []] = paretoFronts(trials.map(({ objectives }) => objectives));
  return first.map((index) => trials[index] as FinishedTrial);
}

function byObjectives(trials: FinishedTrial[], first: number): FinishedTrial[] {
  const points = trials.map(({ objectives }) => objectives);
  if ((points[0]?.length ?? 1) === 1) {
    return trials.sort((a, b) => (a.objectives[0] as number) - (b.objectives[0] as number));
  }
  const reference = referenceOf(points);
  const ranked: FinishedTrial[] = [];
  for (const front of paretoFronts(points)) {
    const own = front.map((index) => points[index] as readonly number[]);
    const chosen = selectByHypervolume(own, first - ranked.length, reference);
    const order = new Set([...chosen, ...front.keys()]);
    ranked.push(...[...order].map((place) => trials[front[place] as number] as FinishedTrial));
  }
  return ranked;
}

/** Numbers in their order, infinities and NaN last. */
function compare(a: number, b: number): number {
  const [left, right] = [a, b].map((each) => (Number.isNaN(each) ? Infinity : each)) as [
    number,
    number,
  ];
  return left === right ? 0 : left - right;
}

const lastStep = ({ intermediate }: FinishedTrial): number => intermediate?.at(-1)?.step ?? -1;

const lastValue = ({ intermediate }: FinishedTrial): number =>
  intermediate?.at(-1)?.value ?? Number.NaN;
