import { ArgumentError, describeValue, requireFlag, requireOptions } from "../array/index.js";
import { type Scale, scaleOf } from "../data/scale.js";
import { type Column, type ColumnKind, valueAt } from "./column.js";
import type {
  CategoryEncoding,
  DateEncoding,
  DatePart,
  Filling,
  NumberEncoding,
} from "./options.js";

/** How a column becomes features. */
export type Encoding = NumberEncoding | CategoryEncoding | DateEncoding;

interface Filled {
  readonly kind: ColumnKind;
  readonly fill: number | null;
  readonly flag: boolean;
}

export interface FittedNumber extends Filled {
  readonly as: "number" | "standard";
  readonly scale: Scale;
}

export interface FittedCategory {
  readonly as: "oneHot" | "index";
  readonly kind: ColumnKind;
  readonly categories: readonly string[];
  readonly unknown: "error" | "slot";
  readonly missing: "error" | "slot";
}

export interface FittedDate extends Filled {
  readonly as: "date";
  readonly parts: readonly { readonly part: DatePart; readonly scale: Scale }[];
}

/** An encoding with what it learnt of the training part; anything in it can be written as JSON. */
export type Fitted = FittedNumber | FittedCategory | FittedDate;

/** The values of dates that are scaled. */
export const linearParts: Partial<Record<DatePart, (milliseconds: number) => number>> = {
  time: (milliseconds) => milliseconds,
  year: (milliseconds) => new Date(milliseconds).getUTCFullYear(),
};

/** Where a date stands in a cycle, from 0 to 1. */
export const cyclicParts: Partial<Record<DatePart, (milliseconds: number) => number>> = {
  month: (milliseconds) => new Date(milliseconds).getUTCMonth() / 12,
  dayOfMonth: (milliseconds) => (new Date(milliseconds).getUTCDate() - 1) / 31,
  dayOfWeek: (milliseconds) => new Date(milliseconds).getUTCDay() / 7,
  hour: (milliseconds) =>
    (milliseconds / 3_600_000 - 24 * Math.floor(milliseconds / 86_400_000)) / 24,
};

const partNames = [...Object.keys(linearParts), ...Object.keys(cyclicParts)];
const optionsOf: Readonly<Record<Encoding["as"], readonly string[]>> = {
  number: ["as", "missing", "flag"],
  standard: ["as", "missing", "flag"],
  oneHot: ["as", "unknown", "missing"],
  index: ["as", "unknown", "missing"],
  date: ["as", "parts", "missing", "flag"],
};

const caller = "TableEncoder.fit";

/**
 * What an encoding learns of a column of the training part.
 *
 * @throws ArgumentError when the encoding does not suit the column, or is none
 */
export function fitEncoding(name: string, column: Column, encoding: Encoding): Fitted {
  const known = optionsOf[encoding?.as];
  if (known === undefined) {
    throw new ArgumentError(
      `${caller}: received ${describeValue(encoding?.as ?? encoding)} as encoding of column ` +
        `"${name}", expected { as } among ${Object.keys(optionsOf).join(", ")}.`,
    );
  }
  requireOptions(`${caller}, column "${name}"`, encoding, known, "the encoding");
  switch (encoding.as) {
    case "oneHot":
    case "index":
      return fitCategory(name, column, encoding);
    case "date":
      return fitDate(name, column, encoding);
    default:
      return fitNumber(name, column, encoding);
  }
}

function fitNumber(name: string, column: Column, encoding: NumberEncoding): FittedNumber {
  if (column.kind !== "number" && column.kind !== "boolean") {
    const mend =
      column.kind === "date" ? '{ as: "date", parts }' : '{ as: "oneHot" } or { as: "index" }';
    throw wrongKind(name, column.kind, encoding.as, `numbers or booleans; encode it ${mend}`);
  }
  const filled = fitFill(name, column, encoding);
  const scale =
    encoding.as === "standard"
      ? scaleOf(completed(name, column, filled))
      : { mean: 0, deviation: 1 };
  return { as: encoding.as, ...filled, scale };
}

