import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { ArgumentError } from "@versant/core/internal";
import { dialectOf } from "./dialect.js";
import { Kysely } from "./kysely.js";

/** Rows of the tables; see `tables` for what they mean. */
export interface Schema {
  readonly events: EventRow;
  readonly runs: RunRow;
  readonly run_values: ValueRow;
}

export interface EventRow {
  readonly sequence: number;
  readonly run: string | null;
  readonly type: string;
  readonly hash: string;
  readonly signature: string;
  /** The content, canonical JSON: what is hashed. */
  readonly body: string;
}

/** A run as its events add up to; everything here can be made from the events again. */
export interface RunRow {
  readonly id: string;
  /** Counted from 1 in this ledger. */
  readonly number: number;
  readonly experiment: string;
  readonly file: string;
  /** "running" until an end is recorded. */
  readonly state: string;
  readonly reason: string | null;
  readonly started: string;
  readonly ended: string | null;
  readonly seconds: number | null;
  readonly epochs: number;
  readonly steps: number;
  readonly seed: number;
  readonly actor: string;
  readonly device: string;
  readonly parameters: number;
  readonly code: string;
  readonly commit_hash: string | null;
  readonly data: string;
  readonly weights: string | null;
  readonly repeats: string | null;
  readonly approvals: number;
  /** Separated by blanks, with one before and after. */
  readonly tags: string;
}

/** A hyper-parameter, or a score: of the last epoch ("validation.loss"), or of the test ("test.loss"). */
export interface ValueRow {
  readonly run: string;
  readonly kind: "hyperparameter" | "score";
  readonly name: string;
  readonly number: number | null;
  readonly text: string | null;
}

/** "VRST": marks the files that are ledgers. */
const applicationId = 0x56525354;
const format = 1;

const tables = `
  create table events (
    sequence integer primary key, run text, type text not null, hash text not null,
    signature text not null, body text not null
  ) strict;
  create index events_by_run on events (run, type, sequence);
  create index events_by_type on events (type, sequence);
  create table runs (
    id text primary key, number integer not null unique, experiment text not null,
    file text not null, state text not null, reason text, started text not null, ended text,
    seconds real, epochs integer not null, steps integer not null, seed integer not null,
    actor text not null, device text not null, parameters integer not null, code text not null,
    commit_hash text, data text not null, weights text, repeats text, approvals integer not null,
    tags text not null
  ) strict;
  create table run_values (
    run text not null, kind text not null, name text not null, number real, text text,
    primary key (run, kind, name)
  ) strict, without rowid;
  create index run_values_by_name on run_values (name, number, run);
`;

export type Connection = InstanceType<typeof DatabaseSync>;

export interface Database {
  readonly query: Kysely<Schema>;
  /** The connection itself, for what is no query. */
  readonly connection: Connection;
}

/**
 * Opens the file of a ledger, or makes it.
 *
 * @param mode "write" makes what is not there, "read" does not, "memory" has no file
 * @throws ArgumentError when it is damaged, something else, of a newer format, or cannot be written
 */
export function openDatabase(path: string, mode: "read" | "write" | "memory"): Database {
  const connection = explain(path, () => {
    if (mode === "write") mkdirSync(dirname(path), { recursive: true });
    const isNew = mode === "memory" || !existsSync(path);
    if (isNew && mode === "read") throw new Error("there is no such file");
    try {
      return connect(mode === "memory" ? ":memory:" : path, mode);
    } catch (error) {
      if (mode !== "read" || !isUnwritable(error) || existsSync(`${path}-wal`)) throw error;
      return connect(unchanging(path), mode);
    }
  });
  return { connection, query: new Kysely<Schema>({ dialect: dialectOf(connection) }) };
}

function connect(place: string | URL, mode: "read" | "write" | "memory"): Connection {
  const connection = new DatabaseSync(place, { timeout: 10_000, readOnly: mode === "read" });
  try {
    prepare(connection, mode);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * SQLite reads beside writers by a file of its own in the same folder. Where it cannot make one, nobody
 * writes either, or there would be one already: the ledger may be read as it stands.
 */
function unchanging(path: string): URL {
  const place = pathToFileURL(path);
  place.searchParams.set("immutable", "1");
  return place;
}

const isUnwritable = (error: unknown): boolean =>
  /readonly|unable to open/i.test((error as Error).message);

function prepare(connection: Connection, mode: "read" | "write" | "memory"): void {
  const isOurs = () => pragma(connection, "application_id") === applicationId;
  // Before anything is written: a file of somebody else's shall stay as it is.
  if (!isOurs() && !(mode !== "read" && isEmpty(connection))) {
    throw new ArgumentError("it is a database of something else");
  }
  if (mode !== "read") {
    connection.exec("pragma journal_mode = wal");
    // A process that is killed loses nothing; see Ledger.settle for what has to outlive the machine.
    connection.exec("pragma synchronous = normal");
    connection.exec("begin immediate");
    // Another process may have made them meanwhile.
    if (!isOurs()) {
      connection.exec(tables);
      connection.exec(`pragma application_id = ${applicationId}`);
      connection.exec(`pragma user_version = ${format}`);
    }
    connection.exec("commit");
  }
  const version = pragma(connection, "user_version");
  if (version !== format) {
    throw new ArgumentError(
      `it has format ${version}, and this version of Versant reads ${format}`,
    );
  }
}

const pragma = (connection: Connection, name: string): unknown =>
  Object.values(connection.prepare(`pragma ${name}`).get() ?? {})[0];

const isEmpty = (connection: Connection): boolean =>
  connection.prepare("select name from sqlite_schema limit 1").get() === undefined;

/** Runs `action`, and says of what failed which file it is about, and what may mend it. */
export function explain<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explained(path, error);
  }
}

const mends: readonly (readonly [RegExp, string])[] = [
  [
    /malformed|not a database|corrupt/i,
    "the file is damaged; restore it from a copy, and keep it for `versant ledger verify`",
  ],
  [/full|ENOSPC/i, "make room on the disk; what was recorded before is safe"],
  [
    /readonly|read-only|EACCES|EROFS|EPERM/i,
    "the folder must be writable; set VERSANT_LEDGER to another, or pass --no-ledger",
  ],
  [/locked|busy/i, "another process keeps it locked; close it, and try again"],
  [/something else/, "set VERSANT_LEDGER to another folder"],
  [/no such file/, "train something first, or set VERSANT_LEDGER to the folder of a ledger"],
];

export function explained(path: string, error: unknown): Error {
  const { message } = error as Error;
  if (message.startsWith("the ledger ")) return error as Error;
  const mend = mends.find(([pattern]) => pattern.test(message))?.[1];
  return new ArgumentError(
    `the ledger ${path} cannot be used: ${message}${mend ? `; ${mend}` : ""}.`,
  );
}
