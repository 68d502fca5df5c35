import { AsyncLocalStorage } from "node:async_hooks";
import { basename } from "node:path";
import { sha256 } from "../files/canonical.js";

/** A file that `loadWeights` has taken weights from. */
export interface LoadedFile {
  /** Its name. */
  readonly file: string;
  /** SHA-256 of it. */
  readonly weights: string;
}

const lists = new AsyncLocalStorage<LoadedFile[]>();

/** What `action` gives, and the files whose weights it loaded, in this order. */
export async function collectLoaded<T>(
  action: () => T | Promise<T>,
): Promise<{ readonly result: T; readonly loaded: readonly LoadedFile[] }> {
  const loaded: LoadedFile[] = [];
  const result = await lists.run(loaded, async () => action());
  return { result, loaded };
}

/** Tells who collects, if somebody does. */
export function noteLoaded(path: string, bytes: Uint8Array): void {
  lists.getStore()?.push({ file: basename(path), weights: sha256(bytes) });
}
