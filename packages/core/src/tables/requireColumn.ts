import { ArgumentError, describeValue } from "../array/index.js";
import { type Column, type ColumnKind, lastDate } from "./column.js";

const arrays = {
  number: Float64Array,
  category: Int32Array,
  boolean: Int8Array,
  date: Float64Array,
} as const satisfies Record<ColumnKind, unknown>;

/** @throws ArgumentError when a column's values are not as its kind says: what made it is at fault */
export function requireColumn(name: string, column: Partial<Column> | null | undefined): void {
  const type = Object.hasOwn(arrays, column?.kind ?? "") && arrays[column?.kind as ColumnKind];
  if (!column || !type || !(column.values instanceof type)) {
    throw new ArgumentError(
      `Table: received ${describeValue(column)} as column "${name}", expected ` +
        '{ kind: "number", values: Float64Array } or another kind; tableFromObjects takes rows.',
    );
  }
  if (column.kind === "number" || column.kind === "date") requireNumbers(name, column as Column);
  if (column.kind === "boolean") requireRange(name, column.values, 1, "1, 0 or -1 for missing");
  if (column.kind !== "category") return;
  const { categories } = column;
  if (!Array.isArray(categories) || !categories.every((each) => typeof each === "string")) {
    throw new ArgumentError(
      `Table: received ${describeValue(categories)} as categories of column "${name}", expected a ` +
        "list of texts.",
    );
  }
  const count = categories.length;
  const seen = new Set<string>();
  const repeated = categories.find((each) => seen.size === seen.add(each).size);
  if (repeated !== undefined) {
    throw new ArgumentError(
      `Table: received "${repeated}" twice as a category of column "${name}", expected categories ` +
        "that differ.",
    );
  }
  const expected = `a position among its ${count} categories, from 0, or -1 for missing`;
  requireRange(name, column.values, count - 1, expected);
}

function requireNumbers(name: string, { kind, values }: Column): void {
  const limit = kind === "date" ? lastDate : Number.MAX_VALUE;
  const row = (values as Float64Array).findIndex((value) => Math.abs(value) > limit);
  if (row < 0) return;
  throw new ArgumentError(
    `Table: received ${values[row]} in row ${row} of column "${name}", expected ` +
      `${kind === "date" ? `milliseconds from -${lastDate} to ${lastDate}` : "finite numbers"}, or ` +
      "NaN for missing.",
  );
}

function requireRange(
  name: string,
  values: Int8Array | Int32Array | Float64Array | undefined,
  last: number,
  expected: string,
): void {
  const row = values?.findIndex((value) => value < -1 || value > last) ?? -1;
  if (row < 0) return;
  throw new ArgumentError(
    `Table: received ${values?.[row]} in row ${row} of column "${name}", expected ${expected}.`,
  );
}
