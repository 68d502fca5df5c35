/** A record of a CSV file (RFC 4180) with its line end; nothing stands for undefined and null. */
export const csvLine = (cells: readonly unknown[]): string => `${cells.map(quoted).join(",")}\r\n`;

function quoted(value: unknown): string {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
