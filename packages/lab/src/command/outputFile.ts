import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ArgumentError } from "@versant/core";

/**
 * A file that is there complete or not at all: written beside its place, then renamed.
 *
 * @throws ArgumentError at once when it could not be written in the end
 */
export class OutputFile {
  readonly path: string;
  readonly #draft: string;

  /** @param option by which the path was given, for errors */
  constructor(option: string, path: string) {
    this.path = path;
    this.#draft = `${resolve(path)}.${process.pid}.part`;
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Error("it is a folder");
      }
      closeSync(openSync(this.#draft, "w"));
      rmSync(this.#draft);
    } catch (error) {
      throw new ArgumentError(
        `${option}: cannot write ${path} (${(error as Error).message}); expected the path of a ` +
          "file in a folder that exists and may be written to.",
      );
    }
  }

  write(content: string | Uint8Array): void {
    try {
      writeFileSync(this.#draft, content);
      renameSync(this.#draft, this.path);
    } catch (error) {
      rmSync(this.#draft, { force: true });
      throw error;
    }
  }
}
