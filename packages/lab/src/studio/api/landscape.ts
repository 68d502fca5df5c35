import type { LandscapeRecord, RecordedLandscape } from "../../ledger/landscapeEvent.js";

/** The loss around a run's weights, as far as somebody had it measured. */
export interface LandscapeAnswer {
  /** The newest of each kind of directions and each part, the newest first. */
  readonly landscapes: readonly RecordedLandscape[];
  /** What is being measured now, of whichever run; null for nothing. */
  readonly work: LandscapeWork | null;
  /** Why the last measurement of this run that was asked for here came to nothing; null where it did not. */
  readonly failure: string | null;
}

export interface LandscapeRequest {
  readonly directions: LandscapeRecord["directions"];
  /** Default: validation, where there is one. */
  readonly part?: LandscapeRecord["part"];
  /** Places along each side, 5 to 201; default 31. */
  readonly grid?: number;
  /** Samples that the loss is the mean of; default 1024. */
  readonly samples?: number;
}

export interface LandscapeWork {
  readonly run: string;
  readonly directions: LandscapeRecord["directions"];
  /** "training": the run is trained again, for its path. */
  readonly stage: "starting" | "training" | "measuring";
  /** Epochs or places. */
  readonly done: number;
  readonly total: number;
}
