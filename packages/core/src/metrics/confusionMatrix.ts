import { ArgumentError, formatCount, formatTable } from "../array/index.js";
import { type ClassNames, namesOf, readLabels, type Values } from "../tensor/values.js";
import {
  type Average,
  averageOf,
  type ClassOf,
  f1Of,
  type Measure,
  precisionOf,
  recallOf,
  resolveClass,
  resolveScoreOf,
  type ScoreOf,
  type Tally,
} from "./tallies.js";

/** The square of it, in float64, is 0.8 GB. */
const mostClasses = 10_000;

/** The scores of one class. */
export interface ClassScores {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Samples with this label. */
  readonly support: number;
}

/**
 * How often each class was taken for each: a count for every pair of label and prediction. It needs
 * memory for C^2 counts, however many samples it has seen.
 *
 * Precision of a class is the share of right ones among the samples predicted to be of it, recall
 * the share of right ones among the samples that are, F1 their harmonic mean. Each is 0 where it
 * would be 0 / 0. The same numbers as scikit-learn's with `zero_division=0`. Every pair that is added
 * counts: what should not, such as the padding of tags, is to be left out before.
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
    if (this.classes.length > mostClasses) {
      throw new ArgumentError(
        `ConfusionMatrix: received ${this.classes.length} classes, expected at most ${mostClasses}, as ` +
          "there is a count for every two of them; metrics.topK measures what has more.",
      );
    }
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
      const column = columns[index] as number;
      this.counts[row * width + column] = this.#at(row, column) + 1;
    });
  }

  /**
   * Samples that were predicted to be of one class, and have the label of the other; both by index or
   * name.
   *
   * @throws ArgumentError for a class that is not there
   */
  count(predicted: ClassOf, label: ClassOf): number {
    const column = resolveClass("ConfusionMatrix.count", predicted, this.classes);
    const row = resolveClass("ConfusionMatrix.count", label, this.classes);
    return this.#at(row, column);
  }

  #at(row: number, column: number): number {
    return this.counts[row * this.classes.length + column] as number;
  }

  /** How many were counted. */
  get samples(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The share of right predictions: the sum of the diagonal / that of all counts. */
  accuracy(): number {
    return this.#score("accuracy", precisionOf, "micro");
  }

  /**
   * Of class c, count(c, c) / sum_l count(c, l): the share of right ones among the samples predicted
   * to be of it.
   *
   * @param of an average over the classes, or one class by its index or name. Default "macro"
   */
  precision(of: ScoreOf = "macro"): number {
    return this.#score("precision", precisionOf, of);
  }

  /**
   * Of class c, count(c, c) / sum_p count(p, c): the share of right ones among the samples that are
   * of it.
   *
   * @param of an average over the classes, or one class by its index or name. Default "macro"
   */
  recall(of: ScoreOf = "macro"): number {
    return this.#score("recall", recallOf, of);
  }

  /**
   * Of class c, 2 p r / (p + r) with its precision p and recall r, which is
   * 2 count(c, c) / (sum_l count(c, l) + sum_p count(p, c)). An average is that of the classes' F1,
   * not the F1 of averages.
   *
   * @param of an average over the classes, or one class by its index or name. Default "macro"
   */
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
      ...classes.map((_, column) => String(this.#at(row, column))),
    ]);
    return formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines.join("\n");
  }

  /** Precision, recall and F1 as a table, a row a class, then their averages and the accuracy. */
  scoreTable(): string {
    const cells = (name: string, scores: readonly number[], support: number): string[] => [
      name,
      ...scores.map((score) => score.toFixed(4)),
      formatCount(support),
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
      correct: this.#at(index, index),
      predicted: total((label) => this.#at(label, index)),
      support: total((predicted) => this.#at(index, predicted)),
    }));
  }

  #score(name: string, measure: Measure, of: ScoreOf): number {
    const resolved = resolveScoreOf(name, of, this.classes);
    return averageOf(this.#tallies(name), measure, resolved);
  }
}
