import { ArgumentError, describeValue, listed, requireOptions } from "../array/index.js";
import { type ReadingOptions, readingOptionNames, TableBuilder } from "./builder.js";
import type { Cell } from "./column.js";
import type { Table } from "./table.js";

/**
 * A table of rows that are objects. The columns are the properties of the first one; a property that
 * another lacks is missing there. Names that look like integers come first, as in every object of
 * JavaScript; `select` puts columns in another order.
 *
 * @throws ArgumentError when there is no row, a row has a property that the first lacks, or a value
 *   is of another kind than those before it
 */
export function tableFromObjects(
  rows: Iterable<Readonly<Record<string, Cell>>>,
  options: ReadingOptions = {},
): Table {
  requireOptions("tableFromObjects", options, readingOptionNames);
  const isIterable = typeof rows === "object" && rows !== null && Symbol.iterator in rows;
  if (!isIterable) {
    throw new ArgumentError(
      `tableFromObjects: received ${describeValue(rows)}, expected rows: a list of objects such as ` +
        "[{ price: 24, town: 'Salem' }].",
    );
  }
  const collector = new ObjectCollector("tableFromObjects", options);
  for (const row of rows) collector.add(row);
  return collector.finish();
}

/** Makes a table of objects that come one after the other; the first one names the columns. */
export class ObjectCollector {
  readonly #operation: string;
  readonly #options: ReadingOptions;
  /** In their order. */
  #names: ReadonlySet<string> = new Set();
  #builder: TableBuilder | undefined;
  #row = 0;

  constructor(operation: string, options: ReadingOptions) {
    this.#operation = operation;
    this.#options = options;
  }

  add(row: Readonly<Record<string, Cell>>): void {
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw new ArgumentError(
        `${this.#operation}, row ${this.#row}: received ${describeValue(row)}, expected an object ` +
          "such as { price: 24, town: 'Salem' }.",
      );
    }
    if (!this.#builder) {
      this.#names = new Set(Object.keys(row));
      const origin = { name: this.#operation, place: "row" };
      this.#builder = new TableBuilder(origin, [...this.#names], this.#options);
    }
    const unknown = Object.keys(row).find((name) => !this.#names.has(name));
    if (unknown !== undefined) {
      throw new ArgumentError(
        `${this.#operation}, row ${this.#row}: received a property "${unknown}", expected names ` +
          `among ${listed([...this.#names])}, those of row 0.`,
      );
    }
    this.#builder.add(
      Array.from(this.#names, (name) => (Object.hasOwn(row, name) ? row[name] : undefined)),
      this.#row++,
    );
  }

  finish(): Table {
    if (this.#builder) return this.#builder.finish();
    throw new ArgumentError(`${this.#operation}: received no row, expected at least one.`);
  }
}
