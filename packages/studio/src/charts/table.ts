import uPlot from "uplot";
import type { Curve } from "versant/studio-api";
import { smooth } from "./smooth.js";

/** A curve of a chart. */
export interface ChartCurve {
  /** Unique in its chart. */
  readonly name: string;
  /** What the legend calls it. */
  readonly label: string;
  readonly curve: Curve;
  /** Which of the colours of curves, from 1. */
  readonly color: number;
  readonly isDashed?: boolean;
  /** Whether a value holds until the next one. */
  readonly isStepped?: boolean;
}

/** What a column of a chart's table is drawn as. */
export interface Column {
  readonly curve: number;
  readonly kind: "curve" | "raw" | "lowest" | "highest";
}

/** Steps, and the values of each column at them; null where a curve has no point, undefined where it says nothing. */
export interface ChartTable {
  readonly columns: readonly Column[];
  readonly data: uPlot.AlignedData;
}

type Values = (number | null)[];

/** Curves of unlike steps as columns over all steps. On a logarithmic axis only what is above 0 has a place. */
export function tableOf(
  curves: readonly ChartCurve[],
  { smoothing, isLog }: { readonly smoothing: number; readonly isLog: boolean },
): ChartTable {
  const placed = (values: readonly (number | null)[]): Values =>
    isLog ? values.map((each) => (each !== null && each > 0 ? each : null)) : [...values];
  const columns: Column[] = [];
  const tables = curves.map(({ curve }, index): uPlot.AlignedData => {
    const { step, value, lowest, highest } = curve;
    const parts: [Column["kind"], readonly (number | null)[]][] = [
      ["curve", smooth(value, smoothing)],
    ];
    if (smoothing > 0) parts.push(["raw", value]);
    if (lowest && highest) parts.push(["lowest", lowest], ["highest", highest]);
    for (const [kind] of parts) columns.push({ curve: index, kind });
    return [[...step], ...parts.map(([, values]) => placed(values))];
  });
  return { columns, data: tables.length === 0 ? [[]] : uPlot.join(tables) };
}
