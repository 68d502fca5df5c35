import { ArgumentError, describeValue } from "../array/index.js";

/**
 * How the scores of classes become one number. `"macro"` is their mean, over the classes that occur
 * among labels or predictions; `"weighted"` weights each class by its samples; `"micro"` joins all
 * classes before it divides, which is accuracy where each sample has one label.
 */
export type Average = "macro" | "micro" | "weighted";

/** What a score is of: an average over the classes, or one class by its index. */
export type ScoreOf = Average | number;

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
export function averageOf(tallies: readonly Tally[], measure: Measure, of: ScoreOf): number {
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

/**
 * @param classes how many there are, where that is known
 * @throws ArgumentError when `of` is neither an average nor the index of a class
 */
export function requireScoreOf(operation: string, of: unknown, classes?: number): void {
  if (of === "macro" || of === "micro" || of === "weighted") return;
  if (isClassIndex(of, classes)) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(of)}, expected "macro", "micro", "weighted", or the ` +
      `index of a class${classes === undefined ? ", from 0" : `, 0 to ${classes - 1}`}.`,
  );
}

/** Whether it is an integer from 0 to classes - 1. */
export const isClassIndex = (of: unknown, classes = Number.POSITIVE_INFINITY): boolean =>
  Number.isInteger(of) && (of as number) >= 0 && (of as number) < classes;
