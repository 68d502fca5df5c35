export { type CsvOptions, type CsvPartsOptions, readCsv, readCsvParts } from "./csv.js";
export { readRows } from "./reading.js";
export { readSqlite, type SqliteOptions } from "./sqlite.js";
export { readXlsx, type XlsxOptions } from "./xlsx.js";
