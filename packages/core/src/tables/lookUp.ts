import { ArgumentError, listed } from "../array/index.js";
import type { Column, ColumnKind } from "./column.js";
import type { Fitted } from "./encodings.js";
import type { Place } from "./place.js";
import type { Table } from "./table.js";

/** @throws ArgumentError when the table lacks the column */
export function columnOf({ caller, name }: Place, table: Table): Column {
  const column = table.columns.get(name);
  if (column) return column;
  throw new ArgumentError(
    `${caller}: the table has no column "${name}", expected every column that the encoder is fitted ` +
      `on; it has ${listed(table.names)}.`,
  );
}

/**
 * A column, which has to be what it was in training; without any value it may be.
 *
 * @throws ArgumentError when it is not there, or of another kind
 */
export function requireKind(place: Place, table: Table, { kind }: Fitted): Column {
  const column = columnOf(place, table);
  if (column.kind === kind) return column;
  if (column.kind === "category" && column.categories.length === 0) {
    return emptyColumn(kind, column.values.length);
  }
  throw new ArgumentError(
    `${place.caller}: column "${place.name}" holds values of kind ${column.kind}, expected ${kind} as ` +
      "in training; read the table with { kinds: encoder.kinds }, or encoder.inputKinds where it has " +
      "no target.",
  );
}

/** So many missing values. */
export function emptyColumn(kind: ColumnKind, length = 0): Column {
  if (kind === "boolean") return { kind, values: new Int8Array(length).fill(-1) };
  if (kind === "category") return { kind, values: new Int32Array(length).fill(-1), categories: [] };
  return { kind, values: new Float64Array(length).fill(Number.NaN) };
}
