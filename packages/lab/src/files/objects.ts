import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError, describeValue } from "@versant/core/internal";
import { explained } from "./explain.js";

/** A file of the store. */
export interface StoredObject {
  /** Its hash; of a draft the name of its file. */
  readonly name: string;
  readonly bytes: number;
  /** When it was last put. */
  readonly modified: Date;
}

/** Files by the SHA-256 of their content: the same content is kept once, and cannot change unseen. */
export class ObjectStore {
  constructor(readonly folder: string) {}

  pathOf(hash: string): string {
    return join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  /**
   * Keeps some content, and returns its hash once it is on disk: complete or not at all. Hashing and
   * writing happen beside the event loop.
   *
   * @throws ArgumentError when the folder cannot be written, or the disk is full
   */
  async put(content: Uint8Array | string): Promise<string> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    const path = this.pathOf(hash);
    // A file of another size was damaged: the right bytes are at hand.
    if ((await sizeOf(path)) === bytes.byteLength) {
      // Whoever collects what is old shall see that it is needed again.
      const now = new Date();
      await utimes(path, now, now);
      return hash;
    }
    try {
      await this.#write(path, bytes);
    } catch (error) {
      throw explained(this.folder, error);
    }
    return hash;
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const draft = join(this.folder, `draft-${process.pid}-${randomBytes(6).toString("hex")}`);
    const made = await mkdir(dirname(path), { recursive: true });
    try {
      const file = await open(draft, "wx");
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
      // A name is on the disk when its folder is, and a folder when the one above is.
      await syncFolder(dirname(path));
      if (made !== undefined) {
        for (const folder of [this.folder, dirname(this.folder)]) await syncFolder(folder);
      }
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** @throws ArgumentError when it is not there, or is not what its hash says */
  async get(hash: string): Promise<Uint8Array> {
    // A ledger is data, and may come from anybody: nothing outside of the folder is opened.
    if (!/^[0-9a-f]{64}$/.test(hash)) {
      throw new ArgumentError(
        `the object ${describeValue(hash)} cannot be read, expected the name of one: a SHA-256 in hexadecimal.`,
      );
    }
    const path = this.pathOf(hash);
    const bytes = await readFile(path).catch((error: Error) => {
      throw new ArgumentError(
        `the object ${hash} cannot be read (${error.message}); expected it at ${path}. It may have ` +
          "been collected by `versant gc`, or the folder was copied in part.",
      );
    });
    const found = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    if (found === hash) return bytes;
    throw new ArgumentError(
      `the object ${path} has the SHA-256 ${found}, expected ${hash}: it was altered or damaged, and ` +
        "is not used. Restore it from a copy.",
    );
  }

  has(hash: string): Promise<boolean> {
    return exists(this.pathOf(hash));
  }

  /** All that is kept. */
  async *list(): AsyncGenerator<StoredObject> {
    for (const prefix of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const rest of await namesIn(join(this.folder, prefix))) {
        const { size, mtime } = await stat(join(this.folder, prefix, rest));
        yield { name: prefix + rest, bytes: size, modified: mtime };
      }
    }
  }

  /** What writers have begun; those that were killed never come back to theirs. */
  async drafts(): Promise<StoredObject[]> {
    const names = (await namesIn(this.folder)).filter((name) => name.startsWith("draft-"));
    return Promise.all(
      names.map(async (name) => {
        const { size, mtime } = await stat(join(this.folder, name));
        return { name, bytes: size, modified: mtime };
      }),
    );
  }

  async deleteDraft(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }

  async delete(hash: string): Promise<void> {
    await rm(this.pathOf(hash), { force: true });
  }
}

/** Windows opens no folders, and writes names down with the files. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Undefined where there is no such file. */
const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
