import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { parse } from "csv-parse/sync";
import { unreadable } from "../files/unreadable.js";

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
 * @throws ArgumentError when a file is missing, or a row is not as described; the row is named
 */
export function agNews(options: { readonly folder: string }): AgNews {
  requireOptions("agNews", options, ["folder"]);
  if (typeof options?.folder !== "string") {
    throw new ArgumentError(
      "agNews: received no folder, expected { folder } that holds train.csv and test.csv; the data " +
        "are not part of any npm package.",
    );
  }
  return {
    classes: ["World", "Sports", "Business", "Sci/Tech"],
    train: readPart(resolve(options.folder, "train.csv")),
    test: readPart(resolve(options.folder, "test.csv")),
  };
}

function readPart(path: string): AgNewsPart {
  let rows: string[][];
  try {
    rows = parse(readFileSync(path), { bom: true, relax_column_count: true });
  } catch (error) {
    throw unreadable("agNews", path, error);
  }
  const labels = new Int32Array(rows.length);
  const texts = rows.map((row, index) => {
    const [label = "", title, description] = row;
    if (row.length !== 3 || !/^[1-4]$/.test(label)) {
      throw new ArgumentError(
        `agNews: row ${index + 1} of ${path} has ${row.length} fields and begins with ` +
          `${JSON.stringify(label)}, expected a class from 1 to 4, a title and a description.`,
      );
    }
    labels[index] = Number(label) - 1;
    return `${title} ${description}`;
  });
  if (texts.length === 0) {
    throw new ArgumentError(`agNews: ${path} is empty, expected one row for each article.`);
  }
  return { texts, labels };
}
