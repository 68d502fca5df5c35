import { ArgumentError, describeValue } from "../array/index.js";
import { type Column, type ColumnKind, takeRows, type Value, valueAt } from "./column.js";
import { requireColumn } from "./requireColumn.js";

/**
 * Named columns of one length, each of one kind in a typed array. A table is not changed: what selects
 * or filters gives another one, which shares columns where it can.
 *
 * Columns have an order, which files and `select` decide. JavaScript moves properties that look like
 * integers, such as "2019", to the front of any object: a Map keeps all names where they are.
 *
 * @param columns by name: an object, or a Map where the order matters
 * @throws ArgumentError when there is no column, their lengths differ, or values are not as the kind of
 *   their column says
 */
export class Table {
  /** In their order. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Number of rows. */
  readonly length: number;

  constructor(columns: ReadonlyMap<string, Column> | Readonly<Record<string, Column>>) {
    const entries: readonly (readonly [string, Column])[] =
      columns instanceof Map ? [...columns] : Object.entries(columns);
    for (const [name, column] of entries) requireColumn(name, column);
    const [first] = entries;
    if (first === undefined) {
      throw new ArgumentError("Table: received no column, expected at least one.");
    }
    const length = first[1].values.length;
    const odd = entries.find(([, { values }]) => values.length !== length);
    if (odd) {
      throw new ArgumentError(
        `Table: received ${odd[1].values.length} values in column "${odd[0]}" and ${length} in ` +
          `"${first[0]}", expected one for every row in each.`,
      );
    }
    this.columns = new Map(entries);
    this.length = length;
  }

  /** Of the columns, in their order: that of the file, or that in which `select` was asked for them. */
  get names(): readonly string[] {
    return [...this.columns.keys()];
  }

  /** The kind of each column: read a file for prediction with those of training. */
  get kinds(): Readonly<Record<string, ColumnKind>> {
    return Object.fromEntries([...this.columns].map(([name, { kind }]) => [name, kind]));
  }

  /** @throws ArgumentError when there is no such column */
  column(name: string): Column {
    const column = this.columns.get(name);
    if (column) return column;
    throw new ArgumentError(
      `Table: received the name "${name}", expected a column among ${this.names.join(", ")}.`,
    );
  }

  /** A row as an object; what is missing is null. Rows count from 0. */
  row(index: number): Record<string, Value> {
    this.#requireRow(index);
    return Object.fromEntries(
      [...this.columns].map(([name, column]) => [name, valueAt(column, index)]),
    );
  }

  /** The rows at these positions, in this order. */
  take(indices: ArrayLike<number>): Table {
    for (let position = 0; position < indices.length; position++) {
      this.#requireRow(indices[position] as number);
    }
    const rows = Int32Array.from(indices);
    return new Table(
      new Map([...this.columns].map(([name, column]) => [name, takeRows(column, rows)])),
    );
  }

  /** The columns of these names, in this order. */
  select(names: readonly string[]): Table {
    return new Table(new Map(names.map((name) => [name, this.column(name)])));
  }

  /** The rows for which `keep` is true. */
  filter(keep: (row: Readonly<Record<string, Value>>) => boolean): Table {
    const all = Int32Array.from({ length: this.length }, (_, row) => row);
    return this.take(all.filter((row) => keep(this.row(row))));
  }

  #requireRow(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return;
    throw new ArgumentError(
      `Table: received row ${describeValue(index)}, expected an integer from 0 to ${this.length - 1}.`,
    );
  }
}
