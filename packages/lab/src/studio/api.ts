/**
 * What the studio's server and its application say to each other: types only. Everything is JSON. Numbers
 * in events and values that JSON has no word for stand as the texts "NaN", "Infinity" and "-Infinity";
 * curves have null in their place.
 *
 *     GET  /api/session                    Session
 *     POST /api/session                    LogIn -> Session; for whoever has no cookie yet
 *     GET  /api/fields                     FieldsAnswer
 *     GET  /api/runs?RunsQuery             RunsAnswer
 *     GET  /api/runs/:id                   RunDetail
 *     GET  /api/runs/:id/series?SeriesQuery   SeriesAnswer
 *     GET  /api/runs/:id/events?EventsQuery   EventsAnswer
 *     GET  /api/runs/:id/graph             GraphAnswer
 *     GET  /api/runs/:id/passes?PassesQuery   PassesAnswer
 *     GET  /api/runs/:id/inside            InsideAnswer
 *     GET  /api/runs/:id/landscape         LandscapeAnswer
 *     GET  /api/runs/:id/model             ModelAnswer; /api/runs/:id/model/:file one of its files
 *     GET  /api/runs/:id/dossier?language= HTML
 *     GET  /api/diff?a=&b=                 RunDiff
 *     GET  /api/searches                   SearchesAnswer; /api/searches/:id SearchDetail
 *     GET  /api/stream?run=&after=         StreamMessages, as server-sent events
 *     POST /api/runs/:id/steer             SteerRequest -> Event<"steer.requested">
 *     POST /api/runs/:id/decide            DecideRequest -> Event<"decision">
 *     POST /api/runs/:id/tag               TagRequest -> TagAnswer
 *     POST /api/runs/:id/approve           ApproveRequest -> Event<"approval">
 *     POST /api/runs/:id/landscape         LandscapeRequest -> LandscapeWork
 *
 * A run is meant by its name, "last", or its number as "%2312". Every request needs the cookie of the
 * session, and each POST the header `x-versant-csrf` with what `Session.csrf` says and a body of JSON.
 * Whatever goes wrong is answered by a `Problem`.
 */

import type { CompilerPasses, GraphDocument } from "@versant/core";
import type { Declaration } from "../experiment/declarations.js";
import type { Refusals } from "../files/refusal.js";
import type { Event, EventType, LedgerEvent, Payloads } from "../ledger/events.js";
import type { InsightRecord, Mistakes, MistakesRecord } from "../ledger/insightEvents.js";
import type { LandscapeRecord, RecordedLandscape } from "../ledger/landscapeEvent.js";
import type { Looks } from "../ledger/record.js";
import type { RunState } from "../ledger/runs.js";
import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import type { SearchState } from "../ledger/searches.js";
import type { Signature } from "../signature/signature.js";

export type { CompilerPasses, GraphDocument, PassGraph, PassNode } from "@versant/core";
export type { Declaration, HyperparameterRecord } from "../experiment/declarations.js";
export type { Obstacle } from "../files/refusal.js";
export type { DataRecord, PartRecord } from "../honesty/data.js";
export type { LeakReport } from "../honesty/leakCheck.js";
export type { FileDiff, RunDiff } from "../ledger/diff.js";
export type { Difference, Leaf, Section } from "../ledger/difference.js";
export type {
  Event,
  EventType,
  LayerRecord,
  LedgerEvent,
  OriginRecord,
  Payloads,
  PlaceRecord,
  Steering,
  StepsRecord,
} from "../ledger/events.js";
export type {
  AnsweredSample,
  ConfusionRecord,
  ErrorsRecord,
  HistogramRecord,
  ImageRecord,
  InsightRecord,
  Mistakes,
  MistakesRecord,
  NumberError,
} from "../ledger/insightEvents.js";
export type {
  Landscape,
  LandscapePoint,
  LandscapeRecord,
  RecordedLandscape,
} from "../ledger/landscapeEvent.js";
export type { Looks } from "../ledger/record.js";
export type { RunState } from "../ledger/runs.js";
export type {
  ConstraintRecord,
  ObjectiveRecord,
  SearchRecord,
  SearchValue,
  TrialRecord,
  TrialReport,
} from "../ledger/searchEvents.js";
export type { SearchState } from "../ledger/searches.js";
export type { CodeRecord } from "../provenance/code.js";
export type { EnvironmentRecord } from "../provenance/environment.js";
export type {
  Input,
  NumbersInput,
  Output,
  Signature,
  SingleInput,
  TableInput,
} from "../signature/signature.js";

