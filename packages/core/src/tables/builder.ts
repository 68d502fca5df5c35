import { ArgumentError, describeValue, listed, requirePlain } from "../array/index.js";
import { type Cell, type ColumnKind, columnKinds } from "./column.js";
import { ColumnBuilder, type Origin } from "./columnBuilder.js";
import { Table } from "./table.js";

/** White space at the ends of names and of text is not a part of them, also between quotes. */
export interface ReadingOptions {
  /** The kinds of some columns, or of all, by name. Default: what the values show. */
  readonly kinds?: Readonly<Record<string, ColumnKind>>;
  /** Text that means that there is no value. Default: nothing, "NA", "NaN" and "null". */
  readonly missing?: readonly string[];
}

export const readingOptionNames = ["kinds", "missing"];
const missingTexts: readonly string[] = ["", "NA", "NaN", "null"];

/**
 * Makes a table of rows that come one after the other. The first value of a column decides its kind;
 * the first that does not fit is reported with its place, whatever the order of the two.
 *
 * @throws ArgumentError for a column without a name or with that of another, for a cell that does not
 *   fit its column, and for `kinds` of columns that there are not
 */
export class TableBuilder {
  readonly #columns: ColumnBuilder[];
  readonly #origin: Origin;
  readonly #missing: ReadonlySet<string>;
  #length = 0;

  constructor(origin: Origin, header: readonly string[], options: ReadingOptions = {}) {
    const { kinds = {}, missing = missingTexts } = options;
    const names = header.map((name) => name.trim());
    requirePlain(origin.name, "kinds", kinds, '{ price: "number" } is one');
    const present = new Set(names);
    for (const [name, kind] of Object.entries(kinds)) {
      requireKind(origin.name, name, kind);
      if (present.has(name)) continue;
      throw new ArgumentError(
        `${origin.name}: kinds names a column that is not there, "${name}", expected names among ` +
          `${listed(names)}; a file without the column of the target is read with ` +
          "{ kinds: encoder.inputKinds }.",
      );
    }
    if (!Array.isArray(missing) || !missing.every((text) => typeof text === "string")) {
      throw new ArgumentError(
        `${origin.name}: received ${describeValue(missing)} as missing, expected a list of texts ` +
          'such as ["", "NA"].',
      );
    }
    const seen = new Set<string>();
    for (const [position, name] of names.entries()) {
      if (name !== "" && !seen.has(name)) {
        seen.add(name);
        continue;
      }
      throw new ArgumentError(
        `${origin.name}: received ${describeValue(name)} as the name of column ${position + 1}, ` +
          "expected names that differ and are not empty in the first row.",
      );
    }
    this.#origin = origin;
    this.#missing = new Set(missing.map((text) => text.trim()));
    this.#columns = names.map((name) => {
      // A column may be called "constructor", which all objects have.
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
      return new ColumnBuilder(origin, name, kind);
    });
  }

  /** Rows since the last table. */
  get length(): number {
    return this.#length;
  }

  /** One more row: its cells in the order of the names, and the number of its place. */
  add(cells: readonly Cell[], place: number): void {
    const columns = this.#columns;
    if (cells.length !== columns.length) {
      const { name, place: unit } = this.#origin;
      const last = columns[Math.min(cells.length, columns.length) - 1]?.name;
      throw new ArgumentError(
        `${name}, ${unit} ${place}: received ${cells.length} cells (the last that fits is column ` +
          `"${last}"), expected ${columns.length}, as in the first row; look for a missing or ` +
          "unquoted delimiter.",
      );
    }
    for (const [position, column] of columns.entries()) {
      const cell = cells[position];
      const text = typeof cell === "string" ? cell.trim() : cell;
      const isMissing =
        text === null ||
        text === undefined ||
        (typeof text === "string" && this.#missing.has(text)) ||
        (typeof text === "number" && Number.isNaN(text));
      if (isMissing) column.addMissing();
      else column.add(text, place);
    }
    this.#length++;
  }

  /** The rows since the last table; kinds and categories stay for those that follow. */
  finish(): Table {
    const columns = this.#columns.map(
      (column) => [column.name, column.finish(this.#length)] as const,
    );
    this.#length = 0;
    return new Table(new Map(columns));
  }
}

function requireKind(operation: string, name: string, kind: unknown): void {
  if (columnKinds.includes(kind as ColumnKind)) return;
  throw new ArgumentError(
    `${operation}: received kind ${describeValue(kind)} for column "${name}", expected one of ` +
      `${columnKinds.join(", ")}.`,
  );
}
