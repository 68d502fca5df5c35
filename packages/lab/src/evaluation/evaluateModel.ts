import { ArgumentError, type metrics, type Tensor } from "@versant/core";
import type { EvaluationRecord, ScoreRecord } from "../ledger/evaluationEvent.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { answeredBatches } from "../prediction/predictSamples.js";
import { answeredOf } from "./answered.js";
import { type DrawOptions, withIntervals } from "./intervals.js";
import { bins, type JudgedClasses } from "./judgeClasses.js";
import type { Judged } from "./judged.js";
import type { LabelledData } from "./labelled.js";
import { judgeSlices, type Slicing, slicingOf } from "./slices.js";

/** Answers that were judged, with what else is known of their samples. */
export interface Measured {
  readonly judged: Judged | JudgedClasses;
  readonly ids: readonly string[];
  readonly slicings: readonly Slicing[];
  readonly skipped: number;
}

export interface MeasureOptions {
  readonly slices: readonly string[];
  /** Told of a row that cannot be used, which is left out. Default: that ends it all. */
  readonly skip?: ((reason: string) => void) | undefined;
}

/** Files of images are larger than rows. */
const batches = { image: 64, other: 1024 };

/**
 * The model's answers to all of the data, one batch after the other. What is kept of a sample is its name, the answer, what
 * is expected, and its slices.
 *
 * @throws ArgumentError for data without a row, and for a row that cannot be used
 */
export async function measure(
  model: TrainedModel,
  data: LabelledData,
  { slices, skip }: MeasureOptions,
): Promise<Measured> {
  const { input, output } = model.signature;
  const answered = answeredOf(output);
  const ids: string[] = [];
  const cells = slices.map((): string[] => []);
  let skipped = 0;
  const count = (reason: string): void => {
    skipped++;
    skip?.(reason);
  };
  const leaveOut = skip && count;
  const batch = input.kind === "image" ? batches.image : batches.other;
  const answeredRows = answeredBatches(
    model,
    data.read(leaveOut),
    { batch, skip: leaveOut },
    (answers: Tensor) => answers,
  );
  for await (const { samples, answers } of answeredRows) {
    answered.add(samples, await answers.data());
    for (const { id, beside = {} } of samples) {
      ids.push(id);
      for (const [place, name] of slices.entries()) cells[place]?.push(cellText(beside[name]));
    }
  }
  if (ids.length === 0) {
    throw new ArgumentError("--data: received no row that can be used, expected at least one.");
  }
  const slicings = slices.map((name, place) => slicingOf(name, cells[place] ?? []));
  return { judged: answered.judge(), ids, slicings, skipped };
}

const cellText = (value: unknown): string =>
  value === null || value === undefined ? "" : String(value).trim();

/** What is kept beside an evaluation's record: for a person who looks for what to mend. */
export interface EvaluationReport extends EvaluationRecord {
  readonly perClass?: readonly ClassReport[];
  /** Rows are labels, columns predictions, in the order of `classes`. */
  readonly confusion?: {
    readonly classes: readonly string[];
    readonly counts: readonly number[][];
  };
  readonly calibration?: {
    readonly bins: readonly metrics.ReliabilityBin[];
    /** What logits would be divided by; above 1 the model is too sure. NaN where there is none. */
    readonly temperature: number;
  };
  /** The answers that were most wrong, the worst first. */
  readonly worst: readonly WorstRow[];
}

export interface ClassReport {
  readonly name: string;
  readonly samples: number;
  readonly precision: ScoreRecord;
  readonly recall: ScoreRecord;
  readonly f1: ScoreRecord;
}

export interface WorstRow {
  readonly id: string;
  readonly expected: string;
  readonly answered: string;
  /** Log loss of a class, size of the error of numbers. */
  readonly badness: number;
}

export interface ReportOptions extends DrawOptions {
  /** How many of the worst rows are listed. */
  readonly worst: number;
}

/** All that is said of one model. */
export async function reportOn(
  about: Pick<EvaluationRecord, "name" | "model" | "target"> & {
    readonly data: Omit<EvaluationRecord["data"], "rows" | "skipped">;
  },
  { judged, ids, slicings, skipped }: Measured,
  options: ReportOptions,
): Promise<EvaluationReport> {
  const { samples } = judged;
  const { resamples, seed, worst } = options;
  const isClasses = "report" in judged;
  const all = isClasses ? [classSlicing(judged), ...slicings] : slicings;
  const ofClasses = isClasses
    ? judged.perClass.flatMap(({ precision, recall, f1 }) => [precision, recall, f1])
    : [];
  // All from the same draws, which cost the most.
  const records = await withIntervals(samples, [...judged.scores, ...ofClasses], options);
  const order = Array.from(judged.badness.keys()).sort(
    (a, b) => (judged.badness[b] as number) - (judged.badness[a] as number),
  );
  return {
    ...about,
    data: { ...about.data, rows: samples, skipped },
    ...{ resamples, seed },
    scores: records.slice(0, judged.scores.length),
    slices: await judgeSlices(judged, all, options),
    ...(isClasses && classesOf(judged, records.slice(judged.scores.length))),
    worst: order.slice(0, worst).map((sample) => ({
      id: ids[sample] as string,
      expected: judged.expected(sample),
      answered: judged.answered(sample),
      badness: judged.badness[sample] as number,
    })),
  };
}

/** Samples by the class that is expected. */
function classSlicing({ report }: JudgedClasses): Slicing {
  return { by: "class", values: report.classes, places: report.perSample().labels };
}

/** @param scores precision, recall and F1 of each class */
function classesOf(
  { report, perClass }: JudgedClasses,
  scores: readonly ScoreRecord[],
): Pick<EvaluationReport, "perClass" | "confusion" | "calibration"> {
  const { classes, confusion } = report;
  return {
    perClass: perClass.map(({ recall }, c) => {
      const [precision, ownRecall, f1] = scores.slice(3 * c) as [
        ...[ScoreRecord, ScoreRecord, ScoreRecord],
      ];
      const samples = recall.share?.whole ?? 0;
      return { name: classes[c] as string, samples, precision, recall: ownRecall, f1 };
    }),
    confusion: {
      classes,
      counts: classes.map((_, row) =>
        Array.from(confusion.counts.subarray(row * classes.length, (row + 1) * classes.length)),
      ),
    },
    calibration: { bins: report.reliability({ bins }), temperature: report.temperature() },
  };
}
