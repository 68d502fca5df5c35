import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import {
  type Cell,
  ObjectCollector,
  readingOptionNames,
  requireOptions,
} from "@versant/core/internal";

/** The options that every way of reading has, and some of its own. */
export function requireReading(
  operation: string,
  options: object,
  own: readonly string[] = [],
): void {
  requireOptions(operation, options, [...readingOptionNames, ...own]);
}

/** The error for a file that cannot be read, with what the system says of it. */
export function unreadable(operation: string, path: string, error: unknown): ArgumentError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ArgumentError(`${operation}: cannot read ${path} (${reason}); check path and format.`);
}

/**
 * A table of the rows that a database driver gives one after the other, as objects or promises of
 * them: the result of a query of any driver, a cursor, a stream in object mode. Columns are those of
 * `tableFromObjects`.
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
