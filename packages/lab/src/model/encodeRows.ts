import { type ColumnKind, type StoredTableEncoder, TableEncoder, type Tensor } from "@versant/core";
import {
  type Cell,
  describeValue,
  listed,
  looks,
  readers,
  TableBuilder,
} from "@versant/core/internal";
import type { TableInput } from "../signature/signature.js";
import { isBroken, wholeText } from "./encodeTexts.js";
import { SampleError } from "./sampleError.js";

type RowEncode = (samples: readonly unknown[], name: string) => Tensor[];

type Fitted = StoredTableEncoder["inputs"][string];

/** What means that there is no value, as where tables are read. */
const missingTexts: readonly unknown[] = ["", "NA", "NaN", "null", null, undefined];

/** Rows of a table as the tensors that the encoder made of the training part. */
export function rowEncoder({ encoder: stored }: TableInput): RowEncode {
  const encoder = TableEncoder.fromJSON(stored);
  const kinds = encoder.inputKinds;
  const columns = Object.entries(stored.inputs);
  const names = columns.map(([name]) => name);
  return (samples, prefix) => {
    const builder = new TableBuilder({ name: "input", place: "row" }, names, { kinds });
    for (const [index, sample] of samples.entries()) {
      const path = (field: string): string => (prefix === "" ? field : `${prefix}.${field}`);
      const refuse = (field: string, received: unknown, expected: string): never => {
        const where = field === "" ? prefix : path(field);
        throw new SampleError(index, where, describeValue(received), expected);
      };
      const row = requireRow(sample, names, refuse);
      builder.add(
        columns.map(([name, fitted]) => cellOf(name, row, fitted, refuse)),
        index,
      );
    }
    const { features, indices } = encoder.encode(builder.finish());
    return [features, indices].filter((each) => each !== undefined);
  };
}

/** Whether the encoder has a place for no value, as some were missing in training. */
export const mayBeMissing = (fitted: Fitted): boolean =>
  "fill" in fitted ? fitted.fill !== null : fitted.missing === "slot";

type Refuse = (field: string, received: unknown, expected: string) => never;

function requireRow(
  sample: unknown,
  names: readonly string[],
  refuse: Refuse,
): Readonly<Record<string, unknown>> {
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) {
    return refuse("", sample, `an object with ${listed(names)}`);
  }
  const row = sample as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(row).find((name) => !names.includes(name));
  return unknown === undefined
    ? row
    : refuse(unknown, row[unknown], `no field but ${listed(names)}`);
}

/** The cell of a column, if it is such as the encoder has a place for. */
function cellOf(
  name: string,
  row: Readonly<Record<string, unknown>>,
  fitted: Fitted,
  refuse: Refuse,
): Cell {
  const given = Object.hasOwn(row, name) ? row[name] : undefined;
  const value = typeof given === "string" ? given.trim() : given;
  const { kind } = fitted;
  // A number that is none is a mistake in a program, and "NaN" that of another.
  const isMissing = missingTexts.includes(value) && !(value === "NaN" && kind === "number");
  if (isMissing) {
    return mayBeMissing(fitted)
      ? null
      : refuse(name, given, `${looks[kind]}, as none was missing in training`);
  }
  if (typeof value === "string" && isBroken(value)) return refuse(name, given, wholeText);
  if (!isOfKind(kind, value)) return refuse(name, given, looks[kind]);
  if ("categories" in fitted && fitted.unknown === "error") {
    const category = categoryOf(kind, value);
    const { categories } = fitted;
    if (!categories.includes(category)) return refuse(name, given, `one of ${listed(categories)}`);
  }
  if ("scale" in fitted && kind === "number") {
    const { mean, deviation } = fitted.scale;
    const feature = Math.fround((readers.number(value) - mean) / deviation);
    if (!Number.isFinite(feature))
      refuse(name, given, "a number that float32 holds (up to 3.4e38)");
  }
  return value;
}

function isOfKind(kind: ColumnKind, value: unknown): value is string | number | boolean {
  if (typeof value === "number" && !Number.isFinite(value)) return false;
  if (typeof value === "boolean" && kind === "number") return false;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return false;
  }
  return kind === "category" || !Number.isNaN(readers[kind](value));
}

/** How a table writes a value that is a category. */
function categoryOf(kind: ColumnKind, value: string | number | boolean): string {
  if (kind === "number") return String(readers.number(value));
  return kind === "boolean" ? String(readers.boolean(value) === 1) : String(value);
}
