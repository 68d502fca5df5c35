import { formatTable } from "@versant/core/internal";
import { directionOf } from "../experiment/direction.js";
import { type Compared, differencesOf } from "../ledger/difference.js";
import { formatScore, printable } from "./format.js";
import { formatLeaves } from "./leaves.js";

/** Which way scores are better, where their names do not say. */
export interface CompareOptions {
  /** Names, separated by commas. */
  readonly smallest?: string;
  readonly largest?: string;
}

const widthLimit = 100;
const cellLimit = 16;

/**
 * Runs as columns, in as many tables below each other as the page needs. What all have in common is
 * left out; a star marks the best of each score.
 */
export function comparePage(all: readonly Compared[], options: CompareOptions = {}): string[] {
  const differing = differencesOf(all);
  const settings = (["hyper-parameters", "model", "data", "code"] as const).flatMap((section) =>
    (differing.get(section) ?? []).map(({ name, values }) => [
      section === "data" || section === "code" ? `${section} ${name}` : name,
      ...formatLeaves(values, cellLimit),
    ]),
  );
  const scores = [...new Set(all.flatMap(({ run }) => Object.keys(run.scores)))].sort();
  const rows = [
    ["state", ...all.map(({ run }) => run.state)],
    ["epochs reached", ...all.map(({ run }) => String(run.epochs))],
    ["seconds", ...all.map(({ run }) => (run.seconds === null ? "-" : run.seconds.toFixed(1)))],
    ...settings,
    ...scores.map((name) => scoreRow(name, all, options)),
  ];
  const table = [["", ...all.map(({ run }) => run.id)], ...rows];
  const isMarked = rows.some((cells) => cells.some((cell) => cell.endsWith("*")));
  return [...blocksOf(table).flat(), ...(isMarked ? ["* the best of its row"] : [])].map(printable);
}

/** Tables of as many columns as fit beside the names. */
function blocksOf(table: readonly (readonly string[])[]): string[][] {
  const widthOf = (column: number): number =>
    2 + Math.max(...table.map((cells) => cells[column]?.length ?? 0));
  const columns = table[0]?.length ?? 0;
  const blocks: string[][] = [];
  for (let start = 1; start < columns; ) {
    let end = start + 1;
    let width = widthOf(0) + widthOf(start);
    while (end < columns && width + widthOf(end) <= widthLimit) width += widthOf(end++);
    const [header = [], ...rows] = table.map(([name = "", ...cells]) => [
      name,
      ...cells.slice(start - 1, end - 1),
    ]);
    const { lines } = formatTable({ header, rows, numbersFrom: 1, cut: 0 });
    blocks.push(start === 1 ? [...lines] : ["", ...lines]);
    start = end;
  }
  return blocks;
}

function scoreRow(name: string, all: readonly Compared[], options: CompareOptions): string[] {
  const values = all.map(({ run }) => run.scores[name]);
  const numbers = values.filter((value) => typeof value === "number");
  const isListed = (list = ""): boolean => list.split(",").some((each) => each.trim() === name);
  const best = isListed(options.largest)
    ? Math.max(...numbers)
    : isListed(options.smallest) || directionOf(name) === "min"
      ? Math.min(...numbers)
      : directionOf(name) === "max"
        ? Math.max(...numbers)
        : undefined;
  const cells = values.map((value) =>
    typeof value === "number" ? formatScore(value) : (value ?? "-"),
  );
  const hasRest = new Set(values).size > 1;
  return [
    name,
    ...cells.map((cell, index) => (hasRest && values[index] === best ? `${cell} *` : `${cell}  `)),
  ];
}
