import {
  ArgumentError,
  formatShape,
  formatTable,
  type Shape,
  ShapeError,
  sameShape,
} from "../../array/index.js";
import { readValues, requireFiniteValues, type Values } from "../../tensor/values.js";
import { leastTarget, type UnitOptions, unitOf } from "../regression.js";
import { bootstrap, type Interval, type IntervalOptions } from "./interval.js";
import { Rows } from "./rows.js";

/** Predictions and targets, a row a sample. */
interface Kept {
  readonly predictions: Rows;
  readonly targets: Rows;
}

/**
 * How good the predictions of numbers are, over samples that come in batches; in float64, the same
 * numbers as scikit-learn. All elements count alike: of several numbers a sample, R^2 is that of all
 * of them together.
 *
 * Intervals, and a variance that does not cancel, need the numbers themselves, so the report keeps
 * them: 16 bytes an element. A metric in `trainer.evaluate` needs none.
 */
export class RegressionReport {
  readonly #unit: number;
  #kept: Kept | undefined;

  /** @param options the unit of the errors, as in `meanSquaredError` */
  constructor(options: UnitOptions = {}) {
    this.#unit = unitOf("RegressionReport", options);
  }

  /** How many samples were added. */
  get samples(): number {
    return this.#kept?.targets.length ?? 0;
  }

  /**
   * Takes in a batch.
   *
   * @param predictions (N, ...): the first axis is that of the samples
   * @param targets of the same shape
   * @throws ShapeError, ArgumentError for what does not fit; nothing is taken in then
   */
  add(predictions: RegressionValues, targets: RegressionValues): void {
    const operation = "RegressionReport";
    const p = readValues(operation, "predictions", predictions);
    const y = readValues(operation, "targets", targets);
    if (!sameShape(p.shape, y.shape)) {
      throw new ShapeError(
        `${operation}: received predictions ${formatShape(p.shape)} and targets ` +
          `${formatShape(y.shape)}, expected equal shapes; reshape the targets.`,
      );
    }
    const width = widthOf(y.shape);
    requireFiniteValues(operation, "prediction", p.elements, width);
    requireFiniteValues(operation, "target", y.elements, width);
    if (y.elements.length === 0) return;
    this.#kept ??= { predictions: new Rows(width), targets: new Rows(width) };
    const { width: expected } = this.#kept.targets;
    if (width !== expected) {
      throw new ShapeError(
        `${operation}: received ${width} numbers a sample, expected ${expected} as in the batches ` +
          "before.",
      );
    }
    this.#kept.predictions.append(p.elements);
    this.#kept.targets.append(y.elements);
  }

  /** Mean of (p - y)^2, times unit^2. */
  meanSquaredError(): number {
    return this.#unit ** 2 * this.#mean("meanSquaredError", (error) => error ** 2);
  }

  /** Root of the mean of (p - y)^2, times unit. */
  rootMeanSquaredError(): number {
    const mean = this.#mean("rootMeanSquaredError", (error) => error ** 2);
    return Math.abs(this.#unit) * Math.sqrt(mean);
  }

  /** Mean of |p - y|, times unit. */
  meanAbsoluteError(): number {
    return Math.abs(this.#unit) * this.#mean("meanAbsoluteError", Math.abs);
  }

  /** Mean of |p - y| / max(|y|, 2^-52): 0.1 for 10 %. Very large if a target is 0. */
  meanAbsolutePercentageError(): number {
    return this.#mean(
      "meanAbsolutePercentageError",
      (error, target) => Math.abs(error) / Math.max(Math.abs(target), leastTarget),
    );
  }

  /**
   * 1 - sum (y - p)^2 / sum (y - mean y)^2: the share of the targets' variance that the predictions
   * explain. NaN for targets that do not vary, where scikit-learn says 1 or 0 by convention.
   */
  r2(): number {
    const centre = this.#mean("r2", (_, target) => target);
    const { elements } = this.#require("r2").targets;
    if (elements.every((each) => each === elements[0])) return Number.NaN;
    const residual = this.#mean("r2", (error) => error ** 2);
    return 1 - residual / this.#mean("r2", (_, target) => (target - centre) ** 2);
  }

  /**
   * Bounds of a score, by the percentile bootstrap: the score is computed once for each resample.
   *
   * @param score such as `(report) => report.r2()`
   */
  interval(score: (report: RegressionReport) => number, options: IntervalOptions = {}): Interval {
    const { predictions, targets } = this.#require("interval");
    const resample = (rows: Int32Array): RegressionReport => {
      const report = new RegressionReport({ unit: this.#unit });
      report.#kept = { predictions: predictions.take(rows), targets: targets.take(rows) };
      return report;
    };
    return bootstrap<RegressionReport>("interval", this, resample, score, options);
  }

  /** All scores as a table. */
  toString(): string {
    const scores = {
      mse: this.meanSquaredError(),
      rmse: this.rootMeanSquaredError(),
      mae: this.meanAbsoluteError(),
      mape: this.meanAbsolutePercentageError(),
      r2: this.r2(),
    };
    const rows = Object.entries(scores).map(([name, score]) => [name, score.toPrecision(6)]);
    rows.push(["samples", this.samples.toLocaleString("en-US")]);
    const header = ["score", "value"];
    return formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines.join("\n");
  }

  #require(what: string): Kept {
    if (this.#kept) return this.#kept;
    throw new ArgumentError(
      `RegressionReport: asked for ${what} before any sample was added; call add first.`,
    );
  }

  #mean(what: string, term: (error: number, target: number) => number): number {
    const kept = this.#require(what);
    const predictions = kept.predictions.elements;
    const targets = kept.targets.elements;
    const sum = targets.reduce(
      (total, target, index) => total + term((predictions[index] as number) - target, target),
      0,
    );
    return sum / targets.length;
  }
}

/** Numbers of each sample, or one. */
export type RegressionValues = Values | readonly (readonly number[])[];

const widthOf = ([, ...rest]: Shape): number => rest.reduce((size, each) => size * each, 1);
