import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder's name. */
const name = ".versant";

/**
 * The folder of the ledger: `VERSANT_LEDGER`; else the nearest `.versant` here or above; else one
 * beside the nearest package.json or .git; else one here. It need not exist yet.
 */
export function ledgerFolder(start = process.cwd()): string {
  if (process.env.VERSANT_LEDGER) return resolve(process.env.VERSANT_LEDGER);
  const kept = [...ancestors(resolve(start))].find((folder) => existsSync(join(folder, name)));
  return join(kept ?? projectFolder(start), name);
}

/** The nearest folder with a package.json or .git, else this one. */
function projectFolder(start: string): string {
  const isProject = (folder: string): boolean =>
    existsSync(join(folder, "package.json")) || existsSync(join(folder, ".git"));
  return [...ancestors(resolve(start))].find(isProject) ?? resolve(start);
}

function* ancestors(start: string): Generator<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}
