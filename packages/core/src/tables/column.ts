/** What a column holds. */
export type ColumnKind = "number" | "category" | "boolean" | "date";

/** A column of a table; every kind has a value for what is missing. */
export type Column =
  /** Missing is NaN. */
  | { readonly kind: "number"; readonly values: Float64Array }
  /** Positions in `categories`, which stand in the order in which they were met; missing is -1. */
  | {
      readonly kind: "category";
      readonly values: Int32Array;
      readonly categories: readonly string[];
    }
  /** 1, 0, and -1 for what is missing. */
  | { readonly kind: "boolean"; readonly values: Int8Array }
  /** Milliseconds since 1970-01-01T00:00Z; missing is NaN. */
  | { readonly kind: "date"; readonly values: Float64Array };

/** The last date that JavaScript knows, in milliseconds since 1970; the first is as far before. */
export const lastDate = 8.64e15;

/** A cell as it comes from a file, a driver or a program. */
export type Cell = string | number | bigint | boolean | Date | null | undefined;

/** Whether a program gave a cell: other objects would be turned into text or numbers that nobody meant. */
export const isCell = (cell: unknown): cell is NonNullable<Cell> =>
  ["string", "number", "bigint", "boolean"].includes(typeof cell) ||
  (cell instanceof Date && !Number.isNaN(cell.getTime()));

/** A cell as a table gives it back; null is missing. */
export type Value = number | string | boolean | Date | null;

export const columnKinds: readonly ColumnKind[] = ["number", "category", "boolean", "date"];

/** What a cell of each kind looks like, for errors. */
export const looks: Readonly<Record<ColumnKind, string>> = {
  number: "a finite number such as -1.5 or 2e3",
  category: "text",
  boolean: "true or false",
  date: "a date such as 2024-02-29 or 2024-02-29T08:30:00Z",
};

const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const integerText = /^[+-]?\d+$/;
/** Of codes, such as postal ones, which a number would lose. */
const leadingZero = /^[+-]?0\d/;
const booleanText = /^(true|false)$/i;
const dateText =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Whether a cell is an integer beyond what float64 holds, so that as a number it would lose digits. */
export const isUnsafeInteger = (cell: NonNullable<Cell>): boolean =>
  (typeof cell === "bigint" || (typeof cell === "string" && integerText.test(cell))) &&
  !Number.isSafeInteger(Number(cell));

/** Whether a cell is a number without bound, or beyond what float64 holds. */
export const isInfinite = (cell: NonNullable<Cell>): boolean =>
  typeof cell === "number" ||
  (typeof cell === "string" &&
    (/^[+-]?inf(inity)?$/i.test(cell) ||
      (numberText.test(cell) && !Number.isFinite(Number(cell)))));

/** The kind that a cell shows by itself: text with leading zeros, as in "01234", is text. */
export function kindOf(cell: string | number | bigint | boolean | Date): ColumnKind {
  if (typeof cell === "boolean") return "boolean";
  if (cell instanceof Date) return "date";
  if (typeof cell !== "string") return "number";
  if (numberText.test(cell)) return leadingZero.test(cell) ? "category" : "number";
  if (booleanText.test(cell)) return "boolean";
  return Number.isNaN(millisecondsOf(cell)) ? "category" : "date";
}

/**
 * The value of a cell that is to be of a kind, as the column's array holds it; NaN where the cell
 * cannot be. Categories are not numbers: see `ColumnBuilder`.
 */
export const readers: Readonly<
  Record<Exclude<ColumnKind, "category">, (cell: NonNullable<Cell>) => number>
> = {
  number: (cell) => {
    if (isUnsafeInteger(cell)) return Number.NaN;
    if (typeof cell === "string" && !numberText.test(cell)) return Number.NaN;
    const value = cell instanceof Date ? Number.NaN : Number(cell);
    return Number.isFinite(value) ? value : Number.NaN;
  },
  boolean: (cell) => {
    const text = String(cell).toLowerCase();
    if (text === "true" || text === "1") return 1;
    return text === "false" || text === "0" ? 0 : Number.NaN;
  },
  date: (cell) => {
    if (cell instanceof Date) return cell.getTime();
    return typeof cell === "string" ? millisecondsOf(cell) : Number.NaN;
  },
};

/** ISO 8601; a date or time without a zone is taken as UTC, so that no result depends on the machine's. */
function millisecondsOf(text: string): number {
  const [, year, month, day, zone] = dateText.exec(text) ?? [];
  if (year === undefined) return Number.NaN;
  // Date.parse turns the 30th of February into a day of March.
  const whole = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (whole.getUTCMonth() !== Number(month) - 1 || whole.getUTCDate() !== Number(day)) {
    return Number.NaN;
  }
  const isDay = text.length === 10;
  return Date.parse(
    isDay || zone !== undefined ? text.replace(" ", "T") : `${text.replace(" ", "T")}Z`,
  );
}

/** The value in a row of a column. */
export function valueAt(column: Column, row: number): Value {
  const value = column.values[row] as number;
  switch (column.kind) {
    case "category":
      return value < 0 ? null : (column.categories[value] as string);
    case "boolean":
      return value < 0 ? null : value === 1;
    case "date":
      return Number.isNaN(value) ? null : new Date(value);
    case "number":
      return Number.isNaN(value) ? null : value;
  }
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

/** The rows of a column at these positions. */
export function takeRows(column: Column, rows: Int32Array): Column {
  const { values } = column;
  const at = (_: unknown, position: number): number => values[rows[position] as number] as number;
  switch (column.kind) {
    case "category":
      return { ...column, values: Int32Array.from(rows, at) };
    case "boolean":
      return { kind: "boolean", values: Int8Array.from(rows, at) };
    default:
      return { kind: column.kind, values: Float64Array.from(rows, at) };
  }
}
