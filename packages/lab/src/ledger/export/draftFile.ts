import { closeSync, openSync, renameSync, writeSync } from "node:fs";

/** A file that is written bit by bit, and has its name when it is complete. */
export class DraftFile {
  readonly #descriptor: number;
  readonly #draft: string;
  readonly #path: string;
  #waiting = "";

  constructor(path: string) {
    this.#path = path;
    this.#draft = `${path}.${process.pid}.part`;
    this.#descriptor = openSync(this.#draft, "w");
  }

  write(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length > 1 << 16) this.#flush();
  }

  end(): void {
    this.#flush();
    closeSync(this.#descriptor);
    renameSync(this.#draft, this.#path);
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#waiting);
    this.#waiting = "";
  }
}
