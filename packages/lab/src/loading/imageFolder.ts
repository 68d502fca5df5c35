import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import { describeValue, requireOptions } from "@versant/core/internal";

/** Image files and what they show. */
export interface ImageFiles {
  readonly paths: readonly string[];
  /** The class of each file, an index into `classes`. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

export interface ImageFolderOptions {
  /**
   * The names of the classes in the order of their labels: for test data those of the training data,
   * so that a class that the test data lack moves no label. Default: the names of the folders, sorted.
   */
  readonly classes?: readonly string[];
}

const isImage = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/**
 * The PNG and JPEG files of a folder that has a folder for each class, in the order of their names;
 * the names of the folders are the classes. Links are followed. Nothing is decoded here: `imageStream`
 * does that.
 *
 * ```ts
 * const train = imageFolder("photos/train");
 * const test = imageFolder("photos/test", { classes: train.classes });
 * ```
 *
 * @throws ArgumentError when the folder cannot be read, has no folder in it, or one of these holds
 *   no image or is none of the classes that were said
 */
export function imageFolder(folder: string, options: ImageFolderOptions = {}): ImageFiles {
  requireOptions("imageFolder", options, ["classes"]);
  const found = entriesOf(folder).folders;
  if (found.length === 0) {
    throw new ArgumentError(
      `imageFolder: ${resolve(folder)} holds no folder, expected one for each class, named after it, ` +
        "with the images of that class.",
    );
  }
  const { classes = found } = options;
  requireClasses(folder, classes, found);
  const paths: string[] = [];
  const labels: number[] = [];
  for (const name of found) {
    const inside = join(folder, name);
    const { files, folders } = entriesOf(inside);
    if (files.length === 0) {
      throw new ArgumentError(
        `imageFolder: ${resolve(inside)} holds no .png, .jpg or .jpeg file, expected at least one` +
          (folders.length > 0
            ? `; it holds folders such as "${folders[0]}": where these are the classes, pass the ` +
              "folder that they stand in."
            : "; a class without images cannot be learnt."),
      );
    }
    const label = classes.indexOf(name);
    for (const file of files) {
      paths.push(join(inside, file));
      labels.push(label);
    }
  }
  return { paths, labels: Int32Array.from(labels), classes };
}

function requireClasses(folder: string, classes: unknown, found: readonly string[]): void {
  if (
    !Array.isArray(classes) ||
    classes.length === 0 ||
    classes.some((name) => typeof name !== "string") ||
    new Set(classes).size < classes.length
  ) {
    throw new ArgumentError(
      `imageFolder: received ${describeValue(classes)} as classes, expected a list of names that ` +
        "differ, such as those of the training data.",
    );
  }
  const unknown = found.find((name) => !classes.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `imageFolder: ${resolve(folder)} holds the folder "${unknown}", expected none but those of the ` +
      `classes ${classes.join(", ")}.`,
  );
}

/** Names of the folders and the image files in a folder, each sorted, links among them. */
function entriesOf(folder: string): { readonly folders: string[]; readonly files: string[] } {
  const folders: string[] = [];
  const files: string[] = [];
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith(".")) continue;
      const kind = entry.isSymbolicLink() ? statSync(join(folder, name)) : entry;
      if (kind.isDirectory()) folders.push(name);
      else if (kind.isFile() && isImage(name)) files.push(name);
    }
  } catch (error) {
    const { code, path = folder } = error as NodeJS.ErrnoException;
    throw new ArgumentError(
      `imageFolder: cannot read ${resolve(path)} (${code}); expected a folder with a folder for each ` +
        "class, and no link to what is not there.",
    );
  }
  return { folders: folders.sort(), files: files.sort() };
}
