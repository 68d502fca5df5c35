import { ArgumentError, describeValue, listed } from "../array/index.js";

/**
 * How the scores of classes become one number. `"macro"` is their mean, over the classes that occur
 * among labels or predictions; `"weighted"` weights each class by its samples; `"micro"` joins all
 * classes before it divides, which is accuracy where each sample has one label.
 */
export type Average = "macro" | "micro" | "weighted";

/** One class: its index, or its name where names are known. */
export type ClassOf = number | string;

/** What a score is of: an average over the classes, or one class. No class goes by an average's name. */
export type ScoreOf = Average | ClassOf;

/** Of one class: samples predicted rightly, samples predicted, samples with the label. */
export interface Tally {
  readonly correct: number;
  readonly predicted: number;
  readonly support: number;
}

/** A score of one class. */
export type Measure = (tally: Tally) => number;

/** 0 where there is nothing to divide by, as scikit-learn's `zero_division=0`. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** correct / predicted */
export const precisionOf: Measure = ({ correct, predicted }) => share(correct, predicted);

/** correct / support */
export const recallOf: Measure = ({ correct, support }) => share(correct, support);

/** 2 p r / (p + r) with precision p and recall r written out. */
export const f1Of: Measure = ({ correct, predicted, support }) =>
  share(2 * correct, predicted + support);

/** The measure of one class, or its average over all of them; NaN where there are no samples. */
export function averageOf(
  tallies: readonly Tally[],
  measure: Measure,
  of: Average | number,
): number {
  const whole = tallies.reduce(joined, { correct: 0, predicted: 0, support: 0 });
  if (whole.support === 0) return Number.NaN;
  if (typeof of === "number") return measure(tallies[of] as Tally);
  if (of === "micro") return measure(whole);
  const weightOf = ({ predicted, support }: Tally): number =>
    of === "weighted" ? support : Number(predicted + support > 0);
  const sum = tallies.reduce((total, tally) => total + weightOf(tally) * measure(tally), 0);
  return sum / tallies.reduce((total, tally) => total + weightOf(tally), 0);
}

const joined = (a: Tally, b: Tally): Tally => ({
  correct: a.correct + b.correct,
  predicted: a.predicted + b.predicted,
  support: a.support + b.support,
});

/** The classes of a score: their names, how many there are, or undefined where nobody knows yet. */
type Known = readonly string[] | number | undefined;

const averages: readonly string[] = ["macro", "micro", "weighted"] satisfies Average[];
const isAverage = (of: unknown): of is Average => averages.some((each) => each === of);

/**
 * The average, or the index of the class, that is asked for.
 *
 * @throws ArgumentError when `of` is neither an average nor a class
 */
export function resolveScoreOf(operation: string, of: ScoreOf, classes: Known): Average | number {
  return isAverage(of) ? of : resolveClass(operation, of, classes, averages);
}

/**
 * The index of a class.
 *
 * @param besides what else might have been asked for
 * @throws ArgumentError when there is no such class
 */
export function resolveClass(
  operation: string,
  of: ClassOf,
  classes: Known,
  besides: readonly string[] = [],
): number {
  const names = typeof classes === "object" ? classes : undefined;
  const count = names?.length ?? (classes as number | undefined) ?? Number.POSITIVE_INFINITY;
  const index = typeof of === "string" ? (names?.indexOf(of) ?? -1) : of;
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  const range = count === Number.POSITIVE_INFINITY ? "from 0" : `0 to ${count - 1}`;
  const named = names && names[0] !== "0" ? `, or its name, one of ${listed(names)}` : "";
  const quoted = besides.map((each) => `"${each}"`).join(", ");
  const other = `${quoted}${["", " or "][besides.length] ?? ", or "}`;
  throw new ArgumentError(
    `${operation}: received ${describeValue(of)}, expected ${other}the index of a class, ` +
      `${range}${named}${mendOf(of, names)}.`,
  );
}

const mendOf = (of: unknown, names: readonly string[] | undefined): string =>
  typeof of === "string" && names === undefined
    ? "; names are known where the option classes gives them"
    : "";
