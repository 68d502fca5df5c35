import type { DatabaseConnection, Kysely, SqliteDatabase } from "kysely";
import type { Connection } from "./database.js";
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "./kysely.js";

/** Takes the lock when a transaction begins, not at its first change: two writers wait for each other. */
class ImmediateDriver extends SqliteDriver {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ database: asKyselyWants(connection) });
    this.#connection = connection;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  /** Where the disk is full SQLite has done so already; the error to tell is that one. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#connection.isTransaction) await super.rollbackTransaction(connection);
  }
}

/** How Kysely speaks to a connection of ours. */
export function dialectOf(connection: Connection) {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ImmediateDriver(connection),
    createIntrospector: (query: Kysely<unknown>) => new SqliteIntrospector(query),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Brings what was appended into the file itself. Where that fails, the next one to open does it. */
function checkpoint(connection: Connection): void {
  try {
    connection.exec("pragma wal_checkpoint(passive)");
  } catch {
    // It is as safe beside the file as in it.
  }
}

/** Kysely asks each statement whether it gives rows; statements are prepared once for each text. */
function asKyselyWants(connection: Connection): SqliteDatabase {
  const prepared = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
  return {
    close: () => {
      // The connection lives on until its statements are garbage; the file shall be whole by now.
      if (connection.isOpen) checkpoint(connection);
      connection.close();
    },
    prepare: (text) => {
      const known = prepared.get(text);
      if (known) return known;
      const statement = connection.prepare(text);
      const made = {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as never[])),
      } as ReturnType<SqliteDatabase["prepare"]>;
      if (prepared.size < 200) prepared.set(text, made);
      return made;
    },
  };
}
