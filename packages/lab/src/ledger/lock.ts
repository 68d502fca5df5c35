import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { explained, isBusy } from "../files/explain.js";

/**
 * The right to train one run. The system takes it back when the process ends, however it ends: it is a
 * lock on a file, held by an open transaction of SQLite, which works on every system alike.
 */
export class RunLock {
  readonly #connection: InstanceType<typeof DatabaseSync>;

  private constructor(connection: InstanceType<typeof DatabaseSync>) {
    this.#connection = connection;
  }

  /**
   * Takes it; undefined while another process has it. Waits for those who only look.
   *
   * @throws ArgumentError where files cannot be written
   */
  static take(folder: string, run: string): RunLock | undefined {
    const path = join(folder, "locks", run);
    let connection: InstanceType<typeof DatabaseSync> | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true });
      connection = new DatabaseSync(path, { timeout: 200 });
      connection.exec("begin exclusive");
      return new RunLock(connection);
    } catch (error) {
      connection?.close();
      if (isBusy(error)) return undefined;
      throw explained(path, error);
    }
  }

  /** Whether a process has it. Looks only, so that it takes it from nobody and works on any disk. */
  static isTaken(folder: string, run: string): boolean {
    const path = join(folder, "locks", run);
    if (!existsSync(path)) return false;
    const connection = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      connection.exec("select name from sqlite_schema");
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      throw explained(path, error);
    } finally {
      connection.close();
    }
  }

  /**
   * Gives it back. The empty file stays: whoever waits for it would else hold a lock on a file that is
   * gone, while the next one holds one on a new file.
   */
  release(): void {
    this.#connection.close();
  }
}
