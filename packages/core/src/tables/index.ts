export type { ReadingOptions } from "./builder.js";
export type { Column, ColumnKind } from "./column.js";
export * from "./encoder.js";
export type { Encoding } from "./encodings.js";
export { tableFromObjects } from "./objects.js";
export type { CategoryEncoding, DateEncoding, DatePart, NumberEncoding } from "./options.js";
export { Table } from "./table.js";
