import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";
import { CsvError, parse } from "csv-parse";
import { type Damage, decoded, requireEncoding } from "./csvText.js";
import { unreadable } from "./reading.js";

/** How a CSV file is written. */
export interface CsvFormat {
  /** Between cells. Default ",". */
  readonly delimiter?: string;
  /** Around cells that hold delimiters or line ends; doubled inside of them. Default '"'. */
  readonly quote?: string;
  /** Any that `TextDecoder` knows, such as "windows-1252". Default "utf-8". */
  readonly encoding?: string;
  /** What stands between whole and fraction of a number. Default ".". */
  readonly decimal?: "." | ",";
}

export const formatNames = ["delimiter", "quote", "encoding", "decimal"];

/** Some cells of a file. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line that they begin in, from 1. */
  readonly line: number;
}

/** What a parser may gather for one record before a quote that does not end is taken for its cause. */
const longestRecord = 2 ** 20;

/** Who reads what, for errors: "readCsv: sales.csv". */
export const csvName = (operation: string, path: string): string =>
  `${operation}: ${path === "-" ? "standard input" : basename(path)}`;

/**
 * The format with its defaults.
 *
 * @throws ArgumentError when a part of it is not what it can be
 */
export function requireFormat(operation: string, format: CsvFormat): Required<CsvFormat> {
  const { delimiter = ",", quote = '"', encoding = "utf-8", decimal = "." } = format;
  const refuse = (name: keyof CsvFormat, value: unknown, expected: string): never => {
    throw new ArgumentError(
      `${operation}: received ${name} ${describeValue(value)}, expected ${expected}.`,
    );
  };
  if (typeof quote !== "string" || !/^[^\r\n]$/u.test(quote)) {
    refuse("quote", quote, "one character such as '\"'");
  }
  if (typeof delimiter !== "string" || !/^[^\r\n]+$/.test(delimiter) || delimiter === quote) {
    refuse("delimiter", delimiter, `text other than the quote, such as "," or ";"`);
  }
  if (decimal !== "." && decimal !== ",") refuse("decimal", decimal, '"." or ","');
  requireEncoding(operation, encoding);
  return { delimiter, quote, encoding, decimal };
}

/**
 * The records of a CSV file (RFC 4180), one after the other, whatever its size, the names of the
 * columns among them. Empty lines are passed over, but for those between the lines of a file of one
 * column: there they are empty cells.
 *
 * @param columns what the cells are, in a file that does not begin with names
 * @throws ArgumentError, naming the line, when the file cannot be read, a record has more or fewer
 *   cells than there are columns, a quote does not end, or bytes are not text in the encoding
 */
export async function* csvRecords(
  operation: string,
  path: string,
  format: CsvFormat,
  columns?: readonly string[],
): AsyncGenerator<CsvRecord, void, undefined> {
  const { delimiter, quote, encoding } = requireFormat(operation, format);
  const name = csvName(operation, path);
  const damage: Damage = { found: false };
  const places = new Places();
  const parser = parse({
    delimiter,
    quote,
    bom: true,
    relax_column_count: true,
    max_record_size: longestRecord,
    on_record: (cells, { lines }) => {
      places.add(cells, lines);
      return cells;
    },
  });
  // Errors of the file come out of the parser, which is what is waited for.
  const reading = pipeline(decoded(path, encoding, damage), parser).catch(
    (error: unknown) => void parser.destroy(error as Error),
  );
  let names = columns;
  const empty: CsvRecord[] = [];
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const record = { cells, line: places.take() };
      if (cells.length === 1 && cells[0] === "") {
        if (names?.length === 1) empty.push(record);
        continue;
      }
      if (damage.found) requireDecoded(name, names ?? [], record, encoding);
      if (names) requireAsMany(name, names, record);
      else requireDelimiter(name, cells, delimiter);
      names ??= cells;
      yield* empty.splice(0);
      yield record;
    }
  } catch (error) {
    if (error instanceof CsvError) throw malformed(`${name}, line ${places.line}`, error);
    throw error instanceof ArgumentError ? error : unreadable(operation, path, error);
  } finally {
    parser.destroy();
    await reading;
  }
}

/** The lines that records begin in. The parser is ahead of whoever reads its records. */
class Places {
  /** Where the record begins that is parsed. */
  line = 1;
  #waiting: number[] = [];
  #taken = 0;
  #parsed = 0;

  /**
   * One more record.
   *
   * @param lines that the parser has counted up to its end. It takes a line end of two characters
   *   inside of quotes for two, so that those are counted here.
   */
  add(cells: readonly string[], lines: number): void {
    const isLong = lines - this.#parsed > 1;
    const within = (cell: string): number => cell.match(/\r\n|\r|\n/g)?.length ?? 0;
    this.#waiting.push(this.line);
    this.#parsed = lines;
    this.line += isLong ? cells.reduce((sum, cell) => sum + within(cell), 1) : 1;
  }

  /** The line of the record that is read next. */
  take(): number {
    const line = this.#waiting[this.#taken++] ?? this.line;
    // Not one by one, which moves all that are behind.
    if (this.#taken === this.#waiting.length) {
      this.#waiting = [];
      this.#taken = 0;
    }
    return line;
  }
}

function malformed(place: string, { code, message }: CsvError): ArgumentError {
  const isOpen = code === "CSV_QUOTE_NOT_CLOSED" || code === "CSV_MAX_RECORD_SIZE";
  return new ArgumentError(
    isOpen
      ? `${place}: received a record that begins here and does not end ` +
          `${code === "CSV_MAX_RECORD_SIZE" ? `within ${longestRecord} bytes` : "before the file"}, ` +
          "expected each quote to be closed; look for a single one in this line, or pass another " +
          "{ quote }."
      : `${place}: ${message}; expected cells quoted as in RFC 4180.`,
  );
}

function requireAsMany(name: string, names: readonly string[], { cells, line }: CsvRecord): void {
  if (cells.length === names.length) return;
  const last = names[Math.min(cells.length, names.length) - 1]?.trim();
  throw new ArgumentError(
    `${name}, line ${line}: received ${cells.length} cells (the last that fits is column "${last}"), ` +
      `expected ${names.length}, one for each column; look for a missing or unquoted delimiter.`,
  );
}

function requireDecoded(
  name: string,
  names: readonly string[],
  { cells, line }: CsvRecord,
  encoding: string,
): void {
  const position = cells.findIndex((cell) => cell.includes("\uFFFD"));
  if (position < 0) return;
  const column = names[position]?.trim() ?? `${position + 1}`;
  throw new ArgumentError(
    `${name}, line ${line}, column "${column}": received ${JSON.stringify(cells[position])}, which ` +
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
