import {
  ArgumentError,
  describeValue,
  listed,
  requireInstance,
  requirePlain,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { type Column, type ColumnKind, takeRows, type Value, valueAt } from "./column.js";
import { completeNumbers, type NumbersOptions } from "./numbers.js";
import { outlineOf } from "./outline.js";
import { requireColumn } from "./requireColumn.js";

/**
 * Named columns of one length, each of one kind in a typed array. A table is not changed: what selects
 * or filters gives another one, which shares columns where it can. `String(table)` shows the columns,
 * their kinds and the first rows.
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
    if (!(columns instanceof Map)) {
      const mend = "tableFromObjects makes a table of rows";
      requirePlain("Table", "the columns by name", columns, mend);
    }
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
    return this.#column("Table.column", name);
  }

  /**
   * The values of a column of numbers, of booleans as 1 and 0, or of dates in milliseconds since 1970.
   *
   * @throws ArgumentError for a column of categories, and when a value is missing and nothing was chosen
   *   for it
   */
  numbers(name: string, options: NumbersOptions = {}): Float64Array {
    const column = this.#column("Table.numbers", name);
    return completeNumbers("Table.numbers", name, column, options);
  }

  /**
   * The same of several columns, float32 (N, K): a row a row, in the order of the names. A series is
   * made of its columns so.
   *
   * @throws ArgumentError as `numbers`
   */
  tensor(names: readonly string[], options: NumbersOptions = {}): Tensor {
    const columns = requireNames("Table.tensor", names).map((name) => {
      const column = this.#column("Table.tensor", name);
      return completeNumbers("Table.tensor", name, column, options);
    });
    const elements = new Float32Array(this.length * columns.length);
    for (const [position, values] of columns.entries()) {
      values.forEach((value, row) => {
        elements[row * columns.length + position] = value;
      });
    }
    return tensor(elements, { shape: [this.length, columns.length] });
  }

  /** A row as an object; what is missing is null. Rows count from 0. */
  row(index: number): Record<string, Value> {
    this.#requireRow("Table.row", index);
    return Object.fromEntries(
      [...this.columns].map(([name, column]) => [name, valueAt(column, index)]),
    );
  }

  /** The rows at these positions, in this order. */
  take(indices: ArrayLike<number>): Table {
    if (!Array.isArray(indices) && !(ArrayBuffer.isView(indices) && "length" in indices)) {
      throw new ArgumentError(
        `Table.take: received ${describeValue(indices)}, expected a list of rows such as [0, 2].`,
      );
    }
    for (let position = 0; position < indices.length; position++) {
      this.#requireRow("Table.take", indices[position] as number);
    }
    const rows = Int32Array.from(indices);
    return new Table(
      new Map([...this.columns].map(([name, column]) => [name, takeRows(column, rows)])),
    );
  }

  /** The columns of these names, in this order. */
  select(names: readonly string[]): Table {
    const wanted = requireNames("Table.select", names);
    return new Table(new Map(wanted.map((name) => [name, this.#column("Table.select", name)])));
  }

  /** The rows for which `keep` is true. */
  filter(keep: (row: Readonly<Record<string, Value>>) => boolean): Table {
    requireInstance("Table.filter", "keep", keep, Function, "(row) => row.price !== null is one");
    const all = Int32Array.from({ length: this.length }, (_, row) => row);
    return this.take(all.filter((row) => keep(this.row(row))));
  }

  /**
   * The first of all rows that are equal in these columns; what is missing equals what is missing.
   * Before a split, so that no row stands in two parts.
   *
   * @param names default all columns
   */
  distinct(names: readonly string[] = this.names): Table {
    const columns = requireNames("Table.distinct", names).map((name) =>
      this.#column("Table.distinct", name),
    );
    const seen = new Set<string>();
    const all = Int32Array.from({ length: this.length }, (_, row) => row);
    return this.take(
      all.filter((row) => {
        // Each value is a number, and its text is that number exactly.
        const key = columns.map(({ values }) => values[row]).join();
        return seen.size < seen.add(key).size;
      }),
    );
  }

  /** How many rows there are, and of each column its kind, what is missing and the first five values. */
  toString(): string {
    return outlineOf(this.columns, this.length);
  }

  #column(operation: string, name: string): Column {
    const column = this.columns.get(name);
    if (column) return column;
    throw new ArgumentError(
      `${operation}: received the name ${describeValue(name)}, expected a column among ` +
        `${listed(this.names)}.`,
    );
  }

  #requireRow(operation: string, index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return;
    throw new ArgumentError(
      `${operation}: received row ${describeValue(index)}, expected an integer from 0 to ` +
        `${this.length - 1}.`,
    );
  }
}

function requireNames(operation: string, names: unknown): readonly string[] {
  if (Array.isArray(names) && names.length > 0) return names;
  throw new ArgumentError(
    `${operation}: received ${describeValue(names)}, expected a list of names of columns.`,
  );
}
