export type { ReadingOptions } from "./builder.js";
export type { Column, ColumnKind } from "./column.js";
export * from "./encoder.js";
export type {
  CategoryEncoding,
  DateEncoding,
  DatePart,
  Encoding,
  NumberEncoding,
} from "./encodings.js";
export { tableFromObjects } from "./objects.js";
export { Table } from "./table.js";
