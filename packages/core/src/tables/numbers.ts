import { ArgumentError, describeValue, requireOptions } from "../array/index.js";
import { type Column, numbersOf } from "./column.js";

export interface NumbersOptions {
  /**
   * What stands where a value is missing: a number, or "previous", the last value that was known then, for
   * rows in the order of time. Default: a missing value is an error.
   */
  readonly missing?: number | "previous";
}

/** @throws ArgumentError for categories, and for a missing value that nothing stands for */
export function completeNumbers(
  operation: string,
  name: string,
  column: Column,
  options: NumbersOptions,
): Float64Array {
  requireOptions(operation, options, ["missing"]);
  const { missing } = options;
  if (missing !== undefined && missing !== "previous" && !Number.isFinite(missing)) {
    throw new ArgumentError(
      `${operation}: received missing ${describeValue(missing)}, expected "previous" or a finite number.`,
    );
  }
  if (column.kind === "category") {
    throw new ArgumentError(
      `${operation}: column "${name}" holds categories, expected numbers, booleans or dates; a ` +
        "TableEncoder makes numbers of categories, and { kinds } says what a file's columns are.",
    );
  }
  const values = numbersOf(column);
  for (let row = 0; row < values.length; row++) {
    if (!Number.isNaN(values[row])) continue;
    const chosen = missing === "previous" ? values[row - 1] : missing;
    if (chosen === undefined) throw unknownValue(operation, name, row, missing);
    values[row] = chosen;
  }
  return values;
}

const unknownValue = (
  operation: string,
  name: string,
  row: number,
  missing: NumbersOptions["missing"],
): ArgumentError =>
  new ArgumentError(
    `${operation}: the value of column "${name}" in row ${row} (rows count from 0) is missing` +
      (missing === undefined
        ? ', expected one in every row; choose what stands there, { missing: "previous" } or a ' +
          "number, or leave such rows out with table.filter."
        : ", and none is known before it; leave such rows out with table.filter."),
  );
