import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import { TableBuilder } from "@versant/core/internal";
import { CsvError, type Info, parse } from "csv-parse";
import { requireReading, unreadable } from "./reading.js";

export interface CsvOptions extends ReadingOptions {
  /** Between cells. Default ",". */
  readonly delimiter?: string;
  /** Around cells that hold delimiters or line ends; doubled inside of them. Default '"'. */
  readonly quote?: string;
  /** Any that `TextDecoder` knows, such as "windows-1252". Default "utf-8". */
  readonly encoding?: string;
  /** What stands between whole and fraction of a number. Default ".". */
  readonly decimal?: "." | ",";
}

export interface CsvPartsOptions extends CsvOptions {
  /** Rows a table; the last has what is left. Default 10,000. */
  readonly rows?: number;
}

const optionNames = ["delimiter", "quote", "encoding", "decimal"];

/**
 * A CSV file (RFC 4180) as a table. The first row names the columns; their kinds are those of their
 * values unless `kinds` says otherwise.
 *
 * @throws ArgumentError, naming line and column, when a row has more or fewer cells than the first, a
 *   cell is of another kind than those above it, or bytes are not text in the encoding
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  requireReading("readCsv", options, optionNames);
  for await (const table of tables("readCsv", path, options, Number.POSITIVE_INFINITY))
    return table;
  throw new ArgumentError(`readCsv: ${path} holds no row, expected some below the names.`);
}

/**
 * The same, some rows at a time: for files that are larger than memory. Kinds that the first values
 * decide hold for all parts.
 */
export async function* readCsvParts(
  path: string,
  options: CsvPartsOptions = {},
): AsyncGenerator<Table> {
  requireReading("readCsvParts", options, [...optionNames, "rows"]);
  const { rows = 10_000 } = options;
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ArgumentError(
      `readCsvParts: received rows ${rows}, expected an integer of at least 1.`,
    );
  }
  yield* tables("readCsvParts", path, options, rows);
}

async function* tables(
  operation: string,
  path: string,
  options: CsvOptions,
  size: number,
): AsyncGenerator<Table> {
  const { delimiter = ",", quote = '"', encoding = "utf-8", decimal = "." } = options;
  const name = `${operation}: ${basename(path)}`;
  const damage = { found: false };
  const parser = parse({
    delimiter,
    quote,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const text = decoded(path, encoding, damage);
  // Errors of the file come out of the parser, which is what is waited for.
  const reading = pipeline(text, parser).catch(
    (error: unknown) => void parser.destroy(error as Error),
  );
  let builder: TableBuilder | undefined;
  let names: readonly string[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: Info;
    }>) {
      if (damage.found) requireDecoded(name, names, record, info.lines, encoding);
      if (!builder) {
        names = record;
        requireDelimiter(name, names, delimiter);
        builder = new TableBuilder({ name, place: "line" }, names, options);
        continue;
      }
      builder.add(decimal === "," ? record.map(withPoint) : record, info.lines);
      if (builder.length === size) yield builder.finish();
    }
    if (builder && builder.length > 0) yield builder.finish();
  } catch (error) {
    if (error instanceof CsvError) {
      throw new ArgumentError(`${name}: ${error.message}; expected cells quoted as in RFC 4180.`);
    }
    throw error instanceof ArgumentError ? error : unreadable(operation, path, error);
  } finally {
    parser.destroy();
    await reading;
  }
}

/** "1.234,5" is left as it is: it is not said which of the two its point is. */
const withPoint = (cell: string): string =>
  /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i.test(cell) ? cell.replace(",", ".") : cell;

/**
 * The text of a file. Bytes that are no UTF-8 become U+FFFD and are noted, so that the cell that they
 * stand in can be named when it is known.
 */
async function* decoded(
  path: string,
  encoding: string,
  damage: { found: boolean },
): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    if (decoder.encoding === "utf-8") {
      // A line end is never a part of another character, so whole lines can be checked.
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      const end = bytes.lastIndexOf(10) + 1;
      rest = bytes.subarray(end);
      damage.found ||= !isUtf8(bytes.subarray(0, end));
    }
    yield decoder.decode(chunk as Buffer, { stream: true });
  }
  damage.found ||= !isUtf8(rest);
  yield decoder.decode();
}

function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding);
  } catch {
    throw new ArgumentError(
      `readCsv: received encoding ${JSON.stringify(encoding)}, expected one such as "utf-8", ` +
        '"windows-1252" or "utf-16le".',
    );
  }
}

function requireDecoded(
  name: string,
  names: readonly string[],
  record: readonly string[],
  line: number,
  encoding: string,
): void {
  const position = record.findIndex((cell) => cell.includes("\uFFFD"));
  if (position < 0) return;
  const column = names[position] ?? `${position + 1}`;
  throw new ArgumentError(
    `${name}, line ${line}, column "${column}": received ${JSON.stringify(record[position])}, which ` +
      `holds bytes that are not ${encoding}; expected text in the file's own encoding, often ` +
      '{ encoding: "windows-1252" }.',
  );
}

function requireDelimiter(name: string, names: readonly string[], delimiter: string): void {
  const [only = ""] = names;
  const other = [",", ";", "\t", "|"].find((each) => each !== delimiter && only.includes(each));
  if (names.length > 1 || other === undefined) return;
  throw new ArgumentError(
    `${name}: received one column, ${JSON.stringify(only)}, expected columns between ` +
      `${JSON.stringify(delimiter)}; pass { delimiter: ${JSON.stringify(other)} }.`,
  );
}
