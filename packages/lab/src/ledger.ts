/** What `versant/ledger` is: runs on record, read and written by programs. */
export { type ApprovalOptions, approve } from "./accountability/approve.js";
export { type DecisionOptions, decide } from "./accountability/decide.js";
export { type DescriptionOptions, describe } from "./accountability/describe.js";
export { descriptionItems, type ItemName, type Language } from "./accountability/items.js";
export {
  type SteeringAnswer,
  type SteerOptions,
  steer,
  steeringAnswer,
} from "./accountability/steer.js";
export { type DossierFormat, type DossierOptions, dossier } from "./dossier/dossier.js";
export { type Report, type ReportOptions, report } from "./dossier/report.js";
export type { HyperparameterRecord, ValueSource } from "./experiment/declarations.js";
export type { DataRecord, InspectedData, PartRecord } from "./honesty/data.js";
export { currentAnchor, formatAnchor, parseAnchors } from "./ledger/anchors.js";
export type { IntroducedKey } from "./ledger/chain.js";
export { type FileDiff, type RunDiff, readDiff } from "./ledger/diff.js";
export type {
  ComparisonRecord,
  DifferenceRecord,
  EvaluationRecord,
  ScoreRecord,
  SliceRecord,
} from "./ledger/evaluationEvent.js";
export type {
  Draft,
  EndState,
  Event,
  EventType,
  LayerRecord,
  LedgerEvent,
  OriginRecord,
  Payloads,
  PlaceRecord,
  Steering,
  StepsRecord,
} from "./ledger/events.js";
export type { Identity } from "./ledger/identity.js";
export { type EventQuery, Ledger, type LedgerOptions } from "./ledger/ledger.js";
export { type Looks, type RunRecord, readRun } from "./ledger/record.js";
export {
  type Condition,
  countRuns,
  findRun,
  listRuns,
  pageOfRuns,
  parseCondition,
  type RunState,
  type RunSummary,
  type RunsQuery,
} from "./ledger/runs.js";
export type {
  ConstraintRecord,
  ObjectiveRecord,
  SearchEndState,
  SearchRecord,
  SearchValue,
  TrialRecord,
  TrialReport,
  TrialState,
} from "./ledger/searchEvents.js";
export {
  findSearch,
  listSearches,
  type SearchState,
  type SearchSummary,
} from "./ledger/searches.js";
export { type Anchor, type Fault, type Verification, verifyLedger } from "./ledger/verify.js";
export { type OpenModelOptions, openModel } from "./model/openModel.js";
export type { CodeRecord } from "./provenance/code.js";
export type { EnvironmentRecord } from "./provenance/environment.js";
export type { FromOptions } from "./recording/origin.js";
export { type RecordedTraining, type RecordRunOptions, recordRun } from "./recording/recordRun.js";
export type { Answer, Measurement, SettingResult } from "./study/answer.js";
export { conductStudy, type StudyOptions } from "./study/conduct.js";
