import type { RunState } from "../../ledger/runs.js";

/** What can be filtered by, sorted by and shown. */
export interface Field {
  /** As conditions, `sort` and `columns` take it: "state", "learningRate", "validation.accuracy". */
  readonly name: string;
  readonly kind: "column" | "hyperparameter" | "score";
  readonly type: "number" | "text" | "time" | "tags";
  /** Over all runs; of numbers. */
  readonly min?: number;
  readonly max?: number;
  /** Of a hyper-parameter, as the newest run declares it. */
  readonly scale?: "linear" | "log";
  readonly about?: string;
  /** The values that there are, of texts with at most 50 of them; of tags, all up to 500. */
  readonly values?: readonly string[];
}

export interface FieldsAnswer {
  readonly fields: readonly Field[];
}

/** Parameters of `GET /api/runs`. */
export interface RunsQuery {
  /** Conditions such as "test.accuracy>=0.98"; repeated for several, all of which have to hold. */
  readonly where?: readonly string[];
  /** A text in the name, experiment, file, tags or actor. */
  readonly search?: string;
  /** A field; default: the newest first. */
  readonly sort?: string;
  readonly order?: "asc" | "desc";
  readonly offset?: number;
  /** At most 1000; default 100. */
  readonly limit?: number;
  /** Hyper-parameters and scores to send, separated by commas; default: all. */
  readonly columns?: string;
  /** "no" leaves out the sparklines. Default "yes". */
  readonly sparklines?: "yes" | "no";
}

export interface RunsAnswer {
  /** How many satisfy the conditions. */
  readonly total: number;
  readonly rows: readonly RunRow[];
}

/** A run in a list. */
export interface RunRow {
  readonly id: string;
  readonly number: number;
  readonly experiment: string;
  readonly file: string;
  readonly state: RunState;
  /** Asked for a pause, which it keeps. */
  readonly paused: boolean;
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly ended: string | null;
  readonly seconds: number | null;
  /** Complete ones. */
  readonly epochs: number;
  readonly steps: number;
  /** Between 0 and 1, of the epochs that it is to have; null where it does not say how many. */
  readonly progress: number | null;
  readonly seed: number;
  readonly actor: string;
  readonly device: string;
  readonly parameters: number;
  readonly repeats: string | null;
  readonly approvals: number;
  readonly tags: readonly string[];
  readonly from: string | null;
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** The last of each: "train.loss", "validation.accuracy", "test.loss". */
  readonly scores: Readonly<Record<string, number | string>>;
  /** The main curve, thinned to at most 40 values; null where there is none. */
  readonly sparkline: Sparkline | null;
}

export interface Sparkline {
  /** "validation.loss", else "train.loss". */
  readonly name: string;
  readonly values: readonly (number | null)[];
}
