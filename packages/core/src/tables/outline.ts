import { formatCount, formatTable } from "../array/index.js";
import { type Column, valueAt } from "./column.js";

/** Of the rows that a table shows. */
const shownRows = 5;
/** Characters of a value that it shows. */
const shownWidth = 16;
/** With fewer rows it says nothing that most categories differ. */
const fewRows = 20;

/**
 * Whether most rows have a category of their own, as names, ids, and numbers or dates in a form that
 * was read as text have: nothing can be learnt of what does not recur.
 *
 * @param present rows that have a category
 */
export const hardlyRecurs = (different: number, present: number): boolean =>
  present >= fewRows && different > present / 2;

/** A table in a few lines: a line a column, however many there are, then what is odd about them. */
export function outlineOf(columns: ReadonlyMap<string, Column>, length: number): string {
  const described = [...columns].map(([name, column]) => ({ name, column, ...contentOf(column) }));
  const positions = Array.from({ length: Math.min(length, shownRows) }, (_, row) => row);
  const { lines } = formatTable({
    header: ["column", "kind", "missing", ...positions.map((row) => `row ${row}`)],
    rows: described.map(({ name, column, missing }) => [
      name,
      column.kind,
      formatCount(missing),
      ...positions.map((row) => shown(column, row)),
    ]),
    numbersFrom: 2,
    cut: 0,
  });
  const odd = described.flatMap(({ name, different, missing }) =>
    hardlyRecurs(different, length - missing)
      ? [
          `${name}: ${formatCount(different)} different categories in ${formatCount(length - missing)} ` +
            "rows; a name or an id, or numbers or dates in a form that is read as text",
        ]
      : [],
  );
  return [`${formatCount(length)} rows`, ...lines, ...odd].join("\n");
}

/** How many values are missing, and of categories how many there are. */
function contentOf(column: Column): { readonly missing: number; readonly different: number } {
  const isFloat = column.kind === "number" || column.kind === "date";
  let missing = 0;
  for (const value of column.values) if (isFloat ? Number.isNaN(value) : value < 0) missing++;
  if (column.kind !== "category") return { missing, different: 0 };
  return { missing, different: new Set(column.values).size - (missing > 0 ? 1 : 0) };
}

function shown(column: Column, row: number): string {
  const value = valueAt(column, row);
  if (value === null) return "";
  const text =
    value instanceof Date ? value.toISOString().replace("T00:00:00.000Z", "") : `${value}`;
  return text.length > shownWidth ? `${text.slice(0, shownWidth - 1)}…` : text;
}
