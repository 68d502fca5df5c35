import type { Declarations, ValueSource } from "../experiment/declarations.js";

/** What a search makes small, or large. */
export interface ObjectiveRecord {
  /** A score such as "validation.loss", "parameters", or "latency". */
  readonly name: string;
  readonly direction: "min" | "max";
}

/** What the best trial has to satisfy, such as parameters <= 100000. */
export interface ConstraintRecord {
  readonly name: string;
  readonly operator: "<=" | ">=";
  readonly limit: number;
}

export type SearchValue = number | string | boolean;

/** Everything that decides which trials a search makes. */
export interface SearchRecord {
  readonly experiment: string;
  /** Path of the experiment's file from the folder of the project. */
  readonly file: string;
  readonly command: readonly string[];
  /** What is searched, in the part of its range that is searched. */
  readonly space: Declarations;
  /** What is not, where it is not the default, and where it came from. */
  readonly fixed: Readonly<Record<string, SearchValue>>;
  readonly sources: Readonly<Record<string, ValueSource>>;
  readonly sampler: string;
  /** Values of a range that a grid takes. */
  readonly points?: number;
  readonly pruner: string;
  readonly objectives: readonly ObjectiveRecord[];
  readonly constraints: readonly ConstraintRecord[];
  /** Of the proposals, and of every trial's training. */
  readonly seed: number;
  /** Seeds of each trial, counted up from this one; absent where it is this one alone. */
  readonly seeds?: number;
  /** Folds of each trial; absent where it is trained on the experiment's own split. */
  readonly folds?: number;
  readonly trials: number;
  readonly jobs: number;
  /** Whether proposals and pruning look at whatever is there, which depends on time. */
  readonly async: boolean;
  /** Epochs between two values that pruning looks at. */
  readonly reportEvery: number;
  /** Trials without a better one that end the search. */
  readonly plateau?: number;
  /** Seconds that one trial may take. */
  readonly trialSeconds?: number;
  /** Whether the rows of every trial's data are hashed and compared. */
  readonly leakCheck: boolean;
}

export type TrialState = "completed" | "pruned" | "failed";

/** The first objective as it stood after an epoch, so that less is better: one to be made large with its sign changed. */
export interface TrialReport {
  readonly step: number;
  readonly value: number;
}

/** A trial that is over. */
export interface TrialRecord {
  /** From 1, in the order of the proposals. */
  readonly number: number;
  /** Of what is searched, without what the others make inactive. */
  readonly values: Readonly<Record<string, SearchValue>>;
  readonly state: TrialState;
  /** Its run in the ledger; null where it failed before one began. */
  readonly run: string | null;
  /** All of its runs, where it was trained several times; `run` is the last of them. */
  readonly runs?: readonly string[];
  /** In the order of the search's objectives, means where it was trained several times; a pruned trial's is what it had come to, a failed one has none. */
  readonly objectives: readonly number[];
  /** The 95 % interval of each objective, where it was trained several times. */
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  /** What the constraints are about, in their order. */
  readonly constraints: readonly number[];
  readonly reports: readonly TrialReport[];
  readonly epochs: number;
  readonly seconds: number;
  /** Why it was pruned, or failed. */
  readonly reason?: string;
}

/** How a search ended; "interrupted" ones can go on. */
export type SearchEndState = "completed" | "plateau" | "time" | "interrupted" | "failed";

/** What events say of searches; these events bear the name of the search where others bear that of a run. */
export interface SearchPayloads {
  readonly "search.started": SearchRecord;
  /** A search goes on, with these limits. */
  readonly "search.resumed": { readonly trials: number };
  readonly "search.trial": TrialRecord;
  readonly "search.ended": {
    readonly state: SearchEndState;
    readonly reason?: string;
    /** Numbers of the best trials: one, or with several objectives the Pareto front. */
    readonly best: readonly number[];
  };
}
