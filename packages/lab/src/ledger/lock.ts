import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";

/**
 * The right to train one run. The system takes it back when the process ends, however it ends: it is a
 * lock on a file, held by an open transaction of SQLite, which works on every system alike.
 */
export class RunLock {
  readonly #connection: InstanceType<typeof DatabaseSync>;

  private constructor(connection: InstanceType<typeof DatabaseSync>) {
    this.#connection = connection;
  }

  /** Takes it; undefined while another process has it. */
  static take(folder: string, run: string): RunLock | undefined {
    const locks = join(folder, "locks");
    mkdirSync(locks, { recursive: true });
    const connection = new DatabaseSync(join(locks, run), { timeout: 0 });
    try {
      connection.exec("begin exclusive");
      return new RunLock(connection);
    } catch (error) {
      connection.close();
      if (/locked|busy/i.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  /** Whether a process has it. */
  static isTaken(folder: string, run: string): boolean {
    const lock = RunLock.take(folder, run);
    lock?.release();
    return lock === undefined;
  }

  release(): void {
    this.#connection.close();
  }
}
