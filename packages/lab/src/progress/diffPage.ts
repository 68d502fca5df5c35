import { formatTable } from "@versant/core/internal";
import type { RunDiff } from "../ledger/diff.js";
import { type Leaf, sections } from "../ledger/difference.js";
import { printable } from "./format.js";

/** In what two runs differ, for people: a line each. */
export function diffPage({ runs, sections: found, files }: RunDiff): string[] {
  const tables = sections.flatMap((section) => {
    const rows = found[section]?.map(({ name, values }) => [
      name,
      ...values.map((value) => formatLeaf(value)),
    ]);
    if (!rows) return [];
    const header = [section, ...runs];
    return ["", ...formatTable({ header, rows, numbersFrom: 1, cut: 0 }).lines];
  });
  const patches = files.flatMap(({ path, patch }) => ["", `file ${path}`, ...patch.split("\n")]);
  const lines = [...tables, ...patches].slice(1);
  return lines.length === 0
    ? [printable(`${runs.join(" and ")} differ in nothing that is recorded.`)]
    : lines.map(printable);
}

/** Long words, such as hashes, are told apart by their beginnings. */
export function formatLeaf(value: Leaf | undefined, most = 24): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  const text = String(value);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
