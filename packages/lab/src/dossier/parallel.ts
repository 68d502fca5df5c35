import { type Axis, type AxisValue, positionOf, ticksOf } from "../figures/axis.js";
import { foreignName } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import { coordinate, labelIn } from "./plot.js";
import type { Drawing } from "./svg.js";

/** One line a trial across one axis a quantity. */
export interface Parallel {
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly lines: readonly {
    readonly values: readonly AxisValue[];
    readonly isBest: boolean;
  }[];
}

const gap = 130;
const plot = { left: 70, top: 52, bottom: 290 };

/** The best trials above the others; a line has a gap where its trial has no value. */
export function drawParallel({ title, axes, lines }: Parallel, format: Format): Drawing {
  const label = labelIn(format);
  const across = (index: number): number => plot.left + index * gap;
  const up = (share: number): string => coordinate(plot.bottom + share * (plot.top - plot.bottom));
  const ordered = [...lines].sort((a, b) => Number(a.isBest) - Number(b.isBest));
  return {
    width: plot.left + (axes.length - 1) * gap + 70,
    height: plot.bottom + 14,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...ordered.map(({ values, isBest }) => {
        let [path, pen] = ["", "M"];
        for (const [index, axis] of axes.entries()) {
          const place = positionOf(axis, values[index]);
          if (place !== null) path += `${pen}${across(index)} ${up(place)}`;
          pen = place === null ? "M" : "L";
        }
        return `<path class="curve ${isBest ? "c1" : "c0 faint"}" d="${path}"/>`;
      }),
      ...axes.flatMap((axis, index) => [
        `<line class="axis" x1="${across(index)}" x2="${across(index)}" y1="${plot.top}" y2="${plot.bottom}"/>`,
        `<text class="count" x="${across(index)}" y="${plot.top - 12}" text-anchor="middle">${escapeHtml(short(axis.title))}</text>`,
        ...ticksOf(axis, 4).map(
          (tick) =>
            `<text class="tick" x="${across(index) - 6}" y="${up(tick.at)}" dy="4" text-anchor="end">${label(tick.value)}</text>`,
        ),
      ]),
    ],
  };
}

function short(title: string): string {
  const name = foreignName(title);
  return name.length > 19 ? `${name.slice(0, 18)}…` : name;
}
