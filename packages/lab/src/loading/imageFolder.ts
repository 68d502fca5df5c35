import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError } from "@versant/core";

/** Image files and what they show. */
export interface ImageFiles {
  readonly paths: readonly string[];
  /** The class of each file, an index into `classes`. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

const isImage = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/**
 * The PNG and JPEG files of a folder that has a folder for each class, in the order of their names;
 * the names of the folders are the classes. Nothing is decoded here: `imageStream` does that.
 *
 * @throws ArgumentError when the folder cannot be read, has no folder in it, or one of these holds
 *   no image
 */
export function imageFolder(folder: string): ImageFiles {
  const classes = entriesOf(folder)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  if (classes.length === 0) {
    throw new ArgumentError(
      `imageFolder: ${resolve(folder)} holds no folder, expected one for each class, named after it, ` +
        "with the images of that class.",
    );
  }
  const paths: string[] = [];
  const labels: number[] = [];
  classes.forEach((name, label) => {
    const inside = join(folder, name);
    const files = entriesOf(inside)
      .filter((entry) => entry.isFile() && isImage(entry.name))
      .map((entry) => join(inside, entry.name))
      .sort();
    if (files.length === 0) {
      throw new ArgumentError(
        `imageFolder: ${resolve(inside)} holds no .png, .jpg or .jpeg file, expected at least one; ` +
          "a class without images cannot be learnt.",
      );
    }
    for (const file of files) {
      paths.push(file);
      labels.push(label);
    }
  });
  return { paths, labels: Int32Array.from(labels), classes };
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new ArgumentError(
      `imageFolder: cannot read the folder ${resolve(folder)} ` +
        `(${(error as NodeJS.ErrnoException).code}); expected one with a folder for each class.`,
    );
  }
}
