export { Buffer, Parameter } from "../tensor/index.js";
export * as functional from "./functional/index.js";
export * as init from "./init/index.js";
export * from "./inspect/index.js";
export * from "./layers/index.js";
export * from "./models/index.js";
export { type AnyModule, Module } from "./module.js";
export type { Patterns } from "./pattern.js";
export type { LoadOptions, LoadReport, StateDict } from "./stateDict.js";
