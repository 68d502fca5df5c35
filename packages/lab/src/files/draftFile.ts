import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";

/**
 * A file that is written bit by bit, and has its name when it is complete. What is there and no ordinary
 * file, such as a pipe or /dev/null, is written to and never replaced.
 */
export class DraftFile {
  readonly #descriptor: number;
  readonly #draft: string | undefined;
  readonly #path: string;
  #waiting = "";

  constructor(path: string) {
    this.#path = path;
    const isOrdinary = statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
    this.#draft = isOrdinary ? `${path}.${process.pid}.part` : undefined;
    this.#descriptor = openSync(this.#draft ?? path, "w");
  }

  write(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length > 1 << 16) this.#flush();
  }

  end(): void {
    this.#flush();
    closeSync(this.#descriptor);
    if (this.#draft !== undefined) renameSync(this.#draft, this.#path);
  }

  /** What was written is not to be had. */
  discard(): void {
    closeSync(this.#descriptor);
    if (this.#draft !== undefined) rmSync(this.#draft, { force: true });
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#waiting);
    this.#waiting = "";
  }
}
