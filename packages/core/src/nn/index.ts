export { Buffer, Parameter } from "../tensor/index.js";
export * from "./activations.js";
export * as functional from "./functional.js";
export * as init from "./init/index.js";
export * from "./layers.js";
export * from "./linear.js";
export { type AnyModule, Module } from "./module.js";
export type { LoadOptions, LoadReport, StateDict } from "./stateDict.js";
export { type Summary, type SummaryRow, summary } from "./summary.js";