/** Why a request was not answered; the status of the answer says which kind of fault it is. */
export interface Problem {
  /** A sentence for people, in English. */
  readonly error: string;
  /** What it is about, for whoever says it in other words; absent for what pages do not meet. */
  readonly reason?: Reason;
}

/** What pages meet, by its code, with the values that a sentence about it names. */
export interface Reasons extends Refusals {
  /** The file is another one since the request began. */
  readonly "ledger.replaced": { readonly path: string };
  /** No cookie, or that of a server that is gone. */
  readonly "session.unknown": None;
  readonly "session.token": None;
  readonly "session.tries": { readonly seconds: number };
  /** The cookie is there, and `x-versant-csrf` is not that of this session: it is to be asked for anew. */
  readonly "session.mark": None;
  /** Another site's page, or another name of the machine. */
  readonly "session.foreign": None;
  readonly "request.size": { readonly bytes: number };
  readonly "request.form": None;
  readonly "server.fault": None;
}

type None = Readonly<Record<string, never>>;

export type Reason = {
  readonly [Code in keyof Reasons]: { readonly code: Code; readonly values: Reasons[Code] };
}[keyof Reasons];

/** Bodies of `POST /api/session`. */
export interface LogIn {
  readonly token: string;
}

export interface Session {
  /** Of Versant. */
  readonly version: string;
  /** The folder of the ledger. */
  readonly ledger: string;
  /** Who signs what is asked for here; null where this user has no key that can be used, or may only read. */
  readonly user: { readonly name: string; readonly key: string } | null;
  /** What the browser prefers. */
  readonly language: "en" | "fr";
  /** What each POST has to bring as `x-versant-csrf`. */
  readonly csrf: string;
}

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

/** Everything that the ledger says of one run but its curves. */
export interface RunDetail {
  readonly run: RunRow;
  readonly started: Event<"run.started">;
  readonly resumed: readonly Event<"run.resumed">[];
  readonly checkpoints: readonly Event<"checkpoint">[];
  readonly tests: readonly Event<"test">[];
  readonly requests: readonly Event<"steer.requested">[];
  readonly interventions: readonly Event<"steer.applied">[];
  readonly ended: Event<"run.ended"> | null;
  readonly decisions: readonly Event<"decision">[];
  readonly approvals: readonly Event<"approval">[];
  readonly descriptions: readonly Event<"description">[];
  /** Runs that began with its weights. */
  readonly descendants: readonly string[];
  readonly served: readonly Event<"requests">[];
  readonly looks: Looks;
  /** The epochs that it is to have; null where it does not say. */
  readonly totalEpochs: number | null;
  /** The last event of the ledger that this answer knows: `after` of the stream. */
  readonly sequence: number;
}

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

/** Parameters of `GET /api/runs/:id/events`. */
export interface EventsQuery {
  /** Only those behind this one. */
  readonly after?: number;
  /** Separated by commas. Default: all but "steps", "epoch" and "insight". */
  readonly types?: string;
  /** At most 1000; default 200. */
  readonly limit?: number;
}

export interface EventsAnswer {
  readonly events: readonly LedgerEvent[];
  /** Whether there are more behind these. */
  readonly more: boolean;
}

/** A run's model as it was recorded. */
export interface GraphAnswer {
  readonly model: string;
  readonly parameters: number;
  readonly layers: Payloads["run.started"]["layers"];
  /** The forward pass; null where it was not kept. */
  readonly graph: GraphDocument | null;
  /** Why it was not kept. */
  readonly reason: string | null;
}

/** Parameters of `GET /api/runs/:id/passes`. */
export interface PassesQuery {
  /** "backward": with the gradients of all parameters, from one at the model's answer. Default "forward". */
  readonly direction?: "forward" | "backward";
  /** Samples of a batch, 1 to 4096; default 32. */
  readonly batch?: number;
}

/** What the compiler makes of a run's model, in evaluation mode. */
export interface PassesAnswer {
  /** What the symbols of the graph stand for: the batch is the first one. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Null where there is no graph, or nothing to be differentiated. */
  readonly passes: CompilerPasses | null;
  /** Why there is none. */
  readonly reason: string | null;
}

