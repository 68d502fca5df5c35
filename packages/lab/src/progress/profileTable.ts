import { formatTable, type MachineLimits, type ProfiledInstruction } from "@versant/core";
import { formatCount } from "./format.js";
import { type ProfileReport, type Totals, totalsOf } from "./profileReport.js";

/** Kernels with a smaller share than this stand in one row together. */
const smallestShare = 0.005;
const nameLimit = 36;

/** A step's kernels, the longest first, with what they reach of the machine; a line each. */
export function profileTable(report: ProfileReport): string[] {
  const { kernels, nanoseconds, outside, limits, steps } = report;
  // One unit for the whole column, so that it can be compared at a glance.
  const [unit, size] = nanoseconds < 1e7 ? ["µs", 1e3] : ["ms", 1e6];
  const timing = (part: number): string[] => [
    (part / size).toFixed(2),
    percent(part / nanoseconds),
  ];
  const row = (name: string, part: Totals): string[] => [
    name,
    part.calls.toLocaleString("en-US", { maximumFractionDigits: 1 }),
    ...timing(part.nanoseconds),
    ...reached(part, limits),
  ];
  const isShown = (part: Totals): boolean => part.nanoseconds >= smallestShare * nanoseconds;
  const shown = kernels.filter(isShown);
  const others = kernels.slice(shown.length);
  const { lines, rule } = formatTable({
    header: ["kernel", "calls", unit, "share", "GFLOP/s", "of limit", "GB/s", "of limit"],
    rows: [
      ...shown.map((kernel) => row(nameOf(kernel), kernel)),
      ...(others.length > 0 ? [row(`${others.length} others`, totalsOf(others))] : []),
      row("all kernels", totalsOf(kernels)),
      ["outside of kernels", "", ...timing(outside)],
      ["a step", "", ...timing(nanoseconds)],
    ],
    numbersFrom: 1,
    cut: 0,
  });
  return [
    ...lines.slice(0, -3),
    rule,
    ...lines.slice(-3),
    "",
    `${meansOf(steps)}. Above 100 % of the memory's GB/s, caches held the data.`,
  ];
}

/** Of fewer than four none is left out. */
const meansOf = (steps: number): string =>
  steps < 4
    ? `Steps measured: ${steps}`
    : `Means of the middle half of ${formatCount(steps)} steps`;

/** What it does in at most 36 letters: of many fused operations the last give way to the shape. */
function nameOf({ kind, label }: ProfiledInstruction): string {
  const name = kind === "checkFinite" ? `check ${label}` : label;
  if (name.length <= nameLimit) return name;
  const [shape = ""] = / \([^()]*\)$/.exec(name) ?? [];
  return `${name.slice(0, nameLimit - shape.length - 1)}…${shape}`;
}

/** GFLOP/s and their share of the limit, the same of GB/s; empty where there is nothing to count. */
function reached({ nanoseconds, operations, bytes }: Totals, limits: MachineLimits): string[] {
  const rate = (amount: number, limit: number): string[] => {
    const perSecond = nanoseconds > 0 ? (amount / nanoseconds) * 1e9 : 0;
    return amount > 0 ? [(perSecond / 1e9).toFixed(1), percent(perSecond / limit)] : ["", ""];
  };
  return [...rate(operations, limits.operationsPerSecond), ...rate(bytes, limits.bytesPerSecond)];
}

const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
