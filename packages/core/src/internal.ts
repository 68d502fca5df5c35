// For the packages of this repository; no promise to anybody else. Nothing here loads a device, so that a
// command that only reads is there at once.

export {
  ArgumentError,
  checkDType,
  checkSeed,
  describeValue,
  formatShape,
  formatTable,
  giveTurn,
  isFloating,
  isTurnDue,
  listed,
  makeArray,
  normalPair,
  RandomGenerator,
  range,
  requireCount,
  requireFlag,
  requireInstance,
  requireList,
  requireMap,
  requireOptions,
  shortened,
  shuffle,
  sizeOf,
  VersantError,
} from "./array/index.js";
export { formatBytes, formatCount } from "./array/table.js";
export { simdKernel } from "./device/wasm/kernel.js";
export { binOf } from "./metrics/report/calibration.js";
export {
  intervalOf,
  type ResampledScore,
  resampledScores,
} from "./metrics/report/interval.js";
export { namesAt, nearest } from "./nn/pattern.js";
export { readingOptionNames, TableBuilder } from "./tables/builder.js";
export { type Cell, looks, readers } from "./tables/column.js";
export { ObjectCollector } from "./tables/objects.js";
