import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ArgumentError } from "@versant/core";
import { canonicalJson, sha256 } from "../files/canonical.js";
import { unreadable } from "../files/unreadable.js";
import type { Given, GivenOptions } from "../prediction/given.js";
import { samplesOf } from "../prediction/samplesOf.js";
import type { Signature } from "../signature/signature.js";
import { folderColumn, type Target, targetOf } from "./target.js";

export interface LabelledOptions extends Pick<GivenOptions, "id" | "column"> {
  /** The column or field of the expected answers. Default: what the signature says. */
  readonly target?: string | undefined;
  /** Columns or fields by whose values scores are told apart. Default none. */
  readonly slices?: readonly string[] | undefined;
  readonly delimiter?: string | undefined;
}

/** A sample, and what is expected of it: the index of a class, or numbers. */
export interface Labelled extends Given {
  readonly expected: Float64Array;
}

/** Data with expected answers, read as often as is asked for. */
export interface LabelledData {
  readonly target: Target;
  read(skip: ((reason: string) => void) | undefined): AsyncGenerator<Labelled>;
}

/**
 * A CSV file, JSON, or a folder with a folder of images for each class.
 *
 * @throws ArgumentError when there is no such file, or it holds no expected answers
 */
export function labelledData(
  path: string,
  signature: Signature,
  options: LabelledOptions,
): LabelledData {
  const { slices = [], target: asked, ...others } = options;
  if (path === "-") {
    throw new ArgumentError(
      "--data: received standard input, expected a file or a folder, as its hash is recorded.",
    );
  }
  const isFolder = statusOf(path).isDirectory();
  if (!isFolder && /\.(txt|png|jpe?g)$/i.test(path)) {
    throw new ArgumentError(
      `--data: received ${path}, which holds no expected answers, expected a CSV file, JSON lines, or a folder with a ` +
        "folder of images for each class.",
    );
  }
  if (isFolder && slices.length > 0) {
    throw new ArgumentError(
      "--slice: received a column for a folder, expected a CSV file or JSON.",
    );
  }
  const target = targetOf(signature, isFolder ? folderColumn : asked);
  const beside = [...new Set([...target.columns, ...slices])];
  const samples = isFolder
    ? () => imagesByClass(path, signature)
    : () => samplesOf([path], signature.input, { ...others, operation: "evaluate", beside });
  return { target, read: (skip) => withExpected(samples(), target, skip) };
}

async function* withExpected(
  samples: AsyncIterable<Given>,
  target: Target,
  skip: ((reason: string) => void) | undefined,
): AsyncGenerator<Labelled> {
  for await (const given of samples) {
    let expected: Float64Array;
    try {
      expected = target.read(given.beside ?? {}, given.place);
    } catch (error) {
      if (!skip || !(error instanceof ArgumentError)) throw error;
      skip(error.message);
      continue;
    }
    yield { ...given, expected };
  }
}

async function* imagesByClass(root: string, { input }: Signature): AsyncGenerator<Given> {
  const entries = readdirSync(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (folders.length === 0) {
    throw new ArgumentError(
      `--data: the folder ${root} holds no folders, expected one for each class, with its images.`,
    );
  }
  for (const name of folders.sort()) {
    for await (const given of samplesOf([join(root, name)], input, { operation: "evaluate" })) {
      yield { ...given, beside: { [folderColumn]: name } };
    }
  }
}

/** SHA-256 of a file's bytes; of a folder, over the paths in it with those of their files. */
export async function hashOfData(path: string): Promise<string> {
  if (!statusOf(path).isDirectory()) return hashOfFile(path);
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const hashes: Record<string, string> = {};
  for (const file of files) hashes[relative(path, file)] = await hashOfFile(file);
  return sha256(canonicalJson(hashes));
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}

function statusOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable("--data", path, error);
  }
}
