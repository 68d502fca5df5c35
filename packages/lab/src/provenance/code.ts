import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { canonicalJson, sha256 } from "../files/canonical.js";
import type { ObjectStore } from "../files/objects.js";
import { versantVersion } from "../version.js";
import { readWorkingTree } from "./changes.js";
import { readSources } from "./sources.js";

/** What was run: enough to say whether two runs had the same code, and to have it again. */
export interface CodeRecord {
  /** SHA-256 over the paths and contents of the files below. */
  readonly hash: string;
  /** Files of the experiment's own: its file and those that it loaded, by path from the root. */
  readonly files: readonly { readonly path: string; readonly object: string }[];
  /** The commit that is checked out; absent outside of git. */
  readonly commit?: string;
  /**
   * Object with the changes since the commit, untracked files included, as `git apply` takes them; absent
   * where there are none.
   */
  readonly changes?: string;
  /** Which changes are not in that object, and why. */
  readonly leftOut?: string;
  /** Object with the lock file of npm, pnpm or yarn. */
  readonly lockFile?: string;
  readonly versant: string;
}

/**
 * Records the code of an experiment, and keeps the contents. The root of paths is that of git, else the
 * nearest folder with a package.json, else that of the file.
 *
 * @param file the experiment's; call it after the experiment was set up, when everything is loaded
 */
export async function recordCode(file: string, objects: ObjectStore): Promise<CodeRecord> {
  const path = await realpath(resolve(file));
  const folder = dirname(path);
  const ledger = dirname(objects.folder);
  const except = await realpath(ledger).catch(() => ledger);
  const [tree, sources, lock, project] = await Promise.all([
    readWorkingTree(folder, { except }),
    readSources(path),
    findAbove(folder, ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"]),
    findAbove(folder, ["package.json"]),
  ]);
  const root = tree ? await realpath(tree.root) : project ? dirname(project) : folder;
  const keep = async (content: Uint8Array | undefined): Promise<string | undefined> =>
    content && objects.put(content);
  const [changes, lockFile, ...files] = await Promise.all([
    keep(tree?.patch),
    keep(lock === undefined ? lock : await readFile(lock)),
    ...[...sources].map(async ([source, content]) => ({
      path: relative(root, source).split(sep).join("/"),
      object: await objects.put(content),
    })),
  ]);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    hash: sha256(canonicalJson(files)),
    files,
    ...(tree?.commit && { commit: tree.commit }),
    ...(changes && { changes }),
    ...(tree?.leftOut && { leftOut: tree.leftOut }),
    ...(lockFile && { lockFile }),
    versant: versantVersion(),
  };
}

/** The nearest file of one of these names, here or above. */
async function findAbove(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    if (await stat(path).catch(() => undefined)) return path;
  }
  const above = dirname(folder);
  return above === folder ? undefined : findAbove(above, names);
}
