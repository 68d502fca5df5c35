export type { Callback, TrainingContext } from "./callbacks.js";
export { EarlyStopping, type EarlyStoppingOptions } from "./earlyStopping.js";
export { DivergenceError } from "./errors.js";
export type { EpochRecord, History, Scores } from "./history.js";
export { type PlainLogOptions, plainLog } from "./plainLog.js";
export { type FitOptions, Trainer, type TrainerOptions } from "./trainer.js";
