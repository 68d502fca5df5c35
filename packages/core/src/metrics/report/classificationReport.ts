import { ArgumentError, requireCount, requireInstance, requireOptions } from "../../array/index.js";
import { type ClassNames, namesOf, type Values } from "../../tensor/values.js";
import { requireFewerThanClasses } from "../accuracy.js";
import { type ClassScores, ConfusionMatrix } from "../confusionMatrix.js";
import { type ClassOf, resolveClass, type ScoreOf } from "../tallies.js";
import {
  bestTemperature,
  brierOf,
  calibrationError,
  type ReliabilityBin,
  reliability,
} from "./calibration.js";
import { bootstrap, type Interval, type IntervalOptions, type ScoresOf } from "./interval.js";
import { leastProbability, logLoss, requireProbabilities } from "./probabilities.js";
import { averagePrecision, type Ranking, rank, rocAuc } from "./ranking.js";
import { largestColumns, Rows } from "./rows.js";
import { readScoredBatch, requireScoreKind, type ScoreKind } from "./scores.js";

export interface ClassificationReportOptions {
  /** How many classes there are, or the name of each; at least 2. */
  readonly classes: ClassNames;
  /**
   * What `add` receives. Of logits the report keeps the logarithms of probabilities, by softmax, or
   * by the logistic function where there is one of them a sample; so none is ever as small as 0, nor
   * as large as 1. Rows (N, C) that are said to be probabilities may be any scores, unless a measure
   * needs a distribution; a single one a sample has to be from 0 to 1, as its class is 1 above one
   * half. Default "probabilities".
   */
  readonly scores?: ScoreKind;
}

export interface CalibrationErrorOptions {
  /** Bins of equal width. Default 15. */
  readonly bins?: number;
}

/** Of each sample (N,). */
export interface PerSample {
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  /** Probability of the predicted class. */
  readonly confidences: Float64Array;
  /** -log p_y in nats. */
  readonly losses: Float64Array;
  /** See `brierScore`. */
  readonly brierScores: Float64Array;
}

/** What a ranking is of: the mean over all classes, or one class against the others. */
export type RankingOf = "macro" | ClassOf;

/**
 * How good a classifier is, over samples that come in batches; in float64, the same numbers as
 * scikit-learn. A sample is predicted to be of the class with the highest score, the first among
 * equals.
 *
 * Rankings, calibration and intervals need every score, so the report keeps them: 8 (C + 1) bytes a
 * sample. A `ConfusionMatrix`, or a metric in `trainer.evaluate`, needs none.
 *
 * ```ts
 * const report = new metrics.ClassificationReport({ classes: 10, scores: "logits" });
 * for (const [x, y] of batches) report.add(model.forward(x), y);
 * console.log(`${report}`, await report.interval((r) => r.f1("macro")));
 * ```
 */
export class ClassificationReport {
  /** Names of the C classes. */
  readonly classes: readonly string[];
  readonly #kind: ScoreKind;
  #scores: Rows;
  #labels = new Rows(1);
  /** Whether some batch had scores of both of two classes, or of more. */
  #hasEveryScore = false;
  #confusion: ConfusionMatrix | undefined;

  constructor(options: ClassificationReportOptions) {
    requireOptions("ClassificationReport", options, ["classes", "scores"]);
    const { classes, scores = "probabilities" } = options;
    this.classes = namesOf("ClassificationReport", classes);
    requireScoreKind("ClassificationReport", scores);
    this.#kind = scores;
    this.#scores = new Rows(this.classes.length);
  }

  /** How many samples were added. */
  get samples(): number {
    return this.#labels.length;
  }

