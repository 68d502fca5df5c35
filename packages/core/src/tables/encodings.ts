import { ArgumentError, describeValue, requireFlag, requireOptions } from "../array/index.js";
import { type Scale, scaleOf } from "../data/scale.js";
import { type FittedCategory, fitCategory } from "./categories.js";
import { type Column, type ColumnKind, lastDate, numbersOf } from "./column.js";
import type { DateEncoding, DatePart, Encoding, Filling, NumberEncoding } from "./options.js";
import { missingValue, type Place, wrongKind } from "./place.js";

interface Filled {
  readonly kind: ColumnKind;
  readonly fill: number | null;
  readonly flag: boolean;
}

export interface FittedNumber extends Filled {
  readonly as: "number" | "standard";
  readonly scale: Scale;
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

export const partNames: readonly string[] = [
  ...Object.keys(linearParts),
  ...Object.keys(cyclicParts),
];
const optionsOf: Readonly<Record<Encoding["as"], readonly string[]>> = {
  number: ["as", "missing", "flag"],
  standard: ["as", "missing", "flag"],
  oneHot: ["as", "unknown", "minimumCount", "missing"],
  index: ["as", "unknown", "minimumCount", "missing"],
  date: ["as", "parts", "missing", "flag"],
};

/**
 * What an encoding learns of a column of the training part.
 *
 * @throws ArgumentError when the encoding does not suit the column, or is none
 */
export function fitEncoding(place: Place, column: Column, encoding: Encoding): Fitted {
  const { caller, name } = place;
  const as: unknown = encoding?.as;
  if (typeof as !== "string" || !Object.hasOwn(optionsOf, as)) {
    throw new ArgumentError(
      `${caller}: received ${describeValue(as ?? encoding)} as encoding of column ` +
        `"${name}", expected { as } among ${Object.keys(optionsOf).join(", ")}.`,
    );
  }
  const known = optionsOf[as as Encoding["as"]];
  requireOptions(`${caller}, column "${name}"`, encoding, known, "the encoding");
  switch (encoding.as) {
    case "oneHot":
    case "index":
      return fitCategory(place, column, encoding);
    case "date":
      return fitDate(place, column, encoding);
    default:
      return fitNumber(place, column, encoding);
  }
}

function fitNumber(place: Place, column: Column, encoding: NumberEncoding): FittedNumber {
  if (column.kind !== "number" && column.kind !== "boolean") {
    const mend =
      column.kind === "date" ? '{ as: "date", parts }' : '{ as: "oneHot" } or { as: "index" }';
    throw wrongKind(place, column.kind, encoding.as, `numbers or booleans; encode it ${mend}`);
  }
  const filled = fitFill(place, column, encoding);
  const scale =
    encoding.as === "standard"
      ? requireScale(place, scaleOf(completed(place, column, filled)))
      : { mean: 0, deviation: 1 };
  return { as: encoding.as, ...filled, scale };
}

/** The sum of numbers near the largest that float64 holds is infinite. */
function requireScale({ caller, name }: Place, scale: Scale): Scale {
  if (Number.isFinite(scale.mean) && Number.isFinite(scale.deviation)) return scale;
  throw new ArgumentError(
    `${caller}: the numbers of column "${name}" are too large for a mean and a deviation, expected ` +
      "smaller ones; use a larger unit, or their logarithm.",
  );
}

function fitDate(place: Place, column: Column, encoding: DateEncoding): FittedDate {
  if (column.kind !== "date") throw wrongKind(place, column.kind, "date", "dates");
  const { parts } = encoding;
  const wrong = Array.isArray(parts) ? parts.find((part) => !partNames.includes(part)) : parts;
  if (!Array.isArray(parts) || parts.length === 0 || wrong !== undefined) {
    throw new ArgumentError(
      `${place.caller}, column "${place.name}": received ${describeValue(wrong)} in parts, expected ` +
        `a list of some of ${partNames.join(", ")}.`,
    );
  }
  const filled = fitFill(place, column, encoding);
  const dates = completed(place, column, filled);
  const fitted = (parts as readonly DatePart[]).map((part) => {
    const linear = linearParts[part];
    return { part, scale: linear ? scaleOf(dates.map(linear)) : { mean: 0, deviation: 1 } };
  });
  return { as: "date", ...filled, parts: fitted };
}

function fitFill(place: Place, column: Column, { missing, flag = false }: Filling): Filled {
  const { caller, name } = place;
  requireFlag(`${caller}, column "${name}"`, "flag", flag);
  if (flag && missing === undefined) {
    throw new ArgumentError(
      `${caller}, column "${name}": received flag without missing, expected both, as the flag would ` +
        'always be 0; choose what stands in the gaps: { missing: "mean" }, "median" or a number.',
    );
  }
  if (missing === undefined) return { kind: column.kind, fill: null, flag };
  if (typeof missing === "number" && Number.isFinite(missing)) {
    if (column.kind === "date" && Math.abs(missing) > lastDate) {
      throw new ArgumentError(
        `${caller}, column "${name}": received missing ${missing}, expected milliseconds from ` +
          `-${lastDate} to ${lastDate}; date.getTime() is that of a date.`,
      );
    }
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
  const fill = missing === "mean" ? requireScale(place, scaleOf(present)).mean : medianOf(present);
  return { kind: column.kind, fill, flag };
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/**
 * The values with what was chosen where they are missing.
 *
 * @throws ArgumentError when one is missing and nothing was chosen
 */
export function completed(place: Place, column: Column, { fill }: Filled): Float64Array {
  const values = numbersOf(column);
  if (fill !== null) return values.map((value) => (Number.isNaN(value) ? fill : value));
  const row = values.findIndex(Number.isNaN);
  if (row < 0) return values;
  throw missingValue(
    place,
    row,
    'choose what stands there when the encoder is fitted: { missing: "mean" }, "median" or a number',
  );
}
