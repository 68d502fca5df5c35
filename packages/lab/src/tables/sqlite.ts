import { statSync } from "node:fs";
import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import { type Cell, describeValue, ObjectCollector } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import { requireReading } from "./reading.js";
import { requireQuery } from "./sqliteQuery.js";

/** What can stand for a `?` of a query. */
type Parameter = string | number | bigint | boolean | null;

export interface SqliteOptions extends ReadingOptions {
  /** For the `?` of the query, in their order. Default: none. */
  readonly parameters?: readonly Parameter[];
}

/** How long a program that is writing is waited for. */
const lockedMilliseconds = 1000;

/**
 * The result of a query on an SQLite file, which is opened for reading only, whatever its journal's
 * mode. Columns are named as in the query; SQLite has neither booleans nor dates, so give `kinds` for
 * 0 and 1 that mean them, and write dates as ISO 8601. Integers that no number holds exactly, beyond
 * 2^53, are read as texts where `kinds` says `"category"`, and refused elsewhere. For other databases
 * see `readRows`.
 *
 * @throws ArgumentError when the file cannot be read, is locked for more than a second, damaged or no
 *   database; when the query is not a single one that reads, has two columns of one name, another
 *   number of `?` than `parameters`, or gives no row; and for bytes (BLOB)
 */
export async function readSqlite(
  path: string,
  query: string,
  options: SqliteOptions = {},
): Promise<Table> {
  requireReading("readSqlite", options, ["parameters"]);
  const { parameters = [], kinds } = options;
  requireQuery("readSqlite", query, parameters);
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isFile()) {
    throw unreadable("readSqlite", path, status ? "it is no file" : "there is no such file");
  }
  // Loaded where it is needed: few programs read databases.
  const { DatabaseSync } = await import("@photostructure/sqlite");
  const opened = attempt(path, query, () => {
    return new DatabaseSync(path, { readOnly: true, timeout: lockedMilliseconds });
  });
  try {
    return attempt(path, query, () => {
      const statement = opened.prepare(query);
      requireColumns(
        query,
        statement.columns().map(({ name }) => name),
      );
      statement.setReadBigInts(true);
      const collector = new ObjectCollector("readSqlite", options);
      let row = 0;
      for (const cells of statement.iterate(...parameters.map(bindable))) {
        const named = Object.entries(cells as Readonly<Record<string, unknown>>);
        for (const [column, cell] of named) checkCell(row, column, cell, kinds?.[column]);
        collector.add(Object.fromEntries(named) as Record<string, Cell>);
        row++;
      }
      return collector.finish();
    });
  } finally {
    opened.close();
  }
}

/** SQLite has no booleans. */
const bindable = (value: Parameter) => (typeof value === "boolean" ? Number(value) : value);

/** A row is an object, in which the last of equal names would replace the others. */
function requireColumns(query: string, names: readonly string[]): void {
  if (names.length === 0) {
    throw new ArgumentError(
      `readSqlite: received a statement that gives no rows, expected a query; it was ${query}`,
    );
  }
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice === undefined) return;
  throw new ArgumentError(
    `readSqlite: received two columns named "${twice}", expected names that differ; name them in the ` +
      `query, as in \`select a.${twice} as first, b.${twice} as second\`; it was ${query}`,
  );
}

function checkCell(row: number, column: string, cell: unknown, kind: string | undefined): void {
  const place = `readSqlite, row ${row}, column "${column}"`;
  if (cell instanceof Uint8Array) {
    throw new ArgumentError(
      `${place}: received bytes (BLOB), expected a number or text; leave the column out of the ` +
        `query, or select hex("${column}").`,
    );
  }
  if (typeof cell !== "bigint" || kind === "category" || Number.isSafeInteger(Number(cell))) return;
  throw new ArgumentError(
    `${place}: received ${describeValue(cell)}, expected an integer between -2^53 and 2^53, since ` +
      `numbers hold no others exactly; where it is a name rather than a quantity, pass ` +
      `kinds: { ${column}: "category" }.`,
  );
}

/** What SQLite says, and what to do about it. */
const mends: readonly (readonly [RegExp, string])[] = [
  [/locked|busy/, "another program is writing to it; try again when it has finished"],
  [/not a database/, "it is another kind of file, or encrypted"],
  [
    /malformed|disk I\/O error|corrupt/,
    "the file is damaged; take a backup, or save what is left by `sqlite3 FILE .recover`",
  ],
  [/readonly/, "it is opened for reading only; expected a query that changes nothing"],
];

/** @throws ArgumentError in place of SQLite's own errors */
function attempt<T>(path: string, query: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const [, mend = `the query was ${query}`] =
      mends.find(([pattern]) => pattern.test(reason)) ?? [];
    throw new ArgumentError(`readSqlite: ${path}: ${reason}; ${mend}`);
  }
}
