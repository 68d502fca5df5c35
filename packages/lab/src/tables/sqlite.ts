import { existsSync } from "node:fs";
import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import { type Cell, ObjectCollector } from "@versant/core/internal";
import { requireReading, unreadable } from "./reading.js";

export interface SqliteOptions extends ReadingOptions {
  /** For the `?` of the query, in their order. Default: none. */
  readonly parameters?: readonly (string | number | bigint | boolean | null)[];
}

/**
 * The result of a query on an SQLite file, which is opened for reading only. Columns are named as in
 * the query; SQLite has neither booleans nor dates, so give `kinds` for 0 and 1 that mean them, and
 * write dates as ISO 8601. Names that look like integers come first, as in `tableFromObjects`. For other
 * databases see `readRows`.
 *
 * @throws ArgumentError when the file or the query cannot be read, or there is no row
 */
export async function readSqlite(
  path: string,
  query: string,
  options: SqliteOptions = {},
): Promise<Table> {
  requireReading("readSqlite", options, ["parameters"]);
  const { parameters = [] } = options;
  if (!existsSync(path)) throw unreadable("readSqlite", path, "there is no such file");
  // Loaded where it is needed: compiling SQLite takes longer than all the rest of Versant.
  const { default: sqlite } = await import("node-sqlite3-wasm");
  const database = new sqlite.Database(path, { readOnly: true });
  try {
    const statement = database.prepare(query);
    try {
      const collector = new ObjectCollector("readSqlite", options);
      for (const row of statement.iterate([...parameters])) {
        collector.add(row as Record<string, Cell>);
      }
      return collector.finish();
    } finally {
      statement.finalize();
    }
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArgumentError(`readSqlite: ${path}: ${reason}; the query was ${query}`);
  } finally {
    database.close();
  }
}
