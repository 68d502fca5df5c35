import {
  ArgumentError,
  checkSeed,
  describeValue,
  giveTurn,
  isTurnDue,
  RandomGenerator,
  requireCount,
  requireInstance,
  requireOptions,
} from "../../array/index.js";

export interface IntervalOptions {
  /** How many sets are drawn. Default 1000. */
  readonly resamples?: number;
  /** The share of them that lies in the interval, above 0 and below 1. Default 0.95. */
  readonly confidence?: number;
  /**
   * "percentile", or "basic" for a score that resampling moves in one direction, as it raises a calibration error: what
   * chance adds to it in the samples, it adds again in the resamples. Default "percentile".
   */
  readonly method?: IntervalMethod;
  /**
   * Samples in a row that are drawn together, where neighbours depend on each other: windows that
   * overlap, days that follow each other. At least as many as depend on one, and the samples in the
   * order of time. Default 1: each by itself.
   */
  readonly blockLength?: number;
  /** Decides what is drawn. Default 0. */
  readonly seed?: number;
}

const methods = ["percentile", "basic"] as const;

/** How bounds follow from the scores of resamples. */
export type IntervalMethod = (typeof methods)[number];

/** A score with bounds. */
export interface Interval {
  /** The score of the samples themselves. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Resamples for which the score is not defined; they are left out. */
  readonly undefined: number;
}

/** Functions of a report, by name: NaN where a score is not defined. */
export type ScoresOf<Report, Name extends string = string> = Readonly<
  Record<Name, (report: Report) => number>
>;

/**
 * Bootstrap intervals: of sets of as many samples, drawn with replacement, the scores are
 * taken, and a percentile interval leaves out (1 - confidence) / 2 of them at either end. Percentiles between
 * two scores are interpolated linearly. Efron and Tibshirani, "An Introduction to the Bootstrap",
 * 1993, chapter 13. The basic interval mirrors that at the estimate e, from 2e - high to 2e - low, since a score is
 * as far from the true one as those of resamples are from it; where all of that is on one side of the estimate, it
 * goes up to it. Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 5.2.
 *
 * Samples that depend on each other, as windows that overlap do, make the interval too narrow. With a
 * `blockLength` L blocks of L successive samples are drawn in their place, each of all that there are
 * with the same probability, and the last is cut: the moving block bootstrap, Künsch, "The Jackknife and
 * the Bootstrap for General Stationary Observations", Annals of Statistics 17, 1989.
 *
 * It says how much a score depends on which samples the test happens to hold; not how much on the
 * seed of the training. The event loop has its turns meanwhile; samples that are added then do not
 * count.
 *
 * @param resample the report of these samples alone
 */
export async function bootstrap<Report, Name extends string>(
  operation: string,
  report: Report & { readonly samples: number },
  resample: (rows: Int32Array) => Report,
  scores: ScoresOf<Report, Name>,
  options: IntervalOptions,
): Promise<Record<Name, Interval>> {
  const drawn = await resampledScores(operation, report, resample, scores, options);
  const intervals = Object.entries<ResampledScore>(drawn).map(
    ([name, score]) => [name, intervalOf(score, options)] as const,
  );
  return Object.fromEntries(intervals) as Record<Name, Interval>;
}

/** A score of the samples, and those of the sets that were drawn from them. */
export interface ResampledScore {
  readonly estimate: number;
  readonly drawn: Float64Array;
}

