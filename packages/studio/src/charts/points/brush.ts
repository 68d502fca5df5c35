import { type Axis, type AxisValue, positionOf } from "versant/figures";

/** The part of an axis that is looked at, from 0 to 1. */
export type Brush = readonly [low: number, high: number];

/** By the names of axes; without one, all of an axis. */
export type Brushes = Readonly<Record<string, Brush>>;

/** The same brushes with another one, or without that of an axis. */
export function withBrush(brushes: Brushes, name: string, brush: Brush | undefined): Brushes {
  const { [name]: _old, ...others } = brushes;
  if (!brush || (brush[0] <= 0 && brush[1] >= 1)) return others;
  return { ...others, [name]: brush };
}

/** Whether values lie within all brushes; what has no place on an axis lies in no part of it. */
export function isWithin(
  brushes: Brushes,
  axes: readonly Axis[],
  valueAt: (name: string) => AxisValue,
): boolean {
  return axes.every((axis) => {
    const brush = brushes[axis.name];
    if (!brush) return true;
    const at = positionOf(axis, valueAt(axis.name));
    return at !== null && at >= brush[0] - 1e-9 && at <= brush[1] + 1e-9;
  });
}

/** How far one press of a key moves the end of a brush: a word, or a twentieth of a range. */
export const strideOf = (axis: Axis): number =>
  axis.kind === "words" ? 1 / Math.max(1, axis.words.length) : 0.05;

/** The brush with one end at another place; the ends do not change sides. */
export function moved(brush: Brush, end: "low" | "high", to: number): Brush {
  const at = Math.max(0, Math.min(1, Math.round(to * 1e6) / 1e6));
  return end === "low" ? [Math.min(at, brush[1]), brush[1]] : [brush[0], Math.max(at, brush[0])];
}
