export type { ClassNames, Values } from "../tensor/values.js";
export { accuracy, topK } from "./accuracy.js";
export { f1, precision, recall } from "./classification.js";
export {
  type Average,
  type ClassScores,
  ConfusionMatrix,
  type ScoreOf,
} from "./confusionMatrix.js";
export { type Metric, score } from "./metric.js";
export { perplexity } from "./perplexity.js";
export {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  type R2Options,
  r2,
  rootMeanSquaredError,
  type UnitOptions,
} from "./regression.js";
export {
  type CalibrationErrorOptions,
  ClassificationReport,
  type ClassificationReportOptions,
  type RankingOf,
} from "./report/classificationReport.js";
export type { Interval, IntervalOptions } from "./report/interval.js";
export { RegressionReport, type RegressionValues } from "./report/regressionReport.js";
export type { ScoreKind } from "./report/scores.js";
