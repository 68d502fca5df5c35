import { existsSync } from "node:fs";
import { ArgumentError } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { type IdxDataset, readIdxDataset } from "./idxImages.js";

/** What the labels of Fashion-MNIST mean, in order. */
export const fashionClasses = [
  "T-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
] as const;

/** Where Debian's package puts the files. */
export const fashionMnistFolder = "/usr/share/datasets/fashion-mnist";

/**
 * Pictures of clothes, 28 x 28, in the format of MNIST and harder to tell apart (Xiao, Rasul and
 * Vollgraf, "Fashion-MNIST", 2017), from the files of Debian's package `dataset-fashion-mnist`.
 *
 * @param options.folder that holds the four files, plain or gzip-compressed, in place of Debian's
 * @throws ArgumentError when a file is missing, truncated or not what its name says
 */
export function fashionMnist(options: { readonly folder?: string } = {}): IdxDataset {
  requireOptions("fashionMnist", options, ["folder"]);
  const { folder = fashionMnistFolder } = options;
  if (!existsSync(folder)) {
    throw new ArgumentError(
      `fashionMnist: there is no folder ${folder}; run \`apt install dataset-fashion-mnist\`, or ` +
        "pass { folder } with the four files of the data set.",
    );
  }
  return readIdxDataset({
    name: "fashionMnist",
    folder,
    mend: "`apt install dataset-fashion-mnist`",
  });
}
