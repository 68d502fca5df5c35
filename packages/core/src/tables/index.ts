export type { ReadingOptions } from "./builder.js";
export type { Column, ColumnKind } from "./column.js";
export * from "./encoder.js";
export type { NumbersOptions } from "./numbers.js";
export { tableFromObjects } from "./objects.js";
export type {
  CategoryEncoding,
  DateEncoding,
  DatePart,
  Encoding,
  NumberEncoding,
} from "./options.js";
export { Table } from "./table.js";
