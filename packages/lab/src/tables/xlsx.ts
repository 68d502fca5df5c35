import { basename } from "node:path";
import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import { type Cell, TableBuilder } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import { requireReading } from "./reading.js";

export interface XlsxOptions extends ReadingOptions {
  /** Name of the sheet, or its number from 1. Default 1. */
  readonly sheet?: string | number;
}

/**
 * A sheet of an xlsx file as a table. The first row names the columns; numbers, booleans and dates are
 * those of the sheet, and rows without any value are left out.
 *
 * @throws ArgumentError, naming row and column, when a cell is of another kind than those above it, or
 *   when file or sheet cannot be read
 */
export async function readXlsx(path: string, options: XlsxOptions = {}): Promise<Table> {
  requireReading("readXlsx", options, ["sheet"]);
  const { sheet = 1 } = options;
  const { readSheet } = await import("read-excel-file/node");
  const rows = (await readSheet(path, sheet).catch((error: unknown) => {
    throw unreadable("readXlsx", path, error);
  })) as readonly (readonly Cell[])[];
  const [names = [], ...data] = rows;
  const name = `readXlsx: ${basename(path)}`;
  const builder = new TableBuilder(
    { name, place: "row" },
    names.map((cell) => String(cell ?? "")),
    options,
  );
  for (const [index, cells] of data.entries()) {
    // Sheets are numbered from 1, and the first row holds the names.
    if (cells.some((cell) => cell !== null)) builder.add(cells, index + 2);
  }
  if (builder.length > 0) return builder.finish();
  throw new ArgumentError(`${name}: received no row below the names, expected some.`);
}
