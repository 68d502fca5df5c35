import { initialize } from "./device/index.js";

export {
  ArgumentError,
  type DType,
  DTypeError,
  ExecutionError,
  formatTable,
  RandomGenerator,
  type Shape,
  ShapeError,
  type TypedArray,
  VersantError,
} from "./array/index.js";
export type { CompilerPasses, PassGraph, PassNode } from "./compile/index.js";
export * from "./data/index.js";
export {
  type Device,
  type DeviceName,
  type DeviceStatus,
  defaultDevice,
  devices,
  initialize,
  type MachineLimits,
  useDevice,
} from "./device/index.js";
export * as loss from "./loss/index.js";
export * as metrics from "./metrics/index.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim/index.js";
export * from "./portable/index.js";
export * from "./tables/index.js";
export * from "./tensor/index.js";
export * as text from "./text/index.js";
export * from "./train/index.js";

await initialize();
