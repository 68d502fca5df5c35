import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { isOfFile } from "../files/explain.js";
import { Ledger } from "../ledger/ledger.js";
import { StudioError } from "./problem.js";

/** What an SQLite file begins with, and the place of the number that marks ledgers. */
const magic = "SQLite format 3\0";

/**
 * The ledger that is shown, which may vanish, be damaged or be another one from one moment to the next. Reading
 * goes through one connection that cannot write; each time the file is looked at before.
 */
export class LedgerSource {
  #open: { readonly ledger: Ledger; readonly file: string } | undefined;
  #generation = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(readonly folder: string) {}

  /** Another number when the file is another one. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Reads.
   *
   * @throws StudioError 503 while there is no ledger that can be read
   */
  async read<T>(action: (ledger: Ledger) => Promise<T>): Promise<T> {
    let ledger: Ledger | undefined;
    try {
      ledger = await this.#ledger();
      return await action(ledger);
    } catch (error) {
      if (isUnusable(error)) {
        await this.#forget();
        throw unavailable(error.message);
      }
      // Somebody else has found out meanwhile that the file is another one.
      if (ledger?.database.connection.isOpen === false) {
        throw unavailable(`the ledger ${ledger.path} was replaced`);
      }
      throw error;
    }
  }

  /**
   * Reads and appends, one after the other: two connections of one process that wait for each other would
   * wait for ever.
   *
   * @throws StudioError 503 while there is no ledger that can be written
   */
  write<T>(action: (ledger: Ledger) => Promise<T>): Promise<T> {
    const written = this.#writing.then(async () => {
      let ledger: Ledger | undefined;
      try {
        fileOf(this.folder);
        ledger = Ledger.open({ folder: this.folder, mode: "write", create: false });
        return await action(ledger);
      } catch (error) {
        throw isUnusable(error) ? unavailable(error.message) : error;
      } finally {
        await ledger?.close();
      }
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  async #ledger(): Promise<Ledger> {
    const file = fileOf(this.folder);
    if (this.#open?.file === file) return this.#open.ledger;
    await this.#forget();
    const ledger = Ledger.open({ folder: this.folder, mode: "read" });
    this.#open = { ledger, file };
    this.#generation++;
    return ledger;
  }

  async #forget(): Promise<void> {
    const ledger = this.#open?.ledger;
    this.#open = undefined;
    // A connection to a damaged file may not close in order.
    await ledger?.close().catch(() => {});
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#forget();
  }
}

/**
 * Which file lies in the folder now: an open connection would go on with one that was deleted.
 *
 * @throws ArgumentError when there is none, or it is no database
 */
function fileOf(folder: string): string {
  const path = join(folder, "ledger.sqlite");
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw unusable(path, `there is no such file (${(error as NodeJS.ErrnoException).code})`, error);
  }
  try {
    const { dev, ino } = fstatSync(file);
    const start = Buffer.alloc(magic.length);
    readSync(file, start, 0, start.length, 0);
    if (start.toString("latin1") === magic) return `${dev}:${ino}`;
  } finally {
    closeSync(file);
  }
  throw unusable(path, "it is not a database, so the file is damaged", new Error("no database"));
}

class Unusable extends ArgumentError {}

const unusable = (path: string, reason: string, cause: unknown): Unusable =>
  new Unusable(`the ledger ${path} cannot be used: ${reason}`, { cause });

const isUnusable = (error: unknown): error is ArgumentError =>
  error instanceof Unusable || (error instanceof ArgumentError && isOfFile(error.cause));

const unavailable = (message: string): StudioError =>
  new StudioError(
    503,
    `${message.replace(/\.$/, "")}. The studio goes on as soon as it can be read.`,
  );