function fitCategory(name: string, column: Column, encoding: CategoryEncoding): FittedCategory {
  const { as, unknown = "error", missing = "error" } = encoding;
  if (column.kind === "date") {
    throw wrongKind(
      name,
      column.kind,
      as,
      'categories, numbers or booleans; encode it { as: "date", parts }',
    );
  }
  for (const [option, value] of Object.entries({ unknown, missing })) {
    if (value === "error" || value === "slot") continue;
    throw new ArgumentError(
      `${caller}, column "${name}": received ${option} ${describeValue(value)}, expected "error" ` +
        'or "slot".',
    );
  }
  const met = new Set(Array.from(categoriesOf(column)).filter((category) => category !== null));
  // Sorted, so that the order of the rows does not decide that of the features.
  return { as, kind: column.kind, categories: [...met].sort(), unknown, missing };
}

function fitDate(name: string, column: Column, encoding: DateEncoding): FittedDate {
  if (column.kind !== "date") throw wrongKind(name, column.kind, "date", "dates");
  const { parts } = encoding;
  const wrong = Array.isArray(parts) ? parts.find((part) => !partNames.includes(part)) : parts;
  if (!Array.isArray(parts) || parts.length === 0 || wrong !== undefined) {
    throw new ArgumentError(
      `${caller}, column "${name}": received ${describeValue(wrong)} in parts, expected a list of ` +
        `some of ${partNames.join(", ")}.`,
    );
  }
  const filled = fitFill(name, column, encoding);
  const dates = completed(name, column, filled);
  const fitted = (parts as readonly DatePart[]).map((part) => {
    const linear = linearParts[part];
    return { part, scale: linear ? scaleOf(dates.map(linear)) : { mean: 0, deviation: 1 } };
  });
  return { as: "date", ...filled, parts: fitted };
}

const wrongKind = (name: string, kind: ColumnKind, as: string, expected: string): ArgumentError =>
  new ArgumentError(
    `${caller}: column "${name}" holds values of kind ${kind}; "${as}" expected ${expected}.`,
  );

function fitFill(name: string, column: Column, { missing, flag = false }: Filling): Filled {
  requireFlag(`${caller}, column "${name}"`, "flag", flag);
  if (flag && missing === undefined) {
    throw new ArgumentError(
      `${caller}, column "${name}": received flag without missing, expected both, as the flag would ` +
        'always be 0; choose what stands in the gaps: { missing: "mean" }, "median" or a number.',
    );
  }
  if (missing === undefined) return { kind: column.kind, fill: null, flag };
  if (typeof missing === "number" && Number.isFinite(missing)) {
    return { kind: column.kind, fill: missing, flag };
  }
  if (missing !== "mean" && missing !== "median") {
    throw new ArgumentError(
      `${caller}, column "${name}": received missing ${describeValue(missing)}, expected "mean", ` +
        '"median" or a finite number.',
    );
  }
  const present = numbersOf(column).filter((value) => !Number.isNaN(value));
  if (present.length === 0) {
    throw new ArgumentError(
      `${caller}: column "${name}" holds no value, so it has no ${missing}; leave it out, or give ` +
        "a number for missing.",
    );
  }
  const fill = missing === "mean" ? scaleOf(present).mean : medianOf(present);
  return { kind: column.kind, fill, flag };
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** The values of a column as numbers; NaN is missing. */
export function numbersOf(column: Column): Float64Array {
  if (column.kind === "boolean") {
    return Float64Array.from(column.values, (value) => (value < 0 ? Number.NaN : value));
  }
  return Float64Array.from(column.values);
}

/** The values of a column as text; null is missing. */
export function* categoriesOf(column: Column): Generator<string | null> {
  for (let row = 0; row < column.values.length; row++) {
    const value = valueAt(column, row);
    yield value === null ? null : String(value);
  }
}

/**
 * The values with what was chosen where they are missing.
 *
 * @throws ArgumentError when one is missing and nothing was chosen
 */
export function completed(name: string, column: Column, { fill }: Filled): Float64Array {
  const values = numbersOf(column);
  if (fill !== null) return values.map((value) => (Number.isNaN(value) ? fill : value));
  const row = values.findIndex(Number.isNaN);
  if (row < 0) return values;
  throw new ArgumentError(
    `TableEncoder: the value of column "${name}" in row ${row} (rows count from 0) is missing; ` +
      "choose what stands there when the encoder is fitted: " +
      '{ missing: "mean" }, "median" or a number.',
  );
}
