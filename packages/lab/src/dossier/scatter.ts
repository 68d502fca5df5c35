import { type Axis, type AxisValue, positionOf, ticksOf } from "../figures/axis.js";
import { foreignName } from "./blocks.js";
import { tickLabel } from "./chart.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import type { Drawing } from "./svg.js";

/** Trials between two axes, with a line through some places, as the best so far. */
export interface Scatter {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly {
    readonly x: AxisValue;
    readonly y: AxisValue;
    readonly isBest: boolean;
  }[];
  readonly line: readonly (readonly [x: number, y: number])[];
}

const size = { width: 480, height: 280 };
const plot = { left: 62, right: 470, top: 34, bottom: 236 };

const at = (value: number): string => value.toFixed(1);

/** Points that lack a value have no place. */
export function drawScatter({ title, x, y, points, line }: Scatter, format: Format): Drawing {
  const across = (value: AxisValue): number | null =>
    placed(positionOf(x, value), plot.left, plot.right);
  const up = (value: AxisValue): number | null =>
    placed(positionOf(y, value), plot.bottom, plot.top);
  const corners = line.flatMap(([left, top]) => {
    const [a, b] = [across(left), up(top)];
    return a === null || b === null ? [] : [`${at(a)} ${at(b)}`];
  });
  return {
    ...size,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...ticksOf(y, 4).map((tick) => {
        const top = at(plot.bottom + tick.at * (plot.top - plot.bottom));
        return (
          `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${top}" y2="${top}"/>` +
          `<text class="tick" x="${plot.left - 8}" y="${top}" dy="4" text-anchor="end">${label(tick.value, format)}</text>`
        );
      }),
      ...ticksOf(x, 5).map((tick) => {
        const left = at(plot.left + tick.at * (plot.right - plot.left));
        return `<text class="tick" x="${left}" y="${plot.bottom + 17}" text-anchor="middle">${label(tick.value, format)}</text>`;
      }),
      `<text class="tick" x="${plot.left}" y="${plot.top - 8}">${escapeHtml(foreignName(y.title))}</text>`,
      `<text class="tick" x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(foreignName(x.title))}</text>`,
      ...(corners.length > 1 ? [`<path class="curve c1" d="M${corners.join("L")}"/>`] : []),
      ...points.flatMap((point) => {
        const [left, top] = [across(point.x), up(point.y)];
        if (left === null || top === null) return [];
        const kind = point.isBest ? "dot c1" : "dot c0";
        return [
          `<circle class="${kind}" cx="${at(left)}" cy="${at(top)}" r="${point.isBest ? 4 : 2.5}"/>`,
        ];
      }),
    ],
  };
}

const placed = (position: number | null, from: number, to: number): number | null =>
  position === null ? null : from + position * (to - from);

export function label(value: number | string, format: Format): string {
  if (typeof value === "number") return tickLabel(value, format);
  const name = foreignName(value);
  return escapeHtml(name.length > 12 ? `${name.slice(0, 11)}…` : name);
}