  /**
   * Takes in a batch.
   *
   * @param scores (N, C); for two classes also (N,) or (N, 1), that of class 1
   * @param labels class indices (N,)
   * @throws ShapeError, DTypeError, ArgumentError for what does not fit; nothing is taken in then
   */
  add(scores: Values | readonly (readonly number[])[], labels: Values): void {
    const { length } = this.classes;
    const batch = readScoredBatch("ClassificationReport", scores, labels, length, this.#kind);
    this.#scores.append(batch.scores);
    this.#labels.append(batch.labels);
    this.#hasEveryScore ||= batch.hasEveryScore;
    this.#confusion = undefined;
  }

  /** How often each class was taken for each. */
  get confusion(): ConfusionMatrix {
    this.#requireSamples("the confusion matrix");
    if (!this.#confusion) {
      this.#confusion = new ConfusionMatrix(this.classes);
      this.#confusion.add(largestColumns(this.#scores), this.#labels.elements);
    }
    return this.#confusion;
  }

  /** The share of samples whose class is the predicted one. */
  accuracy(): number {
    return this.confusion.accuracy();
  }

  /** See `ConfusionMatrix`: an average, or one class by its index or name. Default "macro". */
  precision(of: ScoreOf = "macro"): number {
    return this.confusion.precision(of);
  }

  /** See `ConfusionMatrix`: an average, or one class by its index or name. Default "macro". */
  recall(of: ScoreOf = "macro"): number {
    return this.confusion.recall(of);
  }

  /** See `ConfusionMatrix`: an average, or one class by its index or name. Default "macro". */
  f1(of: ScoreOf = "macro"): number {
    return this.confusion.f1(of);
  }

  /** Precision, recall, F1 and number of samples of every class. */
  perClass(): ClassScores[] {
    return this.confusion.perClass();
  }

  /**
   * The share of samples whose class is among the k of the highest scores. Among equals the class of
   * the higher index comes first, as in scikit-learn, and other than in `accuracy`.
   *
   * @param k integer from 1 to C - 1
   */
  topK(k: number): number {
    requireCount("topK", "k", k);
    requireFewerThanClasses(k, this.classes.length);
    this.#requireSamples("topK");
    const labels = this.#labels.elements;
    const found = labels.filter((label, sample) => {
      const row = this.#scores.row(sample);
      const own = row[label] as number;
      return row.filter((each, c) => each > own || (each === own && c > label)).length < k;
    });
    return found.length / labels.length;
  }

  /**
   * The area under the ROC curve: how probably a sample of a class has a higher score for it than a
   * sample of another class, equal scores counting one half. NaN for a class that no sample, or every
   * sample, belongs to; and so is the mean if there is such a class.
   *
   * @param of the mean over classes, each against the others, or one class by its index or name. Default 1
   *   for two classes, else "macro"
   */
  rocAuc(of: RankingOf = this.classes.length === 2 ? 1 : "macro"): number {
    return this.#rankings("rocAuc", of, rocAuc);
  }

  /**
   * Average precision: the area under the curve of precision over recall, as a sum of steps. 0 for a
   * class that no sample belongs to, as in scikit-learn.
   *
   * @param of the mean over classes, each against the others, or one class by its index or name. Default 1
   *   for two classes, else "macro"
   */
  averagePrecision(of: RankingOf = this.classes.length === 2 ? 1 : "macro"): number {
    return this.#rankings("averagePrecision", of, averagePrecision);
  }

  /**
   * Mean of -log p_y in nats. Probabilities are kept in [2^-52, 1 - 2^-52], as scikit-learn does, so
   * that no sample costs more than 36 nats; what logits say is taken as it is.
   */
  logLoss(): number {
    this.#requireProbabilities("logLoss");
    const labels = this.#labels.elements;
    if (this.#kind === "probabilities") return logLoss(this.#scores.elements, labels);
    const sum = labels.reduce(
      (total, label, sample) => total - (this.#scores.row(sample)[label] as number),
      0,
    );
    return sum / labels.length;
  }

  /** exp(logLoss): the number of equally likely classes that would leave as much doubt. */
  perplexity(): number {
    return Math.exp(this.logLoss());
  }

  /**
   * Expected calibration error: how far the probability of the predicted class is from the share of
   * right predictions, on average over samples sorted into bins by it. 0 is best, 1 is worst.
   */
  calibrationError(options: CalibrationErrorOptions = {}): number {
    return calibrationError(this.#reliability("calibrationError", options));
  }

  /**
   * Bins of equal width that samples are sorted into by the probability of the predicted class: its mean in
   * each, and the share of right predictions, which a calibrated model has in equal measure.
   */
  reliability(options: CalibrationErrorOptions = {}): ReliabilityBin[] {
    return this.#reliability("reliability", options);
  }

  #reliability(operation: string, options: CalibrationErrorOptions): ReliabilityBin[] {
    requireOptions(operation, options, ["bins"]);
    const { bins = 15 } = options;
    requireCount(operation, "bins", bins);
    this.#requireProbabilities(operation);
    const { labels, predicted, confidences } = this.perSample();
    return reliability(confidences, (sample) => predicted[sample] === labels[sample], bins);
  }

  /**
   * Mean squared distance of the probabilities from the label: of (p_1 - y)^2 for two classes, of
   * sum_c (p_c - y_c)^2 for more. 0 is best.
   */
  brierScore(): number {
    this.#requireProbabilities("brierScore");
    const { brierScores } = this.perSample();
    return brierScores.reduce((sum, each) => sum + each, 0) / brierScores.length;
  }

  /**
   * The temperature T for which softmax(log p / T) has the least log loss, which is what logits would be
   * divided by: above 1 for a model that is too sure. NaN where none from 0.01 to 100 is best, as where every
   * sample is right. It is fitted to the samples of the report: measure it on others.
   */
  temperature(): number {
    this.#requireProbabilities("temperature");
    const { elements } = this.#scores;
    const scores =
      this.#kind === "logits"
        ? elements
        : elements.map((each) => Math.log(Math.max(each, leastProbability)));
    return bestTemperature(scores, this.#labels.elements);
  }

  /**
   * Bounds of a score, by the bootstrap: the score is computed once for each resample. It
   * takes samples for independent; where they are not, as windows that overlap, give a `blockLength`.
   *
   * @param score such as `(report) => report.f1("macro")`
   * @throws ArgumentError, by the promise, for bad options, no samples, or a score that is no number
   */
  async interval(
    score: (report: ClassificationReport) => number,
    options: IntervalOptions = {},
  ): Promise<Interval> {
    requireInstance("interval", "the score", score, Function);
    return (await this.#bootstrap("interval", { score }, options)).score;
  }

  /**
   * Bounds of several scores, all from the same resamples, which are drawn once.
   *
   * @param scores such as `{ f1: (report) => report.f1(), auc: (report) => report.rocAuc() }`
   * @throws ArgumentError, by the promise, as `interval`
   */
  async intervals<Name extends string>(
    scores: ScoresOf<ClassificationReport, Name>,
    options: IntervalOptions = {},
  ): Promise<Record<Name, Interval>> {
    return this.#bootstrap("intervals", scores, options);
  }

  /**
   * What scores are made of, a number for each sample: to draw sets of samples from, or to find those that a
   * model is worst at.
   */
  perSample(): PerSample {
    this.#requireProbabilities("perSample");
    const labels = Int32Array.from(this.#labels.elements);
    const predicted = largestColumns(this.#scores);
    const confidences = new Float64Array(labels.length);
    const losses = new Float64Array(labels.length);
    const brierScores = new Float64Array(labels.length);
    labels.forEach((label, sample) => {
      const row = this.#scores.row(sample);
      const isLogits = this.#kind === "logits";
      const probabilities = isLogits ? row.map(Math.exp) : row;
      confidences[sample] = probabilities[predicted[sample] as number] as number;
      losses[sample] = isLogits ? -(row[label] as number) : logLoss(row, Float64Array.of(label));
      brierScores[sample] = brierOf(probabilities, label);
    });
    return { labels, predicted, confidences, losses, brierScores };
  }

  /**
   * A number for each sample that rises with the probability of a class, however close that is to 0 or 1.
   *
   * @param of a class by its index or name
   */
  rankingScores(of: ClassOf): Float64Array {
    this.#requireSamples("rankingScores");
    return this.#rankingScores(resolveClass("rankingScores", of, this.classes));
  }

  /** See `ConfusionMatrix.scoreTable`. */
  toString(): string {
    return this.confusion.scoreTable();
  }

  #bootstrap<Name extends string>(
    operation: string,
    scores: ScoresOf<ClassificationReport, Name>,
    options: IntervalOptions,
  ): Promise<Record<Name, Interval>> {
    this.#requireSamples(operation);
    const hasEveryScore = this.#hasEveryScore;
    const resample = (rows: Int32Array): ClassificationReport => {
      const report = new ClassificationReport({ classes: this.classes, scores: this.#kind });
      report.#scores = this.#scores.take(rows);
      report.#labels = this.#labels.take(rows);
      report.#hasEveryScore = hasEveryScore;
      return report;
    };
    return bootstrap(operation, this as ClassificationReport, resample, scores, options);
  }

  #rankings(operation: string, of: RankingOf, area: (ranking: Ranking) => number): number {
    const { classes } = this;
    const asked =
      of === "macro" ? [...classes.keys()] : [resolveClass(operation, of, classes, ["macro"])];
    this.#requireSamples(operation);
    const labels = this.#labels.elements;
    const areas = asked.map((c) =>
      area(rank(this.#rankingScores(c), (sample) => labels[sample] === c)),
    );
    return areas.reduce((sum, each) => sum + each, 0) / areas.length;
  }

  /** What ranks the samples for a class: rises with its probability, however close to 0 or 1. */
  #rankingScores(c: number): Float64Array {
    const own = this.#scores.column(c);
    if (this.classes.length > 2) return own;
    const other = this.#scores.column(1 - c);
    // log p - log (1 - p) goes on where log p is 0 to all digits.
    if (this.#kind === "logits")
      return own.map((score, sample) => score - (other[sample] as number));
    // 1 - p is 1 to all digits where p is small.
    return c === 0 && !this.#hasEveryScore ? other.map((score) => -score) : own;
  }

  #requireProbabilities(operation: string): void {
    this.#requireSamples(operation);
    if (this.#kind === "logits") return;
    requireProbabilities(operation, this.#scores.elements, this.classes.length);
  }

  #requireSamples(what: string): void {
    if (this.samples > 0) return;
    throw new ArgumentError(
      `ClassificationReport: asked for ${what} before any sample was added; call add first.`,
    );
  }
}
