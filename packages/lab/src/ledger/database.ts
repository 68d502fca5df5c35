import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { explained, isBusy, UnusableFile } from "../files/explain.js";
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

/**
 * A hyper-parameter, a score (of the last epoch, "validation.loss", or of the test, "test.loss"), or what
 * it comes from: what the run began with ("from": a run, else a file), the "search" and its "trial", the
 * question of a "study", or the "fold", counted from 1.
 */
export interface ValueRow {
  readonly run: string;
  readonly kind: "hyperparameter" | "score" | "origin";
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

/** One connection of SQLite, which does one thing at a time. */
export type Connection = InstanceType<typeof DatabaseSync>;

/** The opened file of a ledger. */
export interface Database {
  /** Closing it closes the connection. */
  readonly query: Kysely<Schema>;
  /** The connection itself, for what is no query. */
  readonly connection: Connection;
}

/** "make" makes what is not there, "write" and "read" do not, "memory" has no file. */
export type DatabaseMode = "read" | "write" | "make" | "memory";

/**
 * Opens the file of a ledger, or makes it.
 *
 * @throws ArgumentError when it is damaged, something else, of another format, or cannot be written
 */
export function openDatabase(path: string, mode: DatabaseMode): Database {
  try {
    const connection = mode === "memory" ? connect(":memory:", mode) : openFile(path, mode);
    return { connection, query: new Kysely<Schema>({ dialect: dialectOf(connection) }) };
  } catch (error) {
    throw explained(path, error);
  }
}

function openFile(path: string, mode: DatabaseMode): Connection {
  if (mode === "make") mkdirSync(dirname(path), { recursive: true });
  else if (!existsSync(path)) throw new UnusableFile("there is no such file");
  try {
    return connect(path, mode);
  } catch (error) {
    if (mode !== "read" || !isUnwritable(error) || existsSync(`${path}-wal`)) throw error;
    return connect(unchanging(path), mode);
  }
}

function connect(place: string | URL, mode: DatabaseMode): Connection {
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

function prepare(connection: Connection, mode: DatabaseMode): void {
  // Before anything is written: a file of somebody else's, or of later times, shall stay as it is.
  if (isOurs(connection)) requireFormat(connection);
  // Between two looks another process may have made it.
  else if ((mode === "read" || !isEmpty(connection)) && !isOurs(connection)) {
    throw new UnusableFile("it is a database of something else");
  }
  // Whoever reads may want to find out what is wrong.
  if (mode === "read") return;
  requireNoTrigger(connection);
  patiently(() => connection.exec("pragma journal_mode = wal"));
  // What was appended is on the disk: it outlives a loss of power, not only a kill.
  connection.exec("pragma synchronous = full");
  if (!isOurs(connection)) makeTables(connection);
  requireFormat(connection);
}

function makeTables(connection: Connection): void {
  connection.exec("begin immediate");
  // Another process may have made them meanwhile.
  if (!isOurs(connection)) {
    connection.exec(tables);
    connection.exec(`pragma application_id = ${applicationId}`);
    connection.exec(`pragma user_version = ${format}`);
  }
  connection.exec("commit");
}

/** This one change does not wait for others by itself. */
function patiently(action: () => void): void {
  for (let tries = 0; ; tries++) {
    try {
      action();
      return;
    } catch (error) {
      if (tries === 100 || !isBusy(error)) throw error;
      // Not in step with whoever waits as well.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 + (process.pid % 41));
    }
  }
}

const isOurs = (connection: Connection): boolean =>
  pragma(connection, "application_id") === applicationId;

function requireFormat(connection: Connection): void {
  const version = pragma(connection, "user_version");
  if (version === format) return;
  throw new UnusableFile(`it has format ${version}, and this version of Versant reads ${format}`);
}

/** Versant makes none. One that deletes what is appended would let it vanish without an error. */
function requireNoTrigger(connection: Connection): void {
  const found = connection.prepare("select name from sqlite_schema where type = 'trigger'").get();
  if (found) throw new UnusableFile(`it has the trigger ${found.name}, which may keep events out`);
}

const pragma = (connection: Connection, name: string): unknown =>
  Object.values(connection.prepare(`pragma ${name}`).get() ?? {})[0];

const isEmpty = (connection: Connection): boolean =>
  connection.prepare("select name from sqlite_schema limit 1").get() === undefined;
