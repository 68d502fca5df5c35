import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { askGitText } from "../files/git.js";

/** The folder of a project: the root of git, else the nearest one with a package.json, else this one. */
export async function projectRoot(folder: string): Promise<string> {
  const root = await askGitText(["rev-parse", "--show-toplevel"], { folder });
  return realpathSync(root ?? packageFolder(folder) ?? folder);
}

function packageFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : packageFolder(above);
}

/**
 * The folder that experiments' files are recorded from: that of the project in which the ledger lies. A
 * ledger of several projects, elsewhere, leaves it to where the command was called.
 */
const rootOf = (ledgerFolder: string): Promise<string> =>
  projectRoot(basename(ledgerFolder) === ".versant" ? dirname(ledgerFolder) : process.cwd());

/** How a ledger writes the path of an experiment's file: moving the project changes nothing in it. */
export async function recordedPath(ledgerFolder: string, file: string): Promise<string> {
  const path = relative(await rootOf(ledgerFolder), realpathSync(resolve(file)));
  return path.split(sep).join("/");
}

/**
 * Where a file lies now that was recorded so.
 *
 * @throws ArgumentError when it is not there
 */
export async function recordedFile(ledgerFolder: string, path: string): Promise<string> {
  const root = await rootOf(ledgerFolder);
  const file = resolve(root, path);
  if (existsSync(file)) return file;
  throw new ArgumentError(
    `the run's file is not there any more: ${file} (${path} of ${root}); expected it in its place, and ` +
      "the command to be called inside its project.",
  );
}
