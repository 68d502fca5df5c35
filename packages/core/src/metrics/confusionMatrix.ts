import { ArgumentError, describeValue, formatTable } from "../array/index.js";
import { type ClassNames, namesOf, readLabels, type Values } from "../tensor/values.js";

/**
 * How the scores of classes become one number. `"macro"` is their mean, over the classes that occur
 * among labels or predictions; `"weighted"` weights each class by its samples; `"micro"` joins all
 * classes before it divides, which is accuracy where each sample has one label.
 */
export type Average = "macro" | "micro" | "weighted";

/** What a score is of: an average over the classes, or one class by its index. */
export type ScoreOf = Average | number;

/** The scores of one class. */
export interface ClassScores {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Samples with this label. */
  readonly support: number;
}

/** Of one class: samples predicted rightly, samples predicted, samples with the label. */
interface Tally {
  readonly correct: number;
  readonly predicted: number;
  readonly support: number;
}

type Measure = (tally: Tally) => number;

/** 0 where there is nothing to divide by, as scikit-learn's `zero_division=0`. */
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const precisionOf: Measure = ({ correct, predicted }) => share(correct, predicted);
const recallOf: Measure = ({ correct, support }) => share(correct, support);
// 2 p r / (p + r) with both written out.
const f1Of: Measure = ({ correct, predicted, support }) => share(2 * correct, predicted + support);

/**
 * How often each class was taken for each: a count for every pair of label and prediction. It needs
 * memory for C^2 counts, however many samples it has seen.
 *
 * Precision of a class is the share of right ones among the samples predicted to be of it, recall
 * the share of right ones among the samples that are, F1 their harmonic mean. Each is 0 where it
 * would be 0 / 0. The same numbers as scikit-learn's with `zero_division=0`.
 */
export class ConfusionMatrix {
  /** Names of the C classes. */
  readonly classes: readonly string[];
  /** (C, C), row-major: a row a label, a column a prediction. */
  readonly counts: Float64Array;

  /**
   * @param classes number of classes, or the name of each
   * @param counts where to start, (C, C) row-major; default zeros
   */
  constructor(classes: ClassNames, counts?: Float64Array) {
    this.classes = namesOf("ConfusionMatrix", classes);
    const size = this.classes.length ** 2;
    this.counts = counts?.slice() ?? new Float64Array(size);
    if (this.counts.length !== size) {
      throw new ArgumentError(
        `ConfusionMatrix: received ${this.counts.length} counts for ${this.classes.length} ` +
          `classes, expected ${size}, a count for every pair of label and prediction.`,
      );
    }
  }

  /**
   * Counts a batch in.
   *
   * @param predicted class indices (N,)
   * @param labels class indices (N,)
   * @throws ArgumentError for an index that no class has, or lengths that differ; nothing is
   *   counted then
   */
  add(predicted: Values, labels: Values): void {
    const width = this.classes.length;
    const columns = readLabels("ConfusionMatrix", "prediction", predicted, width);
    const rows = readLabels("ConfusionMatrix", "label", labels, width);
    if (columns.length !== rows.length) {
      throw new ArgumentError(
        `ConfusionMatrix: received ${columns.length} predictions and ${rows.length} labels, ` +
          "expected one prediction for each label.",
      );
    }
    rows.forEach((row, index) => {
      const place = row * width + (columns[index] as number);
      this.counts[place] = this.count(row, columns[index] as number) + 1;
    });
  }

  /** Samples with this label that were predicted so. */
  count(label: number, predicted: number): number {
    return this.counts[label * this.classes.length + predicted] ?? 0;
  }

  /** How many were counted. */
  get samples(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The share of right predictions. */
  accuracy(): number {
    return this.#score("accuracy", precisionOf, "micro");
  }

  precision(of: ScoreOf = "macro"): number {
    return this.#score("precision", precisionOf, of);
  }

  recall(of: ScoreOf = "macro"): number {
    return this.#score("recall", recallOf, of);
  }

  f1(of: ScoreOf = "macro"): number {
    return this.#score("f1", f1Of, of);
  }

  /** The scores of every class; those of a class that does not occur are 0. */
  perClass(): ClassScores[] {
    return this.#tallies("perClass").map((tally, index) => ({
      name: this.classes[index] as string,
      precision: precisionOf(tally),
      recall: recallOf(tally),
      f1: f1Of(tally),
      support: tally.support,
    }));
  }

  /** The counts as a table, a row a label. */
  toString(): string {
    const { classes } = this;
    const header = ["label \\ predicted", ...classes];
    const rows = classes.map((name, row) => [
      name,
      ...classes.map((_, column) => String(this.count(row, column))),
    ]);
    return formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines.join("\n");
  }

  /** Precision, recall and F1 as a table, a row a class, then their averages and the accuracy. */
  scoreTable(): string {
    const cells = (name: string, scores: readonly number[], support: number): string[] => [
      name,
      ...scores.map((score) => score.toFixed(4)),
      support.toLocaleString("en-US"),
    ];
    const average = (of: Average): string[] =>
      cells(of, [this.precision(of), this.recall(of), this.f1(of)], this.samples);
    const rows = this.perClass().map(({ name, precision, recall, f1, support }) =>
      cells(name, [precision, recall, f1], support),
    );
    const { lines, rule } = formatTable({
      header: ["class", "precision", "recall", "f1", "samples"],
      rows: [...rows, average("macro"), average("weighted")],
      numbersFrom: 1,
      cut: 0,
    });
    const table = [...lines.slice(0, -2), rule, ...lines.slice(-2), rule];
    return [...table, `accuracy ${this.accuracy().toFixed(4)}`].join("\n");
  }

  #tallies(what: string): Tally[] {
    if (this.samples === 0) {
      throw new ArgumentError(
        `ConfusionMatrix: asked for ${what} before any sample was counted; call add first.`,
      );
    }
    const { classes } = this;
    const total = (count: (other: number) => number): number =>
      classes.reduce((sum, _, other) => sum + count(other), 0);
    return classes.map((_, index) => ({
      correct: this.count(index, index),
      predicted: total((label) => this.count(label, index)),
      support: total((predicted) => this.count(index, predicted)),
    }));
  }

  #score(name: string, measure: Measure, of: ScoreOf): number {
    requireScoreOf(name, of, this.classes.length);
    const tallies = this.#tallies(name);
    if (typeof of === "number") return measure(tallies[of] as Tally);
    if (of === "micro") return measure(tallies.reduce(joined));
    const weightOf = ({ predicted, support }: Tally): number =>
      of === "weighted" ? support : Number(predicted + support > 0);
    const weights = tallies.map(weightOf);
    const sum = tallies.reduce(
      (total, tally, c) => total + (weights[c] as number) * measure(tally),
      0,
    );
    return sum / weights.reduce((total, weight) => total + weight, 0);
  }
}

const joined = (a: Tally, b: Tally): Tally => ({
  correct: a.correct + b.correct,
  predicted: a.predicted + b.predicted,
  support: a.support + b.support,
});

/** @throws ArgumentError when `of` is neither an average nor one of `classes` class indices */
export function requireScoreOf(operation: string, of: unknown, classes: number): void {
  if (of === "macro" || of === "micro" || of === "weighted") return;
  if (Number.isInteger(of) && (of as number) >= 0 && (of as number) < classes) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(of)}, expected "macro", "micro", "weighted", or the ` +
      `index of a class, 0 to ${classes - 1}.`,
  );
}
