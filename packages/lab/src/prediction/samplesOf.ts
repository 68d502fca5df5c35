import { readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { ArgumentError } from "@versant/core";
import { unreadable } from "../files/unreadable.js";
import type { Input } from "../signature/signature.js";
import type { Given } from "./given.js";
import { jsonSamples, textSamples, wholeText } from "./linesOf.js";
import { csvSamples, type RowOptions } from "./rowsOf.js";

/** What a file of samples is read as. */
export type Reading = "csv" | "json" | "text" | "image";

const readings: readonly Reading[] = ["csv", "json", "text", "image"];

export interface SamplesOptions extends RowOptions {
  /** Default: what the ending of the file says, of standard input what the model takes. */
  readonly as?: Reading | undefined;
  /** A file of text is one sample. Default: each of its lines is one. */
  readonly whole?: boolean | undefined;
}

const endings: Readonly<Record<string, Reading>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".txt": "text",
  ".png": "image",
  ".jpg": "image",
  ".jpeg": "image",
};

/** Samples of files, folders of images, or standard input ("-"), one after the other. */
export async function* samplesOf(
  paths: readonly string[],
  input: Input,
  options: SamplesOptions,
): AsyncGenerator<Given> {
  for (const path of paths) {
    const { operation = "predict" } = options;
    if (path !== "-" && statOf(path, operation).isDirectory()) {
      requireTaken(path, "image", input, operation);
      yield* imagesIn(path, operation);
    } else yield* fileSamples(path, input, options);
  }
}

function fileSamples(path: string, input: Input, options: SamplesOptions): AsyncGenerator<Given> {
  const { operation = "predict" } = options;
  const reading = options.as ?? readingOf(path, input, operation);
  requireTaken(path, reading, input, operation);
  switch (reading) {
    case "csv":
      return csvSamples(path, input, options);
    case "json":
      return jsonSamples(path, input, options);
    case "text":
      return options.whole ? wholeText(path, operation) : textSamples(path, operation);
    case "image":
      return oneImage(path, operation);
  }
}

function readingOf(path: string, input: Input, operation: string): Reading {
  const ending = extname(path).toLowerCase();
  const known = endings[ending];
  if (known) return known;
  if (input.kind === "table" && ending === "") return "csv";
  if (input.kind === "text") return "text";
  if (path === "-") return "json";
  throw new ArgumentError(
    `${operation}: received ${path}, expected a name that ends with ${Object.keys(endings).join(", ")}; --as ` +
      `${readings.join("|")} says what it is.`,
  );
}

/** What the samples of a model are, and what they are read from beside CSV and JSON. */
const taken: Readonly<Record<Input["kind"], readonly [what: string, other?: Reading]>> = {
  table: ["rows of a table"],
  numbers: ["numbers"],
  image: ["images", "image"],
  text: ["texts", "text"],
  several: ["samples of several inputs"],
};

const files: Readonly<Record<Reading, string>> = {
  csv: "a CSV file",
  json: "JSON",
  text: "a file of text",
  image: "PNG or JPEG files, or a folder of them",
};

/** Each kind of file, or a folder of images, can hold samples of some models only. */
function requireTaken(path: string, reading: Reading, { kind }: Input, operation: string): void {
  const [what, other] = taken[kind];
  if (reading === "csv" || reading === "json" || reading === other) return;
  const expected = ["csv", "json", ...(other ? [other] : [])] as const;
  throw new ArgumentError(
    `${operation}: received ${path} (${files[reading]}) for a model of ${what}, expected ` +
      `${expected.map((each) => files[each]).join(" or ")}.`,
  );
}

async function* oneImage(path: string, operation: string): AsyncGenerator<Given> {
  const sample = await readFile(path).catch((error: unknown) => {
    throw unreadable(operation, path, error);
  });
  yield { id: path, place: `${operation}: ${path}`, sample };
}

/** All images of a folder and of those in it, by name. */
async function* imagesIn(folder: string, operation: string): AsyncGenerator<Given> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const images = names.filter((name) => endings[extname(name).toLowerCase()] === "image");
  if (images.length === 0) {
    throw new ArgumentError(
      `${operation}: the folder ${folder} holds no .png, .jpg or .jpeg file, expected at least one.`,
    );
  }
  for (const name of images) yield* oneImage(join(folder, name), operation);
}

function statOf(path: string, operation: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw unreadable(operation, path, error);
  }
}
