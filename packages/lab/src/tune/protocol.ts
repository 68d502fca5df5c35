import type { ValueSource } from "../experiment/declarations.js";
import type {
  ObjectiveRecord,
  SearchValue,
  TrialReport,
  TrialState,
} from "../ledger/searchEvents.js";

/** What a worker has to know of its search. */
export interface WorkerSetup {
  readonly file: string;
  readonly command: readonly string[];
  readonly ledgerFolder: string;
  readonly search: string;
  readonly objectives: readonly ObjectiveRecord[];
  /** What the constraints are about. */
  readonly constraints: readonly string[];
  readonly seed: number;
  /** How often each trial is trained: with so many seeds, on so many folds; 1 is the experiment's own split. */
  readonly seeds: number;
  readonly folds: number;
  readonly reportEvery: number;
  readonly leakCheck: boolean;
}

/** A trial that is to be made. */
export interface TrialOrder {
  readonly number: number;
  /** Of everything that is not the default, with where each came from. */
  readonly hyperparameters: Readonly<Record<string, SearchValue>>;
  readonly sources: Readonly<Record<string, ValueSource>>;
}

/** What came of a trial; one that was interrupted is none. */
export interface TrialOutcome {
  readonly state: TrialState | "interrupted";
  /** In the search's own direction; none where the trial failed. */
  readonly objectives: readonly number[];
  readonly constraints: readonly number[];
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  readonly epochs: number;
  readonly reason?: string;
  /** The process is gone, so that nobody has recorded the end of its run. */
  readonly isLost?: true;
}

/** To the worker: first the setup, then a trial after the other. */
export type Request =
  | { readonly kind: "setup"; readonly setup: WorkerSetup }
  | { readonly kind: "trial"; readonly order: TrialOrder }
  /** The answer to a report: why the trial is to end, if it is. */
  | { readonly kind: "verdict"; readonly reason: string | undefined }
  | { readonly kind: "interrupt" };

/** From the worker. */
export type Response =
  | { readonly kind: "ready" }
  /** The run has begun that a trial is. */
  | { readonly kind: "started"; readonly run: string }
  /** So many epochs are over, in all its trainings together. */
  | { readonly kind: "epoch"; readonly epoch: number }
  /** Answered by a verdict. */
  | { readonly kind: "report"; readonly report: TrialReport }
  | { readonly kind: "ended"; readonly outcome: TrialOutcome };
