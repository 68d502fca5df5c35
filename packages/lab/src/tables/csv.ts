import { ArgumentError, type ReadingOptions, type Table } from "@versant/core";
import { requireCount, TableBuilder } from "@versant/core/internal";
import { type CsvFormat, type CsvRecord, csvName, csvRecords, formatNames } from "./csvRecords.js";
import { pointAdvice, withPoint } from "./decimalComma.js";
import { requireReading } from "./reading.js";

export interface CsvOptions extends ReadingOptions, CsvFormat {}

export interface CsvPartsOptions extends CsvOptions {
  /** Rows a table; the last has what is left. Default 10,000. */
  readonly rows?: number;
}

/**
 * A CSV file (RFC 4180) as a table. The first row names the columns; their kinds are those of their
 * values unless `kinds` says otherwise. In a file of one column, empty lines between others are
 * missing values; elsewhere they are passed over. Under a decimal comma, a number with a point is
 * refused unless its column is said to be categories.
 *
 * @throws ArgumentError, naming line and column, when a row has more or fewer cells than the first, a
 *   cell is of another kind than those above it, or bytes are not text in the encoding; when a
 *   row takes more than 1 MiB, as with a quote that does not end
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  requireReading("readCsv", options, formatNames);
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
  requireReading("readCsvParts", options, [...formatNames, "rows"]);
  const { rows = 10_000 } = options;
  requireCount("readCsvParts", "rows", rows);
  yield* tables("readCsvParts", path, options, rows);
}

async function* tables(
  operation: string,
  path: string,
  options: CsvOptions,
  size: number,
): AsyncGenerator<Table> {
  const name = csvName(operation, path);
  let builder: TableBuilder | undefined;
  let names: readonly string[] = [];
  for await (const record of csvRecords(operation, path, options)) {
    const { cells, line } = record;
    if (!builder) {
      names = cells.map((cell) => cell.trim());
      builder = new TableBuilder({ name, place: "line" }, names, options);
      continue;
    }
    const isComma = options.decimal === ",";
    builder.add(isComma ? commaCells(name, names, record, options.kinds) : cells, line);
    if (builder.length === size) yield builder.finish();
  }
  if (builder && builder.length > 0) yield builder.finish();
}

/** The cells with points for decimal commas. */
function commaCells(
  name: string,
  names: readonly string[],
  { cells, line }: CsvRecord,
  kinds: ReadingOptions["kinds"],
): string[] {
  return cells.map((cell, position) => {
    const column = names[position] ?? "";
    if (kinds?.[column] === "category") return cell;
    const text = withPoint(cell);
    if (text !== null) return text;
    throw new ArgumentError(
      `${name}, line ${line}, column "${column}": received ${JSON.stringify(cell)}, expected ` +
        `${pointAdvice}; or say that the column is no number: ` +
        `{ kinds: { ${JSON.stringify(column)}: "category" } }.`,
    );
  });
}
