import type { EpochRecord, Scores } from "@versant/core";
import type { HyperparameterRecord } from "../experiment/declarations.js";
import type { FoldPlace } from "../experiment/fold.js";
import type { DataRecord } from "../honesty/data.js";
import type { CodeRecord } from "../provenance/code.js";
import type { EnvironmentRecord } from "../provenance/environment.js";
import type { LoadedFile } from "../weights/loaded.js";
import type { EvaluationRecord } from "./evaluationEvent.js";
import type { InsightRecord, MistakesRecord } from "./insightEvents.js";
import type { LandscapeRecord } from "./landscapeEvent.js";
import type { SearchPayloads } from "./searchEvents.js";

/** A layer of the model as `nn.summary` lists it. */
export interface LayerRecord {
  readonly name: string;
  readonly kind: string;
  readonly output: string;
  readonly parameters: number;
}

/** Where training stands: complete epochs are counted from 1, updates over all epochs. */
export interface PlaceRecord {
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
}

/**
 * Losses of successive batches, thinned: each point stands for `stride` batches, the last one of the
 * record for what is left of them, with the mean, the lowest and the highest of their losses.
 */
export interface StepsRecord {
  /** The first batch, counted from 0 over the whole run. */
  readonly first: number;
  readonly stride: number;
  readonly batches: number;
  readonly mean: readonly number[];
  /** Absent where each point is one batch. */
  readonly lowest?: readonly number[];
  readonly highest?: readonly number[];
  /** The rate of the last batch. */
  readonly learningRate: number;
}

/** What can be asked of a running training. */
export type Steering =
  | { readonly action: "pause" }
  | { readonly action: "resume" }
  | { readonly action: "stop" }
  | { readonly action: "learningRate"; readonly value: number };

/** What a run began with in place of weights that were drawn; names are those of its model. */
export interface OriginRecord {
  /** The run whose weights they were; absent where none of this ledger wrote the file. */
  readonly run?: string;
  /** Which of its checkpoints; absent for what it ended with. */
  readonly checkpoint?: "best" | "last";
  /** Name of the file, where they came from one. */
  readonly file?: string;
  /** SHA-256: object with the weights as safetensors. */
  readonly weights: string;
  /** The patterns that were given. */
  readonly newHead: readonly string[];
  readonly freeze: readonly string[];
  readonly rename: Readonly<Record<string, string>>;
  /** Parameters and buffers that were taken over, those that were drawn, and those that are not trained. */
  readonly taken: readonly string[];
  readonly fresh: readonly string[];
  readonly frozen: readonly string[];
  /** Names in the file: of what the model has none of, and of what it calls otherwise. */
  readonly unexpected: readonly string[];
  readonly renamed: Readonly<Record<string, string>>;
}

/** How a run ended. */
export type EndState = "completed" | "stopped" | "interrupted" | "failed";

