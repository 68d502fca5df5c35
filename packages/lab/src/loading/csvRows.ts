import {
  ArgumentError,
  type DType,
  type StreamChunk,
  type StreamColumn,
  type StreamSource,
  type TypedArray,
} from "@versant/core";
import {
  checkDType,
  describeValue,
  readers,
  requireCount,
  requireOptions,
  sizeOf,
} from "@versant/core/internal";
import {
  type CsvFormat,
  csvName,
  csvRecords,
  formatNames,
  requireFormat,
} from "../tables/csvRecords.js";
import { pointAdvice, withPoint } from "../tables/decimalComma.js";
import { bytesOf, elementsOf } from "../weights/safetensors.js";

/** A column of a batch: one field of the file gives a number, several give a row of them. */
export interface CsvColumn {
  readonly fields: string | readonly string[];
  /** Default "float32". A number that it cannot hold is refused; floats are rounded. */
  readonly dtype?: DType;
}

export interface CsvRowsOptions extends CsvFormat {
  /** The columns of a batch by name, in order. */
  readonly columns: Readonly<Record<string, CsvColumn>>;
  /** Rows of a chunk. Default 1024. */
  readonly chunk?: number;
}

/** What each dtype holds, for errors. */
const holds: Readonly<Record<DType, string>> = {
  float32: "a finite number up to 3.4e38",
  float64: "a finite number",
  int32: "an integer from -2147483648 to 2147483647",
  uint8: "an integer from 0 to 255",
  bool: "0 or 1",
};

/**
 * Rows of numbers from a CSV file with a header (RFC 4180), for files of any size: they are parsed
 * as they are read. Each epoch parses the file again; `writeShards` does it once for all. A row
 * without a value is refused, because nothing can be learnt from it: `readCsv` takes such files.
 *
 * ```ts
 * csvRows("flats.csv", { columns: { x: { fields: ["area", "rooms"] }, y: { fields: ["price"] } } })
 * ```
 *
 * @throws ArgumentError when no column is asked for, or an option is not what it can be; while
 *   reading, with line and column, when the file is missing, the header has no such field, a row has
 *   more or fewer fields than the header, or one is no number that the dtype holds
 * @throws DTypeError for a dtype that there is not
 */
export function csvRows(file: string, options: CsvRowsOptions): StreamSource {
  requireOptions("csvRows", options, ["columns", "chunk", ...formatNames]);
  const { chunk = 1024 } = options;
  requireCount("csvRows", "chunk", chunk);
  const { decimal } = requireFormat("csvRows", options);
  const wanted = Object.entries(options.columns ?? {});
  if (wanted.length === 0) {
    throw new ArgumentError(
      `csvRows: received columns ${describeValue(options.columns)}, expected at least one such as ` +
        '{ x: { fields: ["area", "rooms"] } }.',
    );
  }
  const columns = wanted.map(([name, column]) => columnOf(name, column));
  const fields = wanted.map(([, column]) => [column.fields].flat());
  return {
    columns,
    async *read() {
      const name = csvName("csvRows", file);
      const room = () =>
        columns.map(({ shape, dtype }) =>
          elementsOf(dtype, new ArrayBuffer(chunk * sizeOf(shape) * bytesOf(dtype))),
        );
      let rows: RowReader[] | undefined;
      let arrays = room();
      let filled = 0;
      for await (const { cells, line } of csvRecords("csvRows", file, options)) {
        if (!rows) {
          const header = cells.map((cell) => cell.trim());
          rows = columns.map(
            ({ dtype }, index) => new RowReader(name, header, fields[index] ?? [], dtype, decimal),
          );
          continue;
        }
        for (const [index, reader] of rows.entries()) {
          reader.read(cells, line, arrays[index] as TypedArray, filled);
        }
        if (++filled < chunk) continue;
        yield arrays;
        arrays = room();
        filled = 0;
      }
      if (filled > 0) yield cut(arrays, filled / chunk);
    },
  };
}

/** The beginning of each array, such a share of it. */
const cut = (arrays: StreamChunk, share: number): StreamChunk =>
  arrays.map((array) => array.slice(0, Math.round(array.length * share)));

function columnOf(name: string, column: CsvColumn): StreamColumn {
  const what = `csvRows: column "${name}"`;
  requireOptions(what, column, ["fields", "dtype"], "its description");
  const { fields, dtype = "float32" } = column;
  const names: unknown[] = [fields].flat();
  if (names.length === 0 || names.some((each) => typeof each !== "string")) {
    throw new ArgumentError(
      `${what}: received fields ${describeValue(fields)}, expected the name of a field or a list of ` +
        "names.",
    );
  }
  const shape = typeof fields === "string" ? [] : [fields.length];
  return { name, shape, dtype: checkDType(what, dtype) };
}

/** Writes the numbers of some fields, row by row. */
class RowReader {
  readonly #places: readonly number[];

  constructor(
    readonly name: string,
    header: readonly string[],
    readonly fields: readonly string[],
    readonly dtype: DType,
    readonly decimal: "." | ",",
  ) {
    this.#places = fields.map((field) => placeOf(name, header, field));
  }

  read(cells: readonly string[], line: number, target: TypedArray, row: number): void {
    const start = row * this.#places.length;
    for (const [index, place] of this.#places.entries()) {
      const cell = cells[place] ?? "";
      const text = this.decimal === "," ? withPoint(cell) : cell;
      const value = text === null ? Number.NaN : readers.number(text.trim());
      target[start + index] = value;
      if (!this.#holds(value, target[start + index] as number)) {
        throw this.#refusal(cell, line, index, text === null);
      }
    }
  }

  /** Whether what is stored is the value; floats may be rounded, but not to infinity. */
  #holds(value: number, stored: number): boolean {
    if (this.dtype === "float32" || this.dtype === "float64") return Number.isFinite(stored);
    return stored === value && (this.dtype !== "bool" || value === 0 || value === 1);
  }

  #refusal(cell: string, line: number, index: number, hasPoint: boolean): ArgumentError {
    const expected = hasPoint
      ? pointAdvice
      : `${holds[this.dtype]} (${this.dtype}); ` +
        (cell.trim() === ""
          ? "leave the row out, or fill it in before"
          : "mend the cell or the dtype");
    return new ArgumentError(
      `${this.name}, line ${line}, column "${this.fields[index]}": received ${JSON.stringify(cell)}, ` +
        `expected ${expected}.`,
    );
  }
}

function placeOf(name: string, header: readonly string[], field: string): number {
  const place = header.indexOf(field);
  if (place >= 0 && header.indexOf(field, place + 1) < 0) return place;
  throw new ArgumentError(
    `${name}: the header has ${place < 0 ? "no field" : "more than one field"} "${field}", expected ` +
      `it once; its fields are ${header.join(", ")}.`,
  );
}
