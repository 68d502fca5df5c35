import {
  closeSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { ArgumentError } from "@versant/core/internal";

/**
 * A file that is there complete or not at all: written beside its place, then renamed. What is
 * there and no ordinary file, such as a pipe or /dev/null, is written to and never replaced.
 *
 * @throws ArgumentError at once when it could not be written in the end
 */
export class OutputFile {
  readonly path: string;
  /** The place itself: a link is followed. */
  readonly #target: string;
  readonly #draft: string | undefined;

  /** @param option by which the path was given, for errors */
  constructor(option: string, path: string) {
    this.path = path;
    try {
      const status = statSync(resolve(path), { throwIfNoEntry: false });
      if (status?.isDirectory()) throw new Error("it is a folder");
      this.#target = status ? realpathSync(path) : resolve(path);
      if (status && !status.isFile()) return;
      this.#draft = `${this.#target}.${process.pid}.part`;
      closeSync(openSync(this.#draft, "w"));
      rmSync(this.#draft);
    } catch (error) {
      throw new ArgumentError(
        `${option}: cannot write ${path || "to an empty path"} (${reasonOf(error as Error)}); expected ` +
          "the path of a file in a folder that exists and may be written to.",
      );
    }
  }

  /** Whether both are one place. */
  isSameAs(other: OutputFile): boolean {
    return this.#target === other.#target;
  }

  write(content: string | Uint8Array): void {
    if (this.#draft === undefined) {
      writeFileSync(this.#target, content);
      return;
    }
    try {
      writeFileSync(this.#draft, content);
      renameSync(this.#draft, this.#target);
    } catch (error) {
      rmSync(this.#draft, { force: true });
      throw error;
    }
  }
}

/** The system's words without the draft's name, which nobody gave. */
const reasonOf = ({ message }: Error): string => message.replace(/, \w+ '.*'$/s, "");
