import { type Axis, positionOf } from "versant/figures";
import { faded, token } from "../canvas.js";
import { colorOfMark, palette, shadeOf } from "./draw.js";
import type { Item } from "./items.js";

/** Where the axes of parallel coordinates stand, in pixels. */
export interface ParallelLayout {
  /** Of each axis. */
  readonly x: readonly number[];
  readonly top: number;
  readonly bottom: number;
  /** Where lines go that have no value on an axis; null where all have one. */
  readonly lacking: number | null;
}

/** Lines in one stroke: where more lie upon each other, there it is darker. */
const together = 30;

const dashes = { dot: [], ring: [], triangle: [5, 4], cross: [1.5, 3] } as const;

/** One line an item: those that are looked at in the colours of their value, above the others. */
export function drawLines(
  context: CanvasRenderingContext2D,
  items: readonly Item[],
  axes: readonly Axis[],
  layout: ParallelLayout,
  { color, isActive }: { readonly color: Axis; readonly isActive: (item: Item) => boolean },
): void {
  const trace = lineOf(context, axes, layout);
  const active = items.filter(isActive);
  context.lineWidth = 1;
  context.lineJoin = "round";
  context.strokeStyle = faded(token("ink-soft"), 0.16);
  if (active.length < items.length) {
    context.beginPath();
    for (const item of items) if (!isActive(item)) trace(item);
    context.stroke();
  }
  const shade = palette();
  const groups = new Map<string, Item[]>();
  for (const item of active) {
    const at = positionOf(color, item.values[color.name]);
    const key = `${item.mark} ${at === null ? "" : shadeOf(at)}`;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  const alpha = Math.max(0.22, Math.min(0.85, 12 / Math.sqrt(active.length)));
  for (const group of groups.values()) {
    const [{ mark, values }] = group as [Item];
    context.strokeStyle = faded(
      colorOfMark(mark) ?? shade(positionOf(color, values[color.name])),
      alpha,
    );
    context.setLineDash([...dashes[mark]]);
    for (let start = 0; start < group.length; start += together) {
      context.beginPath();
      for (const item of group.slice(start, start + together)) trace(item);
      context.stroke();
    }
  }
  context.setLineDash([]);
  // Several that stand out must not hide the others.
  const best = active.filter(({ isBest }) => isBest);
  context.strokeStyle = best.length === 1 ? token("ink") : faded(token("ink"), 0.5);
  context.lineWidth = best.length === 1 ? 2 : 1.2;
  context.beginPath();
  for (const item of best) trace(item);
  context.stroke();
}

/** A line through one item's values; what has none runs below the axes. */
function lineOf(
  context: CanvasRenderingContext2D,
  axes: readonly Axis[],
  { x, top, bottom, lacking }: ParallelLayout,
): (item: Item) => void {
  return ({ values }) => {
    for (const [index, axis] of axes.entries()) {
      const at = positionOf(axis, values[axis.name]);
      const y = at === null ? (lacking ?? bottom) : bottom - at * (bottom - top);
      context[index === 0 ? "moveTo" : "lineTo"](x[index] ?? 0, y);
    }
  };
}
