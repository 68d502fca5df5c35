// For the packages of this repository; no promise to anybody else.

export {
  checkDType,
  describeValue,
  range,
  requireCount,
  requireFlag,
  requireInstance,
  requireMap,
  requireOptions,
  shuffle,
  sizeOf,
} from "./array/index.js";
export { readingOptionNames, TableBuilder } from "./tables/builder.js";
export { type Cell, readers } from "./tables/column.js";
export { ObjectCollector } from "./tables/objects.js";
