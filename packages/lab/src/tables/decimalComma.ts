const commaNumber = /^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i;
const pointNumber = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const groupedNumber = /^\s*[+-]?\d{1,3}(\.\d{3})+(,\d*)?\s*$/;

/**
 * A cell of a file whose numbers have a decimal comma, with a point in its place; text that is no
 * number stays as it is.
 *
 * @returns null for a number with a point: "1.234" is 1234 to whoever groups thousands, and 1.234 to
 *   whoever forgot the comma
 */
export function withPoint(cell: string): string | null {
  if (commaNumber.test(cell)) return cell.replace(",", ".");
  return cell.includes(".") && (pointNumber.test(cell) || groupedNumber.test(cell)) ? null : cell;
}

/** What to do about a cell that `withPoint` refuses. */
export const pointAdvice =
  "a number with a decimal comma such as 1234,5; take out points that group thousands, or pass " +
  '{ decimal: "." }';
