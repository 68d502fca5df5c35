import { createReadStream, readFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { text as textOf } from "node:stream/consumers";
import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import type { Given } from "./given.js";

const nameOf = (path: string): string =>
  `predict: ${path === "-" ? "standard input" : basename(path)}`;

/** The lines of a file, or of standard input for "-", from 1. */
async function* linesOf(path: string): AsyncGenerator<readonly [line: string, number: number]> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  // Errors of the file are none of its lines'.
  const failed = new Promise<never>((_, reject) => {
    input.once("error", (error: unknown) => reject(unreadable("predict", path, error)));
  });
  failed.catch(() => {});
  let number = 0;
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), failed]);
      if (done) return;
      yield [value, ++number];
    }
  } finally {
    lines.close();
  }
}

/** Each line that is not empty as a text. */
export async function* textSamples(path: string): AsyncGenerator<Given> {
  for await (const [line, number] of linesOf(path)) {
    if (line.trim() === "") continue;
    yield { id: String(number), place: `${nameOf(path)}, line ${number}`, sample: line };
  }
}

/** A whole file as one text. */
export async function* wholeText(path: string): AsyncGenerator<Given> {
  const sample = path === "-" ? await textOf(process.stdin) : readText(path);
  yield { id: path, place: nameOf(path), sample };
}

/** A sample a line, or of a file that ends with .json a list of them; `id` is a field that names a sample. */
export async function* jsonSamples(path: string, id: string | undefined): AsyncGenerator<Given> {
  if (path.endsWith(".json")) {
    yield* listedSamples(path, id);
    return;
  }
  for await (const [line, number] of linesOf(path)) {
    if (line.trim() === "") continue;
    const place = `${nameOf(path)}, line ${number}`;
    yield { place, ...identified(parse(place, line), id, number, place) };
  }
}

function* listedSamples(path: string, id: string | undefined): Generator<Given> {
  const list = parse(nameOf(path), readText(path));
  if (!Array.isArray(list)) {
    throw new ArgumentError(
      `${nameOf(path)}: received ${describeValue(list)}, expected a list of samples; a sample a line is a file ` +
        "that ends with .jsonl.",
    );
  }
  for (const [index, sample] of list.entries()) {
    const place = `${nameOf(path)}, element ${index}`;
    yield { place, ...identified(sample, id, index + 1, place) };
  }
}

function identified(
  sample: unknown,
  field: string | undefined,
  number: number,
  place: string,
): Pick<Given, "id" | "sample"> {
  if (field === undefined) return { id: String(number), sample };
  const { [field]: id, ...rest } = Object(sample) as Readonly<Record<string, unknown>>;
  if (typeof id === "string" || typeof id === "number") return { id: String(id), sample: rest };
  throw new ArgumentError(
    `${place}: received ${describeValue(id)} as "${field}", expected a text or a number, as --id says.`,
  );
}

function parse(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ArgumentError(
      `${place}: received no JSON (${(error as Error).message}), expected a sample.`,
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable("predict", path, error);
  }
}
