import type { nn } from "@versant/core";

/** How values are spread: `counts` of bins of one width between the lowest and the highest. */
export interface HistogramRecord {
  /** Path of a layer, or name of a parameter. */
  readonly path: string;
  readonly lowest: number;
  readonly highest: number;
  /** Empty where no value is finite. */
  readonly counts: readonly number[];
  /** Values that are not finite; absent for none. */
  readonly nonFinite?: number;
}

/** What one batch of training showed of the inside of a model. */
export interface InsightRecord
  extends Pick<nn.Diagnosis, "layers" | "parameters" | "relus" | "warnings"> {
  readonly epoch: number;
  /** Counted from 1. */
  readonly batch: number;
  /** Updates since the start, this one included. */
  readonly step: number;
  /** Of parameters, behind the update. */
  readonly weights: readonly HistogramRecord[];
  /** Of what layers put out in this batch. */
  readonly activations: readonly HistogramRecord[];
  /** What measuring took, the step itself included. */
  readonly milliseconds: number;
}

/** What a trained model got wrong in a part of its data. */
export interface MistakesRecord {
  readonly part: "validation" | "test";
  /** Samples that were looked at, and that the part has. */
  readonly looked: number;
  readonly samples: number;
  /** Classes: those that were wrong. */
  readonly wrong?: number;
  /** Object with a `Mistakes` as JSON. */
  readonly object: string;
}

/** Mistakes with what their event says of them. */
export interface RecordedMistakes extends MistakesRecord {
  readonly content: Mistakes;
}

/** The content of the object. */
export type Mistakes = ConfusionRecord | ErrorsRecord;

export interface ConfusionRecord {
  readonly kind: "classes";
  readonly classes: readonly string[];
  /** Row: the class that it is; column: the class that was answered. */
  readonly matrix: readonly (readonly number[])[];
  /** Wrong ones: those that the model was surest of, spread over the cells. */
  readonly samples: readonly AnsweredSample[];
  /** Right ones, the first of each class; absent in records of before they were kept. */
  readonly right?: readonly AnsweredSample[];
}

export interface AnsweredSample {
  /** Its place in the part, counted from 0. */
  readonly index: number;
  /** Places in `classes`. */
  readonly expected: number;
  readonly answered: number;
  /** What the model gave for its answer, between 0 and 1. */
  readonly probability: number;
  readonly image?: ImageRecord;
}

/** Pixels as the model saw them, their lowest value as 0 and their highest as 255. */
export interface ImageRecord {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Base64: rows from the top, the channels of a pixel side by side. */
  readonly pixels: string;
}

export interface ErrorsRecord {
  readonly kind: "numbers";
  /** What the first number of an answer is called; "" where nobody says. */
  readonly name: string;
  /** Of all samples that were looked at. */
  readonly meanAbsolute: number;
  /** The largest errors of the first number, and others between them; the largest first. */
  readonly samples: readonly NumberError[];
}

export interface NumberError {
  readonly index: number;
  readonly expected: number;
  readonly answered: number;
}
