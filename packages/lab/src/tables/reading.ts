import type { ReadingOptions, Table } from "@versant/core";
import {
  type Cell,
  ObjectCollector,
  readingOptionNames,
  requireOptions,
} from "@versant/core/internal";

export { unreadable } from "../files/unreadable.js";

/** The options that every way of reading has, and some of its own. */
export function requireReading(
  operation: string,
  options: object,
  own: readonly string[] = [],
): void {
  requireOptions(operation, options, [...readingOptionNames, ...own]);
}

/**
 * A table of the rows that a database driver gives one after the other, as objects or promises of
 * them: the result of a query of any driver, a cursor, a stream in object mode. Columns are those of
 * `tableFromObjects`.
 *
 * Columns of type DATE: many drivers give local midnight as a Date, which in UTC, the only time that
 * tables know, is an hour of that day or of the one before. Ask the driver for strings ("2024-02-29"):
 * mysql2 by `dateStrings: true`, pg by `types.setTypeParser(1082, String)`, any of them by a cast to
 * text in the query.
 *
 * @throws ArgumentError when there is no row, or a value is of another kind than those before it
 */
export async function readRows(
  rows: Iterable<Readonly<Record<string, Cell>>> | AsyncIterable<Readonly<Record<string, Cell>>>,
  options: ReadingOptions = {},
): Promise<Table> {
  requireReading("readRows", options);
  const collector = new ObjectCollector("readRows", options);
  for await (const row of rows) collector.add(row);
  return collector.finish();
}
