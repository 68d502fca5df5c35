import { resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { csvName, csvRecords } from "../tables/csvRecords.js";

const columns = ["class", "title", "description"];

/** Articles in the order of the file. */
export interface AgNewsPart {
  /** Title and description, joined by a space. */
  readonly texts: readonly string[];
  /** 0 to 3, places in `classes`. */
  readonly labels: Int32Array;
}

export interface AgNews {
  readonly classes: readonly ["World", "Sports", "Business", "Sci/Tech"];
  /** 120,000 articles in the original. */
  readonly train: AgNewsPart;
  /** 7,600 articles in the original. */
  readonly test: AgNewsPart;
}

/**
 * AG's news topics (Zhang, Zhao and LeCun, "Character-level Convolutional Networks for Text
 * Classification", NeurIPS 2015) from your own `train.csv` and `test.csv`: class 1 to 4, title,
 * description, without a row of names.
 *
 * @param options.folder that holds the two files
 * @throws ArgumentError when a file is missing, or a row is not as described; its line is named
 */
export async function agNews(options: { readonly folder: string }): Promise<AgNews> {
  requireOptions("agNews", options, ["folder"]);
  if (typeof options?.folder !== "string") {
    throw new ArgumentError(
      "agNews: received no folder, expected { folder } that holds train.csv and test.csv; the data " +
        "are not part of any npm package.",
    );
  }
  return {
    classes: ["World", "Sports", "Business", "Sci/Tech"],
    train: await readPart(resolve(options.folder, "train.csv")),
    test: await readPart(resolve(options.folder, "test.csv")),
  };
}

async function readPart(path: string): Promise<AgNewsPart> {
  const texts: string[] = [];
  const labels: number[] = [];
  for await (const { cells, line } of csvRecords("agNews", path, {}, columns)) {
    const [label = "", title, description] = cells;
    if (!/^[1-4]$/.test(label)) {
      throw new ArgumentError(
        `${csvName("agNews", path)}, line ${line}: received ${JSON.stringify(label)} as the class, ` +
          "expected 1 to 4, a title and a description.",
      );
    }
    labels.push(Number(label) - 1);
    texts.push(`${title} ${description}`);
  }
  if (texts.length === 0) {
    throw new ArgumentError(`agNews: ${path} is empty, expected one row for each article.`);
  }
  return { texts, labels: Int32Array.from(labels) };
}
