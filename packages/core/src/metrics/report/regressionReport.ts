import {
  ArgumentError,
  formatCount,
  formatShape,
  formatTable,
  requireInstance,
  ShapeError,
  sameShape,
} from "../../array/index.js";
import { readValues, requireFiniteValues, type Values } from "../../tensor/values.js";
import {
  leastTarget,
  type ScaleOptions,
  scaleOf,
  type TargetScale,
  widthOf,
} from "../regression.js";
import { bootstrap, type Interval, type IntervalOptions, type ScoresOf } from "./interval.js";
import { Rows } from "./rows.js";

/** Predictions and targets, a row a sample. */
interface Kept {
  readonly predictions: Rows;
  readonly targets: Rows;
}

/**
 * How good the predictions of numbers are, over samples that come in batches; in float64, the same
 * numbers as scikit-learn. Of several numbers a sample, all count alike, and R^2 is the mean of the
 * R^2 of each.
 *
 * Intervals, and a variance that does not cancel, need the numbers themselves, so the report keeps
 * them: 16 bytes an element. A metric in `trainer.evaluate` needs none.
 *
 * ```ts
 * const report = new metrics.RegressionReport({ scale: encoder.targetScale });
 * console.log(`${await trainer.report(test, report)}`);
 * ```
 */
export class RegressionReport {
  readonly #scale: Required<TargetScale>;
  #kept: Kept | undefined;

  /** @param options the scale of predictions and targets: scores are of what they stand for */
  constructor(options: ScaleOptions = {}) {
    this.#scale = scaleOf("RegressionReport", options);
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

  /** Mean of (p - y)^2, times deviation^2. */
  meanSquaredError(): number {
    return this.#scale.deviation ** 2 * this.#mean("meanSquaredError", (error) => error ** 2);
  }

  /**
   * Root of the mean of (p - y)^2, times |deviation|. Of several numbers a sample it is the root of the mean
   * over all of them, where scikit-learn takes the mean of a root of each.
   */
  rootMeanSquaredError(): number {
    const mean = this.#mean("rootMeanSquaredError", (error) => error ** 2);
    return Math.abs(this.#scale.deviation) * Math.sqrt(mean);
  }

  /** Mean of |p - y|, times |deviation|. */
  meanAbsoluteError(): number {
    return Math.abs(this.#scale.deviation) * this.#mean("meanAbsoluteError", Math.abs);
  }

  /** Mean of |p - y| / max(|y|, 2^-52), both in the target's own unit: 0.1 for 10 %. Very large if a target is 0. */
  meanAbsolutePercentageError(): number {
    const { mean, deviation } = this.#scale;
    return this.#mean(
      "meanAbsolutePercentageError",
      (error, target) =>
        Math.abs(error * deviation) / Math.max(Math.abs(target * deviation + mean), leastTarget),
    );
  }

  /**
   * 1 - sum (y - p)^2 / sum (y - mean y)^2: the share of the targets' variance that the predictions
   * explain. Of several numbers a sample the mean of the R^2 of each, scikit-learn's
   * `multioutput="uniform_average"`. NaN for targets that do not vary, where scikit-learn says 1 or 0
   * by convention.
   */
  r2(): number {
    const { predictions, targets } = this.#require("r2");
    const scores = Array.from({ length: targets.width }, (_, column) =>
      r2Of(predictions.column(column), targets.column(column)),
    );
    return meanOf(scores);
  }

  /**
   * Bounds of a score, by the bootstrap: the score is computed once for each resample. It
   * takes samples for independent; where they are not, as windows that overlap, give a `blockLength`.
   *
   * @param score such as `(report) => report.r2()`
   * @throws ArgumentError, by the promise, for bad options, no samples, or a score that is no number
   */
  async interval(
    score: (report: RegressionReport) => number,
    options: IntervalOptions = {},
  ): Promise<Interval> {
    requireInstance("interval", "the score", score, Function);
    return (await this.#bootstrap("interval", { score }, options)).score;
  }

  /**
   * Bounds of several scores, all from the same resamples, which are drawn once.
   *
   * @param scores such as `{ r2: (report) => report.r2(), mae: (report) => report.meanAbsoluteError() }`
   * @throws ArgumentError, by the promise, as `interval`
   */
  async intervals<Name extends string>(
    scores: ScoresOf<RegressionReport, Name>,
    options: IntervalOptions = {},
  ): Promise<Record<Name, Interval>> {
    return this.#bootstrap("intervals", scores, options);
  }

  #bootstrap<Name extends string>(
    operation: string,
    scores: ScoresOf<RegressionReport, Name>,
    options: IntervalOptions,
  ): Promise<Record<Name, Interval>> {
    const { predictions, targets } = this.#require(operation);
    const resample = (rows: Int32Array): RegressionReport => {
      const report = new RegressionReport({ scale: this.#scale });
      report.#kept = { predictions: predictions.take(rows), targets: targets.take(rows) };
      return report;
    };
    return bootstrap(operation, this as RegressionReport, resample, scores, options);
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
    rows.push(["samples", formatCount(this.samples)]);
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
    return meanOf(
      kept.targets.elements.map((target, index) =>
        term((predictions[index] as number) - target, target),
      ),
    );
  }
}

/** Numbers of each sample, or one. */
export type RegressionValues = Values | readonly (readonly number[])[];

const meanOf = (values: readonly number[] | Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

/** R^2 of one number of each sample, the variance in a second pass, where it does not cancel. */
function r2Of(predictions: Float64Array, targets: Float64Array): number {
  if (targets.every((each) => each === targets[0])) return Number.NaN;
  const mean = meanOf(targets);
  const residuals = targets.map(
    (target, sample) => (target - (predictions[sample] as number)) ** 2,
  );
  return 1 - meanOf(residuals) / meanOf(targets.map((target) => (target - mean) ** 2));
}
