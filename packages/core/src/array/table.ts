/** A table for people, in columns of one width each. */
export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns from this one on hold numbers and stand flush right. */
  readonly numbersFrom: number;
  /** The column that is cut where the table would be too wide. */
  readonly cut: number;
}

const widthLimit = 100;
const gap = "  ";

/** The lines of a table; a rule follows the header, and may follow the last row. */
export function formatTable({ header, rows, numbersFrom, cut }: TextTable): {
  readonly lines: readonly string[];
  readonly rule: string;
} {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const total = (): number => widths.reduce((sum, width) => sum + gap.length + width, -gap.length);
  const title = header[cut] ?? "";
  const wanted = widths[cut] ?? 0;
  widths[cut] = Math.max(title.length, wanted - Math.max(0, total() - widthLimit));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (cell.length > width) return `${cell.slice(0, width - 1)}…`;
        return column < numbersFrom ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(gap)
      .trimEnd();
  const rule = "-".repeat(total());
  return { lines: [line(header), rule, ...rows.map(line)], rule };
}

/**
 * 48000 as "48,000", whatever the language of the machine: of whole numbers. The first number that
 * `toLocaleString` writes in a process costs 10 to 50 ms.
 */
export const formatCount = (count: number): string =>
  String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** "160 B", "153 kB", "1.23 MB": by factors of 1000, to three digits. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let size = bytes;
  // What would be written as 1000 is 1 of the next.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(3))} ${units[unit]}`;
}
