import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { explained, UnusableFile } from "../files/explain.js";
import { Ledger } from "../ledger/ledger.js";
import { Refusal } from "../refusal/refusal.js";
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
   * @throws Refusal while there is no ledger that can be read
   */
  async read<T>(action: (ledger: Ledger) => Promise<T>): Promise<T> {
    let ledger: Ledger | undefined;
    try {
      ledger = await this.#ledger();
      return await action(ledger);
    } catch (error) {
      if (isOfLedger(error)) {
        await this.#forget();
        throw error;
      }
      // Somebody else has found out meanwhile that the file is another one.
      if (ledger?.database.connection.isOpen === false) throw replaced(ledger.path);
      throw error;
    }
  }

  /**
   * Reads and appends, one after the other: two connections of one process that wait for each other would
   * wait for ever.
   *
   * @throws Refusal while there is no ledger that can be written
   */
  write<T>(action: (ledger: Ledger) => Promise<T>): Promise<T> {
    const written = this.#writing.then(async () => {
      let ledger: Ledger | undefined;
      try {
        fileOf(this.folder);
        ledger = Ledger.open({ folder: this.folder, mode: "write", create: false });
        return await action(ledger);
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
 * @throws Refusal when there is none, or it is no database
 */
function fileOf(folder: string): string {
  const path = join(folder, "ledger.sqlite");
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw explained(path, isMissing ? new UnusableFile("there is no such file") : error);
  }
  try {
    const { dev, ino } = fstatSync(file);
    const start = Buffer.alloc(magic.length);
    readSync(file, start, 0, start.length, 0);
    if (start.toString("latin1") === magic) return `${dev}:${ino}`;
  } finally {
    closeSync(file);
  }
  throw explained(path, new UnusableFile("it is not a database"));
}

const isOfLedger = (error: unknown): boolean =>
  error instanceof Refusal && error.code.startsWith("ledger.");

const replaced = (path: string): StudioError =>
  new StudioError(503, `The ledger ${path} was replaced by another one.`, {
    code: "ledger.replaced",
    values: { path },
  });
