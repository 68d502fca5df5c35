export * from "./calculator.js";
export * from "./dataLoader.js";
export * from "./dataset.js";
export * from "./idx.js";
export * from "./kFold.js";
export type { Label } from "./labels.js";
export { type SplitOptions, split } from "./split.js";
export { type SplitByTimeOptions, splitByTime } from "./splitByTime.js";
