import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as core from "@versant/core";
import { createJiti } from "jiti";
import * as versant from "../index.js";
import * as ledger from "../ledger.js";
import { Experiment } from "./experiment.js";
import { enterExperimentFolder } from "./folder.js";
import { translate } from "./translate.js";

/** The experiment that a TypeScript or JavaScript file exports as its default. */
export const loadExperiment = async (file: string): Promise<Experiment> =>
  (await loadFile(file)).experiment;

/** What an experiment's file exports. */
export interface ExperimentFile {
  /** The default. */
  readonly experiment: Experiment;
  /** Everything, by name. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * The experiment that a TypeScript or JavaScript file exports as its default, and what else it exports. Whatever copy of
 * Versant lies near the file, its imports of `versant`, `versant/ledger` and `@versant/core` get the modules that run
 * this command: there is one device and one stream of random numbers.
 *
 * @throws ArgumentError when there is no such file, or its default export is not an experiment
 */
export async function loadFile(file: string): Promise<ExperimentFile> {
  const path = resolve(file);
  const mend = "expected the file of an experiment such as examples/mnist.ts.";
  const found = statSync(path, { throwIfNoEntry: false });
  // An empty word is the present folder as a path.
  if (!found || file === "") {
    throw new core.ArgumentError(`${file}: there is no such file (${path}); ${mend}`);
  }
  if (!found.isFile()) throw new core.ArgumentError(`${file}: it is a folder; ${mend}`);
  if (!/\.[cm]?[jt]sx?$/.test(path)) {
    throw new core.ArgumentError(`${file}: it is neither TypeScript nor JavaScript; ${mend}`);
  }
  enterExperimentFolder(dirname(path));
  const loader = createJiti(path, {
    virtualModules: { versant, "versant/ledger": ledger, "@versant/core": core },
    interopDefault: false,
    transform: translate,
  });
  const exports = await loader.import<Record<string, unknown>>(path);
  const { default: exported } = exports;
  if (exported instanceof Experiment) return { experiment: exported, exports };
  throw new core.ArgumentError(
    `${file}: the default export is ${exported === undefined ? "missing" : "not an experiment"}; ` +
      "write `export default experiment({ name, hyperparameters, setup })`.",
  );
}
