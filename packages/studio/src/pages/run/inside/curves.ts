import { chosen } from "versant/figures";
import type { InsideMoment } from "versant/studio-api";
import { finite } from "../../../charts/curves.js";
import type { ChartCurve } from "../../../charts/table.js";

/** A number of each layer or parameter, over the steps at which it was measured. */
export function insideCurves(
  history: readonly InsideMoment[],
  read: (moment: InsideMoment) => readonly (readonly [path: string, value: number])[],
): readonly ChartCurve[] {
  const newest = history.at(-1);
  if (!newest) return [];
  const tables = history.map((moment) => new Map(read(moment)));
  const paths = chosen(read(newest).map(([path]) => path));
  return paths.map((path, index) => ({
    name: path,
    label: path,
    color: index + 1,
    curve: {
      step: history.map(({ step }) => step),
      value: tables.map((table) => finite(table.get(path))),
      time: history.map(({ time }) => Date.parse(time)),
      sequence: history.map(({ sequence }) => sequence),
    },
  }));
}
