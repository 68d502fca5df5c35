import { ArgumentError } from "@versant/core";
import { describeValue, listed, nearest, readers, sizeOf } from "@versant/core/internal";
import type { ClassesOutput, NumbersOutput, Signature } from "../signature/signature.js";

/** Where the answers stand that are expected, and how they are read. */
export interface Target {
  /** Columns of a CSV file, or fields of JSON; a list of numbers may stand in one field. */
  readonly columns: readonly string[];
  /** The index of a class, or numbers in people's unit. Throws an ArgumentError for what is none. */
  read(beside: Readonly<Record<string, unknown>>, place: string): Float64Array;
}

/** What a folder of images is called where columns have names. */
export const folderColumn = "folder";

/**
 * @param asked the column. Default: what the signature says
 * @throws ArgumentError when the signature does not say, or the model answers with a class for each position
 */
export function targetOf({ input, output }: Signature, asked: string | undefined): Target {
  if (output.kind === "positions") {
    throw new ArgumentError(
      "evaluate: the model answers with a class for each position, expected one that answers with a class or with " +
        "numbers.",
    );
  }
  if (output.kind === "classes") {
    const known = input.kind === "table" ? Object.keys(input.encoder.target)[0] : undefined;
    return classTarget(output, asked ?? known ?? missing());
  }
  const { names } = output;
  if (asked !== undefined && names?.length === 1) return numbersTarget(output, [asked]);
  if (asked !== undefined && names === undefined) return numbersTarget(output, [asked]);
  if (asked === undefined) return numbersTarget(output, names ?? [missing()]);
  throw new ArgumentError(
    `--target: received ${asked} for a model that answers with ${listed(names ?? [])}, expected no --target; the columns ` +
      "have these names.",
  );
}

function missing(): never {
  throw new ArgumentError(
    "evaluate: the model does not say what its target is called, expected --target with the column that holds the " +
      "expected answers.",
  );
}

function classTarget({ names }: ClassesOutput, column: string): Target {
  const places = new Map(names.map((name, place) => [name, place]));
  return {
    columns: [column],
    read: ({ [column]: value }, place) => {
      const text = typeof value === "string" ? value.trim() : value;
      const found = places.get(String(text)) ?? numbered(text, places) ?? truth(text, names);
      if (found !== undefined) return Float64Array.of(found);
      throw new ArgumentError(
        isNothing(text)
          ? `${place}, ${column}: received nothing, expected the class of the sample.`
          : `${place}, ${column}: received the class ${describeValue(text)}, which the model does not know, expected ` +
              `one of ${listed(nearest(String(text), names))}${names.length > 3 ? ` or ${names.length - 3} others` : ""}.`,
      );
    },
  };
}

const isNothing = (value: unknown): boolean =>
  value === "" || value === null || value === undefined;

/** "3.0" is the class "3". */
function numbered(value: unknown, places: ReadonlyMap<string, number>): number | undefined {
  if (typeof value !== "string") return undefined;
  const number = readers.number(value);
  return Number.isNaN(number) ? undefined : places.get(String(number));
}

/** "1" and "TRUE" are the class "true". */
function truth(value: unknown, names: readonly string[]): number | undefined {
  const isBoolean = names.length === 2 && names[0] === "false" && names[1] === "true";
  if (!isBoolean || isNothing(value)) return undefined;
  const read = readers.boolean(String(value));
  return Number.isNaN(read) ? undefined : read;
}

function numbersTarget({ shape }: NumbersOutput, columns: readonly string[]): Target {
  const width = sizeOf(shape);
  return {
    columns,
    read: (beside, place) => {
      const [first = ""] = columns;
      const values = columns.length === width ? columns.map((name) => beside[name]) : beside[first];
      const list = Array.isArray(values)
        ? (values as unknown[]).flat(Number.POSITIVE_INFINITY)
        : [values];
      if (list.length !== width) {
        throw new ArgumentError(
          `${place}, ${first}: received ${describeValue(values)}, expected a list of ${width} numbers.`,
        );
      }
      return Float64Array.from(list, (value, index) =>
        numberIn(value, `${place}, ${columns[index] ?? `${first}[${index}]`}`),
      );
    },
  };
}

function numberIn(value: unknown, place: string): number {
  const isCell = typeof value === "string" || typeof value === "number";
  const number = isCell
    ? readers.number(typeof value === "string" ? value.trim() : value)
    : Number.NaN;
  if (!Number.isNaN(number)) return number;
  const received = isNothing(value) ? "nothing" : describeValue(value);
  throw new ArgumentError(`${place}: received ${received}, expected a finite number.`);
}
