/** Parameters of `GET /api/runs/:id/series`. */
export interface SeriesQuery {
  /** Separated by commas; default: all. */
  readonly names?: string;
  /** The first step and the last one. Default: all. */
  readonly from?: number;
  readonly to?: number;
  /** Points of a curve at most, at least 10, at most 10,000. Default 1000. */
  readonly points?: number;
}

/**
 * Curves: "step.loss" and "learningRate" (of steps), "train.loss", "validation.accuracy", "epoch.seconds"
 * (of epochs), "test.loss".
 */
export interface SeriesAnswer {
  /** Of all curves that there are. */
  readonly names: readonly string[];
  readonly series: Readonly<Record<string, Curve>>;
  /** The last event that is part of it: `after` of the stream. */
  readonly sequence: number;
}

/** Points in order, as columns. Where there were too many, a point stands for its neighbours. */
export interface Curve {
  /** Updates since the start. */
  readonly step: readonly number[];
  /** The mean of what the point stands for; null where that is not finite. */
  readonly value: readonly (number | null)[];
  /** The extremes of what the point stands for; absent where each point is one value. */
  readonly lowest?: readonly (number | null)[];
  readonly highest?: readonly (number | null)[];
  /** When it was recorded: milliseconds since 1970. */
  readonly time: readonly number[];
  /** The event that says it. */
  readonly sequence: readonly number[];
}
