export type { Report } from "./answer.js";
export type { BatchLosses } from "./batchLosses.js";
export type { Callback, TrainingContext } from "./callbacks.js";
export {
  type DiagnoseOptions,
  type Diagnosing,
  type DiagnosisRecord,
  diagnose,
} from "./diagnose.js";
export { EarlyStopping, type EarlyStoppingOptions } from "./earlyStopping.js";
export { DivergenceError, NonFiniteLossError } from "./errors.js";
export {
  type BatchSizeTest,
  type FindBatchSizeOptions,
  findBatchSize,
  type MeasuredBatchSize,
} from "./findBatchSize.js";
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRateTest,
  type RatePoint,
} from "./findLearningRate.js";
export type { EpochRecord, History, Scores } from "./history.js";
export type { Clipping, Model, RateSchedule, TrainerOptions } from "./options.js";
export { type PlainLogOptions, plainLog } from "./plainLog.js";
export { ReduceOnPlateau, type ReduceOnPlateauOptions } from "./reduceOnPlateau.js";
export type { CallbackState, LoopState, TrainingState } from "./state.js";
export { type FitOptions, Trainer } from "./trainer.js";