/** What a run tells of its inside. */
export interface InsideAnswer {
  /** What was measured in one batch of some epochs, in order. */
  readonly history: readonly InsideMoment[];
  /** The last of them, with its histograms; null for none. */
  readonly newest: InsightRecord | null;
  /** What the trained model got wrong; null where that was not recorded, or is gone. */
  readonly mistakes: (MistakesRecord & { readonly content: Mistakes }) | null;
}

export interface InsideMoment
  extends Pick<InsightRecord, "epoch" | "step" | "layers" | "parameters" | "relus" | "warnings"> {
  readonly sequence: number;
  readonly time: string;
}

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

/** What "Try it" needs; `docs/models.md` says what the files are. */
export interface ModelAnswer {
  /** The folder of the files, "/api/runs/NAME/model/": `loader.js` opens a model from there. */
  readonly folder: string;
  readonly files: readonly string[];
  /** What stands in `model.json`. */
  readonly description: ModelDescription;
}

export interface ModelDescription {
  readonly format: 1;
  readonly name: string;
  readonly run?: string;
  /** Of the weights. */
  readonly sha256: string;
  readonly signature: Signature;
  /** Where what is in `model.bin`. */
  readonly program: Readonly<Record<string, unknown>>;
}

export interface SearchesAnswer {
  readonly searches: readonly SearchRow[];
}

export interface SearchRow {
  readonly name: string;
  readonly started: string;
  readonly state: SearchState;
  readonly reason: string | null;
  readonly experiment: string;
  readonly sampler: string;
  readonly objectives: SearchRecord["objectives"];
  /** Trials that are over, and those that it is to make. */
  readonly trials: number;
  readonly limit: number;
  /** The best ones: one, or with several objectives the Pareto front. */
  readonly best: readonly TrialRecord[];
}

export interface SearchDetail {
  readonly search: SearchRow;
  readonly record: SearchRecord;
  readonly trials: readonly TrialRecord[];
  /** Share of the first objective's variance that each hyper-parameter explains; null where nothing can be said. */
  readonly importance: Readonly<Record<string, number>> | null;
  /** What is searched, by name. */
  readonly space: Readonly<Record<string, Declaration>>;
  /** What trains each of `search.best` again, in their order: "npx versant train spam.ts --rate 0.01 --seed 7". */
  readonly commands: readonly string[];
}

export interface SteerRequest {
  readonly action: "pause" | "resume" | "stop" | "learningRate";
  /** Of "learningRate". */
  readonly value?: number;
  readonly why: string;
}

export interface DecideRequest {
  readonly title: string;
  readonly why: string;
  /** What it was before, and what it is now: both or neither. */
  readonly from?: string;
  readonly to?: string;
  readonly alternatives?: readonly string[];
  /** Runs ("#12") and scores of runs ("#12:validation.accuracy"). */
  readonly evidence?: readonly string[];
}

export interface TagRequest {
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
}

export interface TagAnswer {
  readonly tags: readonly string[];
}

export interface ApproveRequest {
  readonly statement: string;
  readonly despite?: string;
}

/**
 * What the stream sends, by the name of the server-sent event. Each has as its id the sequence of the last event
 * of the ledger that was looked at, so that a browser that comes back (`Last-Event-ID`) misses nothing.
 *
 * With `run=NAME` (a run or a search): its `epoch`, `steps`, `event`, and `state` or `search`. Without: `state` of
 * every run that changes, and `event` and `search` for searches.
 */
export interface StreamMessages {
  readonly epoch: Event<"epoch">;
  readonly steps: Event<"steps">;
  /** A run stands otherwise than before; without a sparkline. */
  readonly state: RunRow;
  /** Every other event. */
  readonly event: Event<Exclude<EventType, "epoch" | "steps">>;
  /** A search stands otherwise although nothing was recorded: its process is gone, or goes on. */
  readonly search: SearchRow;
  /** Every 5 seconds, and once when all that was missed is told: how far the ledger goes. */
  readonly heartbeat: { readonly sequence: number };
  /** Too much has happened since `after`, or it is another ledger: ask for everything anew. */
  readonly reset: { readonly sequence: number };
  /** The ledger cannot be read, or can be read again (null). */
  readonly ledger: { readonly problem: Problem | null };
}