/** What `bootstrap` makes intervals of. */
export async function resampledScores<Report, Name extends string>(
  operation: string,
  report: Report & { readonly samples: number },
  resample: (rows: Int32Array) => Report,
  scores: ScoresOf<Report, Name>,
  options: IntervalOptions,
): Promise<Record<Name, ResampledScore>> {
  const measures = measuresOf<Report>(operation, scores);
  requireOptions(operation, options, [
    ...["resamples", "confidence", "method", "blockLength", "seed"],
  ]);
  const { resamples = 1000, confidence = 0.95, blockLength = 1, seed = 0 } = options;
  requireCount(operation, "resamples", resamples);
  requireConfidence(operation, confidence);
  requireMethod(operation, options.method);
  requireBlockLength(operation, blockLength, report.samples);
  const measure = (of: Report): number[] =>
    measures.map(([name, score]) => requireNumber(operation, name, score(of)));
  const rows = new Int32Array(report.samples);
  const generator = new RandomGenerator(checkSeed(operation, seed), "bootstrap");
  const estimates = measure(report);
  const drawn = measures.map(() => new Float64Array(resamples));
  for (let index = 0; index < resamples; index++) {
    drawBlocks(rows, blockLength, generator);
    measure(resample(rows)).forEach((score, which) => {
      (drawn[which] as Float64Array)[index] = score;
    });
    if (isTurnDue()) await giveTurn();
  }
  const results = measures.map(
    ([name], which) => [name, { estimate: estimates[which], drawn: drawn[which] }] as const,
  );
  return Object.fromEntries(results) as Record<Name, ResampledScore>;
}

/** Fills `rows` with runs of successive rows that begin at random. */
function drawBlocks(rows: Int32Array, length: number, generator: RandomGenerator): void {
  for (let start = 0; start < rows.length; start += length) {
    const first = generator.below(rows.length - length + 1);
    const end = Math.min(start + length, rows.length);
    for (let row = start; row < end; row++) rows[row] = first + row - start;
  }
}

/** The interval of what was drawn. */
export function intervalOf(
  { estimate, drawn }: ResampledScore,
  { confidence = 0.95, method = "percentile" }: Pick<IntervalOptions, "confidence" | "method"> = {},
): Interval {
  const known = drawn.filter((score) => !Number.isNaN(score)).sort();
  const tail = (1 - confidence) / 2;
  const [low, high] = [quantile(known, tail), quantile(known, 1 - tail)];
  const bounds =
    method === "percentile"
      ? { low, high }
      : {
          low: Math.min(estimate, 2 * estimate - high),
          high: Math.max(estimate, 2 * estimate - low),
        };
  return { estimate, ...bounds, undefined: drawn.length - known.length };
}

/** The functions with their names. */
function measuresOf<Report>(
  operation: string,
  scores: ScoresOf<Report>,
): [string, (report: Report) => number][] {
  const mend = "give functions by name, such as { f1: (report) => report.f1() }";
  requireInstance<object>(operation, "the scores", scores, Object, mend);
  const measures = Object.entries(scores);
  if (measures.length === 0) {
    throw new ArgumentError(`${operation}: received no scores, expected at least one; ${mend}.`);
  }
  for (const [name, score] of measures) requireInstance(operation, name, score, Function);
  return measures;
}

/** The value below which a share of the sorted values lies; NaN if there are none. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}

function requireBlockLength(operation: string, blockLength: number, samples: number): void {
  requireCount(operation, "blockLength", blockLength);
  if (blockLength <= samples) return;
  throw new ArgumentError(
    `${operation}: received blockLength ${blockLength} for ${samples} samples, expected at most as ` +
      "many; a tenth of them or less, or all resamples are alike.",
  );
}

function requireConfidence(operation: string, confidence: unknown): void {
  if (typeof confidence === "number" && confidence > 0 && confidence < 1) return;
  throw new ArgumentError(
    `${operation}: received confidence ${describeValue(confidence)}, expected a number above 0 and ` +
      "below 1, such as 0.95.",
  );
}

function requireMethod(operation: string, method: unknown): void {
  if (method === undefined || methods.some((each) => each === method)) return;
  throw new ArgumentError(
    `${operation}: received method ${describeValue(method)}, expected "percentile" or "basic".`,
  );
}

function requireNumber(operation: string, name: string, score: unknown): number {
  if (typeof score === "number") return score;
  throw new ArgumentError(
    `${operation}: the ${name} of a report is ${describeValue(score)}, expected a number; give a ` +
      'function of the report such as (report) => report.f1("macro").',
  );
}