/** What each kind of event says. */
export interface Payloads extends SearchPayloads {
  /** A key that signs events from here on; signed by itself. A ledger begins with one. */
  readonly "key.added": { readonly name: string; readonly publicKey: string };
  /** The second event of a ledger names it. */
  readonly "ledger.created": { readonly format: 1; readonly ledger: string };
  readonly "run.started": {
    readonly experiment: string;
    readonly about: string;
    /** Path of the experiment's file from the folder of the project, with "/" (see provenance/root.ts). */
    readonly file: string;
    readonly command: readonly string[];
    readonly hyperparameters: readonly HyperparameterRecord[];
    readonly seed: number;
    /** Which of how many folds of training and validation data it validates on, counted from 0. */
    readonly fold?: FoldPlace;
    readonly model: string;
    readonly layers: readonly LayerRecord[];
    readonly parameters: number;
    readonly loss: string;
    readonly optimizer: string;
    readonly batches: number | null;
    readonly code: CodeRecord;
    readonly environment: EnvironmentRecord;
    readonly data: DataRecord;
    /** Where its initial weights come from, if from elsewhere. */
    readonly from?: OriginRecord;
    /** Files that its setup itself took weights from; they are not kept. */
    readonly loaded?: readonly LoadedFile[];
    /** The run that this one repeats. */
    readonly repeats?: string;
    /** The search whose trial it is. */
    readonly search?: { readonly name: string; readonly trial: number };
    /** The question of a study that it is one of the trainings of. */
    readonly study?: string;
  };
  /** A run goes on from a checkpoint, or from its start where there is none. */
  readonly "run.resumed": {
    readonly checkpoint: string | null;
    readonly from: PlaceRecord;
    readonly environment: EnvironmentRecord;
    /** What was not as it had been, and was put up with. */
    readonly changes?: readonly string[];
    /** What it goes on with, where that is not what it was trained with before. */
    readonly code?: CodeRecord;
    readonly data?: DataRecord;
  };
  readonly steps: StepsRecord;
  readonly epoch: EpochRecord & { readonly step: number };
  /** What a batch of training showed of the inside of the model. */
  readonly insight: InsightRecord;
  /** What the trained model got wrong. */
  readonly mistakes: MistakesRecord;
  /** The loss around a finished model's weights was measured. */
  readonly landscape: LandscapeRecord;
  readonly checkpoint: {
    /** SHA-256 of the tensors, and of the state of the loop. */
    readonly tensors: string;
    readonly loop: string;
    readonly bytes: number;
    readonly place: PlaceRecord;
    /** The best so far by what it is kept for. */
    readonly best?: { readonly monitor: string; readonly score: number };
  };
  /** The test data were looked at. */
  readonly test: {
    /** SHA-256 of their content; "unknown" where it was not computed. */
    readonly data: string;
    readonly purpose: string;
    readonly scores: Scores | null;
  };
  /** A finished model was measured on data, after its run. */
  readonly evaluation: EvaluationRecord;
  /** Somebody asks a running training for something. */
  readonly "steer.requested": Steering & { readonly why: string };
  /** The training has done so, between two batches. */
  readonly "steer.applied": Steering & {
    /** Hash of the event that asked; absent where a rerun repeats it. */
    readonly request?: string;
    readonly place: PlaceRecord;
    /** What a rate was before. */
    readonly from?: number;
  };
  readonly "run.ended": {
    readonly state: EndState;
    readonly reason?: string;
    readonly place: PlaceRecord;
    /** SHA-256; null where an error left none. */
    readonly weights: string | null;
    /** Object with the weights as safetensors. */
    readonly object?: string;
    readonly seconds: number;
    readonly peakMemoryMB: number;
    readonly inspection?: Readonly<Record<string, unknown>>;
  };
  readonly decision: {
    readonly title: string;
    readonly why: string;
    readonly from?: string;
    readonly to?: string;
    readonly alternatives: readonly string[];
    readonly evidence: readonly string[];
  };
  /** Somebody answers for a model: bound to what it was made of. */
  readonly approval: {
    readonly statement: string;
    readonly weights: string;
    readonly data: string;
    readonly code: string;
    /** Hash of the event with the scores on test data. */
    readonly evaluation: string;
    /** What was wrong with the parts of the data, or changed on the way; and why it is approved all the same. */
    readonly leaks?: string;
    readonly changes?: string;
    readonly despite?: string;
  };
  /** Human text for the technical file, by item. */
  readonly description: { readonly items: Readonly<Record<string, string>> };
  readonly tagged: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** What a served model was asked, and what it answered. */
  readonly requests: {
    /** SHA-256 of its file. */
    readonly model: string;
    /** The first and the last of them. */
    readonly from: string;
    readonly to: string;
    /** Samples that were answered. */
    readonly count: number;
    /** Object with a line of JSON for each request: see serve/requestLog.ts. */
    readonly object: string;
  };
  /** Objects that were deleted to save room. */
  readonly collected: { readonly objects: readonly string[]; readonly bytes: number };
}

export type EventType = keyof Payloads;

/** What is hashed. */
export interface EventContent<T extends EventType = EventType> {
  /** Counted from 0, without gaps. */
  readonly sequence: number;
  /** Hash of the event before; "" for the first. */
  readonly previous: string;
  /** UTC, ISO 8601. */
  readonly time: string;
  /** Which run, or search, it is about; null for the ledger itself. */
  readonly run: string | null;
  /** Who: a name, and the fingerprint of the key that signs. */
  readonly actor: { readonly name: string; readonly key: string };
  readonly type: T;
  readonly payload: Payloads[T];
}

export interface Event<T extends EventType = EventType> extends EventContent<T> {
  /** SHA-256 of the content as canonical JSON. */
  readonly hash: string;
  /** Ed25519, of the hash; base64. */
  readonly signature: string;
}

/** An event of any kind, told apart by its type. */
export type LedgerEvent = { [T in EventType]: Event<T> }[EventType];

/** What is to be recorded. */
export type Draft = {
  [T in EventType]: {
    readonly type: T;
    readonly run: string | null;
    readonly payload: Payloads[T];
  };
}[EventType];
