import { ArgumentError, describeValue, requireOptions } from "../array/index.js";
import {
  type Cell,
  type Column,
  type ColumnKind,
  columnKinds,
  isUnsafeInteger,
  kindOf,
  looks,
  readers,
} from "./column.js";
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

/** Where rows come from, for errors. */
export interface Origin {
  /** Who is asked, and about what: "readCsv: sales.csv". */
  readonly name: string;
  /** What places are called: "line 17", "row 17". */
  readonly place: string;
}

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
    requireOptions(origin.name, kinds, names, "kinds");
    if (!Array.isArray(missing) || !missing.every((text) => typeof text === "string")) {
      throw new ArgumentError(
        `${origin.name}: received ${describeValue(missing)} as missing, expected a list of texts ` +
          'such as ["", "NA"].',
      );
    }
    for (const [name, kind] of Object.entries(kinds)) requireKind(origin.name, name, kind);
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

class ColumnBuilder {
  #kind: ColumnKind | undefined;
  /** Where the value stands that decided the kind; given kinds have none. */
  #decided: number | undefined;
  readonly #categories = new Map<string, number>();
  #values: number[] = [];

  constructor(
    readonly origin: Origin,
    readonly name: string,
    kind: ColumnKind | undefined,
  ) {
    this.#kind = kind;
  }

  addMissing(): void {
    // Kinds whose arrays hold integers turn it into -1 in the end.
    this.#values.push(Number.NaN);
  }

  add(cell: NonNullable<Cell>, place: number): void {
    if (this.#kind === undefined) {
      this.#kind = kindOf(cell);
      this.#decided = place;
    }
    if (this.#kind === "category") {
      // Only text that shows no other kind, unless it was said that the column is categories.
      if (this.#decided !== undefined && kindOf(cell) !== "category") this.#refuse(cell, place);
      const category = cell instanceof Date ? cell.toISOString() : String(cell);
      const known = this.#categories.get(category) ?? this.#categories.size;
      this.#categories.set(category, known);
      this.#values.push(known);
      return;
    }
    const value =
      this.#decided !== undefined && kindOf(cell) !== this.#kind
        ? Number.NaN
        : readers[this.#kind](cell);
    if (Number.isNaN(value)) this.#refuse(cell, place);
    this.#values.push(value);
  }

  #refuse(cell: NonNullable<Cell>, place: number): never {
    const kind = this.#kind as ColumnKind;
    const { name, place: unit } = this.origin;
    const expected =
      kind === "number" && isUnsafeInteger(cell)
        ? `an integer from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}, as a larger ` +
          "number would lose digits"
        : looks[kind];
    const others = this.#decided === undefined ? "" : `, as in ${unit} ${this.#decided}`;
    throw new ArgumentError(
      `${name}, ${unit} ${place}, column "${this.name}": received ${describeValue(cell)}, expected ` +
        `${expected}${others}; mend the cell, list its text in missing, or say what the column ` +
        `is: { kinds: { ${JSON.stringify(this.name)}: "category" } }.`,
    );
  }

  finish(length: number): Column {
    const values = this.#values;
    this.#values = [];
    const integer = (row: number): number =>
      Number.isNaN(values[row]) ? -1 : (values[row] as number);
    // A column without any value shows no kind; as categories it has none, and is refused or filled
    // like every missing value.
    const kind = this.#kind ?? "category";
    const rows = { length };
    if (kind === "boolean") return { kind, values: Int8Array.from(rows, (_, row) => integer(row)) };
    if (kind === "category") {
      const indices = Int32Array.from(rows, (_, row) => integer(row));
      return { kind, values: indices, categories: [...this.#categories.keys()] };
    }
    return { kind, values: Float64Array.from(values) };
  }
}
