import { readFileSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { sha256 } from "../files/canonical.js";

/** The recorded files inside the root whose content on disk is another one now, or that are gone. */
export function filesChanged(
  files: readonly { readonly path: string; readonly object: string }[],
  root: string,
): string[] {
  return files.flatMap(({ path, object }) => {
    const full = resolve(root, path);
    const inside = relative(root, full);
    // A ledger is data, and may come from anybody: nothing is read outside of the root.
    if (inside.startsWith("..") || isAbsolute(inside)) return [];
    return hashOf(full) === object ? [] : [path];
  });
}

function hashOf(path: string): string | undefined {
  try {
    // Devices and pipes are no sources, and might never end.
    return statSync(path).isFile() ? sha256(readFileSync(path)) : undefined;
  } catch {
    return undefined;
  }
}
