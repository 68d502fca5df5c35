import { createReadStream } from "node:fs";
import {
  ArgumentError,
  type DType,
  type StreamChunk,
  type StreamColumn,
  type StreamSource,
} from "@versant/core";
import { describeValue, requireOptions, sizeOf } from "@versant/core/internal";
import { parse } from "csv-parse";
import { bytesOf, elementsOf } from "../weights/safetensors.js";

/** A column of a batch: one field of the file gives a number, several give a row of them. */
export interface CsvColumn {
  readonly fields: string | readonly string[];
  /** Default "float32". */
  readonly dtype?: DType;
}

export interface CsvRowsOptions {
  /** The columns of a batch by name, in order. */
  readonly columns: Readonly<Record<string, CsvColumn>>;
  /** Between two fields. Default ",". */
  readonly delimiter?: string;
  /** Rows of a chunk. Default 1024. */
  readonly chunk?: number;
}

/**
 * Rows of numbers from a CSV file with a header (RFC 4180), for files of any size: they are parsed
 * as they are read. Each epoch parses the file again; `writeShards` does it once for all.
 *
 * ```ts
 * csvRows("flats.csv", { columns: { x: { fields: ["area", "rooms"] }, y: { fields: ["price"] } } })
 * ```
 *
 * @throws ArgumentError when no column is asked for; while reading, when the file is missing, the
 *   header has no such field, a row has more or fewer fields than the header, or one is no number
 */
export function csvRows(file: string, options: CsvRowsOptions): StreamSource {
  requireOptions("csvRows", options, ["columns", "delimiter", "chunk"]);
  const { delimiter = ",", chunk = 1024 } = options;
  const wanted = Object.entries(options.columns ?? {});
  if (wanted.length === 0) {
    throw new ArgumentError(
      `csvRows: received columns ${describeValue(options.columns)}, expected at least one such as ` +
        '{ x: { fields: ["area", "rooms"] } }.',
    );
  }
  const columns: StreamColumn[] = wanted.map(([name, { fields, dtype = "float32" }]) => ({
    name,
    shape: typeof fields === "string" ? [] : [fields.length],
    dtype,
  }));
  const fields = wanted.map(([, column]) => [column.fields].flat());
  return {
    columns,
    async *read() {
      const stream = createReadStream(file);
      const parser = parse({ delimiter, bom: true, skip_empty_lines: true });
      stream.on("error", (error) => parser.destroy(error));
      stream.pipe(parser);
      try {
        yield* rowsOf(file, parser as AsyncIterable<string[]>, columns, fields, chunk);
      } catch (error) {
        if (error instanceof ArgumentError) throw error;
        throw new ArgumentError(
          `${file}: ${(error as Error).message}; expected a readable CSV file.`,
        );
      } finally {
        stream.destroy();
        parser.destroy();
      }
    },
  };
}

async function* rowsOf(
  file: string,
  records: AsyncIterable<string[]>,
  columns: readonly StreamColumn[],
  fields: readonly (readonly string[])[],
  atOnce: number,
): AsyncGenerator<StreamChunk, void, undefined> {
  const room = () =>
    columns.map(({ shape, dtype }) =>
      elementsOf(dtype, new ArrayBuffer(atOnce * sizeOf(shape) * bytesOf(dtype))),
    );
  let places: number[][] | null = null;
  let chunk = room();
  let filled = 0;
  let row = 0;
  for await (const record of records) {
    if (!places) {
      places = fields.map((names) => names.map((name) => placeOf(file, record, name)));
      continue;
    }
    row++;
    for (let column = 0; column < columns.length; column++) {
      const target = chunk[column];
      const from = places[column] ?? [];
      const start = filled * from.length;
      for (let index = 0; index < from.length; index++) {
        const text = record[from[index] as number] ?? "";
        const value = text.trim() === "" ? Number.NaN : Number(text);
        if (target && Number.isFinite(value)) target[start + index] = value;
        else throw notANumber(file, row, fields[column]?.[index], text);
      }
    }
    if (++filled < atOnce) continue;
    yield chunk;
    chunk = room();
    filled = 0;
  }
  if (filled > 0) {
    yield chunk.map((array) => array.slice(0, (array.length / atOnce) * filled));
  }
}

function placeOf(file: string, header: readonly string[], name: string): number {
  const place = header.indexOf(name);
  if (place >= 0 && header.indexOf(name, place + 1) < 0) return place;
  throw new ArgumentError(
    `${file}: the header has ${place < 0 ? "no field" : "more than one field"} "${name}", expected ` +
      `it once; its fields are ${header.join(", ")}.`,
  );
}

const notANumber = (file: string, row: number, field: string | undefined, text: string) =>
  new ArgumentError(
    `${file}: row ${row} after the header has ${JSON.stringify(text)} in "${field}", expected a ` +
      "finite number; leave the row out, or fill it in before.",
  );
