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
 *     POST /api/runs/:id/landscape/stop    {} -> LandscapeAnswer; ends what is being measured of this run
 *
 * A run is meant by its name, "last", or its number as "%2312". Every request needs the cookie of the
 * session, and each POST the header `x-versant-csrf` with what `Session.csrf` says and a body of JSON.
 * Whatever goes wrong is answered by a `Problem`.
 */

export type { CompilerPasses, GraphDocument, PassGraph, PassNode } from "@versant/core";
export type { Declaration, HyperparameterRecord } from "../../experiment/declarations.js";
export type { DataRecord, PartRecord } from "../../honesty/data.js";
export type { LeakReport } from "../../honesty/leakCheck.js";
export type { FileDiff, RunDiff } from "../../ledger/diff.js";
export type { Difference, Leaf, Section } from "../../ledger/difference.js";
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
} from "../../ledger/events.js";
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
} from "../../ledger/insightEvents.js";
export type {
  Landscape,
  LandscapePoint,
  LandscapeRecord,
  RecordedLandscape,
} from "../../ledger/landscapeEvent.js";
export type { Looks } from "../../ledger/record.js";
export type { RunState } from "../../ledger/runs.js";
export type {
  ConstraintRecord,
  ObjectiveRecord,
  SearchRecord,
  SearchValue,
  TrialRecord,
  TrialReport,
} from "../../ledger/searchEvents.js";
export type { SearchState } from "../../ledger/searches.js";
export type { CodeRecord } from "../../provenance/code.js";
export type { EnvironmentRecord } from "../../provenance/environment.js";
export type { Obstacle } from "../../refusal/refusal.js";
export type {
  Input,
  NumbersInput,
  Output,
  Signature,
  SingleInput,
  TableInput,
} from "../../signature/signature.js";
export type * from "./landscape.js";
export type * from "./model.js";
export type * from "./problem.js";
export type * from "./requests.js";
export type * from "./run.js";
export type * from "./runs.js";
export type * from "./searches.js";
export type * from "./series.js";
export type * from "./session.js";
export type * from "./stream.js";
