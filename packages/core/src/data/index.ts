export * from "./calculator.js";
export {
  type ClassDistribution,
  classDistribution,
  type PartDistribution,
} from "./classDistribution.js";
export * from "./dataLoader.js";
export * from "./dataset.js";
export type { DealOptions } from "./deal.js";
export {
  type GeneratedData,
  type GeneratedName,
  type GeneratedOptions,
  generatedData,
} from "./generated.js";
export * from "./idx.js";
export {
  type ClassOptions,
  classWeights,
  oversample,
  type SamplingOptions,
  undersample,
} from "./imbalance.js";
export * from "./kFold.js";
export type { Labels } from "./labels.js";
export * from "./loader.js";
export type { PartsOf } from "./parts.js";
export { type SplitOptions, split } from "./split.js";
export { type SplitByTimeOptions, splitByTime } from "./splitByTime.js";
export { type StoredSamples, storedSamples } from "./stored.js";
export * from "./streamLoader.js";
export type { StreamChunk, StreamColumn, StreamSource } from "./streamSource.js";
export {
  type StandardizedSeries,
  standardizeSeries,
  type Windows,
  type WindowsOptions,
  windows,
} from "./windows.js";
