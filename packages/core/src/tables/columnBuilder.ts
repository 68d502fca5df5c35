import { ArgumentError, describeValue } from "../array/index.js";
import {
  type Cell,
  type Column,
  type ColumnKind,
  isCell,
  isInfinite,
  isUnsafeInteger,
  kindOf,
  looks,
  readers,
} from "./column.js";

/** Where rows come from, for errors. */
export interface Origin {
  /** Who is asked, and about what: "readCsv: sales.csv". */
  readonly name: string;
  /** What places are called: "line 17", "row 17". */
  readonly place: string;
}

/** The cells of a column that come one after the other; the first decides its kind. */
export class ColumnBuilder {
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

  add(given: unknown, place: number): void {
    const cell = this.#requireCell(given, place);
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

  /** @throws ArgumentError for what is no cell, such as a list of one number, which would become that number */
  #requireCell(cell: unknown, place: number): NonNullable<Cell> {
    if (isCell(cell)) return cell;
    const received = cell instanceof Date ? "a Date that is no date" : describeValue(cell);
    throw new ArgumentError(
      `${this.#placeOf(place)}: received ${received}, expected text, a number, true or false, or a ` +
        "date; null stands for what is missing.",
    );
  }

  #placeOf(place: number): string {
    return `${this.origin.name}, ${this.origin.place} ${place}, column "${this.name}"`;
  }

  #refuse(cell: NonNullable<Cell>, place: number): never {
    const kind = this.#kind as ColumnKind;
    const expected =
      kind === "number" && isUnsafeInteger(cell)
        ? `an integer from -${Number.MAX_SAFE_INTEGER} to ${Number.MAX_SAFE_INTEGER}, as a larger ` +
          "number would lose digits"
        : looks[kind];
    const decided = this.#decided;
    const others = decided === undefined ? "" : `, as in ${this.origin.place} ${decided}`;
    // As categories the numbers of the column would be lost for one that is none.
    const mend =
      kind === "number" && isInfinite(cell)
        ? "mend the cell, or let it count as missing: null, or its text listed in missing."
        : "mend the cell, list its text in missing, or say what the column " +
          `is: { kinds: { ${JSON.stringify(this.name)}: "category" } }.`;
    throw new ArgumentError(
      `${this.#placeOf(place)}: received ${describeValue(cell)}, expected ${expected}${others}; ${mend}`,
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
