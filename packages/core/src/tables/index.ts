export { type Origin, type ReadingOptions, readingOptionNames, TableBuilder } from "./builder.js";
export type { Cell, Column, ColumnKind, Value } from "./column.js";
export * from "./encoder.js";
export type {
  CategoryEncoding,
  DateEncoding,
  DatePart,
  Encoding,
  NumberEncoding,
} from "./encodings.js";
export { ObjectCollector, tableFromObjects } from "./objects.js";
export { Table } from "./table.js";
