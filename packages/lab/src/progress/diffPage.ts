import { formatTable } from "@versant/core/internal";
import type { RunDiff } from "../ledger/diff.js";
import { sections } from "../ledger/difference.js";
import { printable } from "./format.js";
import { formatLeaves } from "./leaves.js";

/** In what two runs differ, for people: a line each. */
export function diffPage({ runs, sections: found, files }: RunDiff): string[] {
  const tables = sections.flatMap((section) => {
    const rows = found[section]?.map(({ name, values }) => [name, ...formatLeaves(values)]);
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
