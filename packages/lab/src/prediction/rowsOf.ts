import { ArgumentError, TableEncoder } from "@versant/core";
import { listed, nearest, readers, sizeOf } from "@versant/core/internal";
import type { Input, NumbersInput, SingleInput } from "../signature/signature.js";
import { csvName, csvRecords } from "../tables/csvRecords.js";
import type { Given, GivenOptions } from "./given.js";

export interface RowOptions extends GivenOptions {
  readonly delimiter?: string | undefined;
}

type Places = readonly (readonly [column: string, place: number])[];

const cellsAt = (places: Places, cells: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(places.map(([column, place]) => [column, cells[place]]));

type ReadRow = (cells: readonly string[]) => unknown;

/**
 * The rows of a CSV file with names in its first line, each as a sample.
 *
 * @throws ArgumentError when the file has not the columns that the model needs
 */
export async function* csvSamples(
  path: string,
  input: Input,
  options: RowOptions,
): AsyncGenerator<Given> {
  const { operation = "predict", beside = [] } = options;
  const name = csvName(operation, path);
  const delimiter = options.delimiter ?? (path.endsWith(".tsv") ? "\t" : ",");
  let read: ReadRow | undefined;
  let idPlace: number | undefined;
  let besidePlaces: Places = [];
  let count = 0;
  for await (const { cells, line } of csvRecords(operation, path, { delimiter })) {
    if (!read) {
      const header = cells.map((cell) => cell.trim());
      idPlace = options.id === undefined ? undefined : placeOf(name, header, options.id);
      besidePlaces = beside.map((each) => [each, placeOf(name, header, each)]);
      read = rowReader(name, header, input, options);
      continue;
    }
    count++;
    const id = idPlace === undefined ? String(count) : (cells[idPlace] ?? "");
    yield {
      ...{ id, place: `${name}, line ${line}`, sample: read(cells) },
      ...(besidePlaces.length > 0 && { beside: cellsAt(besidePlaces, cells) }),
    };
  }
  if (count === 0)
    throw new ArgumentError(`${name}: received no row, expected some below the names.`);
}

function rowReader(
  name: string,
  header: readonly string[],
  input: Input,
  options: RowOptions,
): ReadRow {
  if (input.kind !== "several") return singleReader(name, header, input, options);
  const entries = Object.entries(input.inputs).map(([each, single]) => {
    // A number has the name of its input.
    const isNumber = single.kind === "numbers" && !single.names && sizeOf(single.shape) === 1;
    if (isNumber) return [each, numberAt(placeOf(name, header, each))] as const;
    if (single.kind === "table" || (single.kind === "numbers" && single.names)) {
      return [each, singleReader(name, header, single, options)] as const;
    }
    if (single.kind === "text") return [each, textAt(placeOf(name, header, each))] as const;
    throw new ArgumentError(
      `${name}: the input "${each}" is ${single.kind} of many numbers, expected JSON lines for this model.`,
    );
  });
  return (cells) => Object.fromEntries(entries.map(([each, read]) => [each, read(cells)]));
}

function singleReader(
  name: string,
  header: readonly string[],
  input: SingleInput,
  { id, column, beside = [] }: RowOptions,
): ReadRow {
  const others = header.filter((each) => each !== id && !beside.includes(each));
  switch (input.kind) {
    case "table": {
      const columns = Object.keys(TableEncoder.fromJSON(input.encoder).inputKinds);
      const places = columns.map((each) => [each, placeOf(name, header, each)] as const);
      return (cells) => cellsAt(places, cells);
    }
    case "text": {
      const [only = ""] = others;
      if (column === undefined && others.length !== 1) {
        throw new ArgumentError(
          `${name}: received the columns ${listed(others)}, expected --column with the one that holds the text.`,
        );
      }
      return textAt(placeOf(name, header, column ?? only));
    }
    case "image":
      return numbersReader(name, header, { ...input, kind: "numbers" }, others);
    case "numbers":
      return numbersReader(name, header, input, others);
  }
}

/** Numbers by the names of their columns, or all columns in their order. */
function numbersReader(
  name: string,
  header: readonly string[],
  { names, shape }: NumbersInput,
  others: readonly string[],
): ReadRow {
  if (names) {
    const places = names.map((each) => [each, numberAt(placeOf(name, header, each))] as const);
    return (cells) => Object.fromEntries(places.map(([each, read]) => [each, read(cells)]));
  }
  if (others.length !== sizeOf(shape)) {
    throw new ArgumentError(
      `${name}: received ${others.length} columns of numbers, expected ${sizeOf(shape)}, those of a sample` +
        `${others.length === header.length ? "; --id names a column that is none of them" : ""}.`,
    );
  }
  const places = [...header.keys()].filter((place) => others.includes(header[place] ?? ""));
  const readers = places.map(numberAt);
  return (cells) => readers.map((read) => read(cells));
}

const textAt =
  (place: number): ReadRow =>
  (cells) =>
    cells[place];

/** What is no number stays text, which the model then refuses by name. */
const numberAt =
  (place: number): ReadRow =>
  (cells) => {
    const text = (cells[place] ?? "").trim();
    const value = readers.number(text);
    return Number.isNaN(value) ? text : value;
  };

function placeOf(name: string, header: readonly string[], column: string): number {
  const place = header.indexOf(column);
  if (place >= 0 && header.indexOf(column, place + 1) < 0) return place;
  const near =
    place < 0 && header.length > 3 ? `; the nearest are ${listed(nearest(column, header))}` : "";
  throw new ArgumentError(
    `${name}: the first line has ${place < 0 ? "no column" : "more than one column"} "${column}", expected it ` +
      `once; its columns are ${listed(header)}${near}.`,
  );
}
