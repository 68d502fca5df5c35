// For the packages of this repository; no promise to anybody else.

export {
  describeValue,
  requireCount,
  requireFlag,
  requireInstance,
  requireMap,
  requireOptions,
  sizeOf,
} from "./array/index.js";
export { readingOptionNames, TableBuilder } from "./tables/builder.js";
export type { Cell } from "./tables/column.js";
export { ObjectCollector } from "./tables/objects.js";
