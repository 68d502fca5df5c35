export type { ClassNames, Values } from "../tensor/values.js";
export { accuracy, topK } from "./accuracy.js";
export { type ClassScoreOptions, f1, precision, recall } from "./classification.js";
export { type ClassScores, ConfusionMatrix } from "./confusionMatrix.js";
export type { LabelOptions } from "./labels.js";
export { logLoss, perplexity } from "./likelihood.js";
export { type Metric, score } from "./metric.js";
export {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  type R2Options,
  r2,
  rootMeanSquaredError,
  type ScaleOptions,
  type TargetScale,
  type UnitOptions,
} from "./regression.js";
export type { ReliabilityBin } from "./report/calibration.js";
export {
  type CalibrationErrorOptions,
  ClassificationReport,
  type ClassificationReportOptions,
  type PerSample,
  type RankingOf,
} from "./report/classificationReport.js";
export type { Interval, IntervalMethod, IntervalOptions, ScoresOf } from "./report/interval.js";
export { RegressionReport, type RegressionValues } from "./report/regressionReport.js";
export type { ScoreKind } from "./report/scores.js";
export type { Average, ClassOf, ScoreOf } from "./tallies.js";
