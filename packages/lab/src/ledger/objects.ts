import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError } from "@versant/core/internal";

/** Files by the SHA-256 of their content: the same content is kept once, and cannot change unseen. */
export class ObjectStore {
  constructor(readonly folder: string) {}

  pathOf(hash: string): string {
    return join(this.folder, hash.slice(0, 2), hash.slice(2));
  }

  /**
   * Keeps some content, and returns its hash once it is on disk: complete or not at all. Hashing and
   * writing happen beside the event loop.
   */
  async put(content: Uint8Array | string): Promise<string> {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    const path = this.pathOf(hash);
    if (await exists(path)) return hash;
    const draft = join(this.folder, `draft-${process.pid}-${randomBytes(6).toString("hex")}`);
    await mkdir(dirname(path), { recursive: true });
    try {
      const file = await open(draft, "wx");
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return hash;
  }

  /** @throws ArgumentError when it is not there, or is not what its hash says */
  async get(hash: string): Promise<Uint8Array> {
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

  /** The hashes of all that is kept, and their sizes in bytes. */
  async *list(): AsyncGenerator<{ readonly hash: string; readonly bytes: number }> {
    for (const prefix of await namesIn(this.folder)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const rest of await namesIn(join(this.folder, prefix))) {
        const { size } = await stat(join(this.folder, prefix, rest));
        yield { hash: prefix + rest, bytes: size };
      }
    }
  }

  async delete(hash: string): Promise<void> {
    await rm(this.pathOf(hash), { force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
