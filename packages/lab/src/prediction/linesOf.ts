import { createReadStream, readFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { text as textOf } from "node:stream/consumers";
import { ArgumentError } from "@versant/core";
import { describeValue, listed, nearest } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import type { Input } from "../signature/signature.js";
import type { Given, GivenOptions } from "./given.js";
import { inputNames } from "./inputNames.js";

const nameOf = (path: string, operation: string): string =>
  `${operation}: ${path === "-" ? "standard input" : basename(path)}`;

/** The lines of a file, or of standard input for "-", from 1. */
async function* linesOf(
  path: string,
  operation: string,
): AsyncGenerator<readonly [line: string, number: number]> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  // Errors of the file are none of its lines'.
  const failed = new Promise<never>((_, reject) => {
    input.once("error", (error: unknown) => reject(unreadable(operation, path, error)));
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
export async function* textSamples(path: string, operation: string): AsyncGenerator<Given> {
  for await (const [line, number] of linesOf(path, operation)) {
    if (line.trim() === "") continue;
    yield { id: String(number), place: `${nameOf(path, operation)}, line ${number}`, sample: line };
  }
}

/** A whole file as one text. */
export async function* wholeText(path: string, operation: string): AsyncGenerator<Given> {
  const sample = path === "-" ? await textOf(process.stdin) : readText(path, operation);
  yield { id: path, place: nameOf(path, operation), sample };
}

/**
 * A sample a line, or of a file that ends with .json a list of them; `id` and `beside` are fields of it that the
 * model is not given.
 */
export async function* jsonSamples(
  path: string,
  input: Input,
  options: GivenOptions,
): AsyncGenerator<Given> {
  const { operation = "predict" } = options;
  const taken = partsTaker(input, options);
  if (path.endsWith(".json")) {
    yield* listedSamples(path, operation, taken);
    return;
  }
  for await (const [line, number] of linesOf(path, operation)) {
    if (line.trim() === "") continue;
    const place = `${nameOf(path, operation)}, line ${number}`;
    yield { place, ...taken(parse(place, line), number, place) };
  }
}

type TakeParts = (value: unknown, number: number, place: string) => Omit<Given, "place">;

function* listedSamples(path: string, operation: string, taken: TakeParts): Generator<Given> {
  const name = nameOf(path, operation);
  const list = parse(name, readText(path, operation));
  if (!Array.isArray(list)) {
    throw new ArgumentError(
      `${name}: received ${describeValue(list)}, expected a list of samples; a sample a line is a file ` +
        "that ends with .jsonl.",
    );
  }
  for (const [index, sample] of list.entries()) {
    const place = `${name}, element ${index}`;
    yield { place, ...taken(sample, index + 1, place) };
  }
}

/** Parts an object into the sample, its name, and what is wanted beside it. */
function partsTaker(input: Input, { id, column, beside = [] }: GivenOptions): TakeParts {
  if (id === undefined && beside.length === 0 && column === undefined) {
    return (sample, number) => ({ id: String(number), sample });
  }
  const known = inputNames(input);
  const others = new Set(
    [id, ...beside].filter((each) => each === id || !known?.includes(each ?? "")),
  );
  return (value, number, place) => {
    const fields = fieldsOf(value, [...beside, ...(id === undefined ? [] : [id])], place);
    const kept = Object.keys(fields).filter((name) => !others.has(name));
    return {
      id: id === undefined ? String(number) : nameIn(fields, id, place),
      sample: known
        ? Object.fromEntries(kept.map((name) => [name, fields[name]]))
        : fields[onlyField(kept, column, place)],
      beside: Object.fromEntries(beside.map((name) => [name, fields[name]])),
    };
  };
}

function fieldsOf(
  value: unknown,
  needed: readonly string[],
  place: string,
): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) {
    throw new ArgumentError(
      `${place}: received ${describeValue(value)}, expected an object with ${listed(needed)}.`,
    );
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const missing = needed.find((name) => !Object.hasOwn(fields, name));
  if (missing === undefined) return fields;
  throw new ArgumentError(
    `${place}: there is no field "${missing}", expected it; the nearest of its fields are ` +
      `${listed(nearest(missing, Object.keys(fields)))}.`,
  );
}

function nameIn(fields: Readonly<Record<string, unknown>>, field: string, place: string): string {
  const id = fields[field];
  if (typeof id === "string" || typeof id === "number") return String(id);
  throw new ArgumentError(
    `${place}: received ${describeValue(id)} as "${field}", expected a text or a number, as --id says.`,
  );
}

/** The field that holds a sample which is no object itself. */
function onlyField(names: readonly string[], column: string | undefined, place: string): string {
  const [only] = names;
  if (column !== undefined && names.includes(column)) return column;
  if (column === undefined && only !== undefined && names.length === 1) return only;
  throw new ArgumentError(
    `${place}: received the fields ${listed(names)}, expected --column with the one that holds the sample.`,
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

function readText(path: string, operation: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(operation, path, error);
  }
}
