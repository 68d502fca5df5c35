import { type Axis, type AxisValue, positionOf, ticksOf } from "../figures/axis.js";
import { foreignName } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import {
  acrossAt,
  coordinate,
  labelIn,
  linesAt,
  type Plot,
  upAt,
  wordsAcross,
  wordsUp,
} from "./plot.js";
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
const plot: Plot = { left: 62, right: 470, top: 34, bottom: 236 };

/** Points that lack a value have no place. */
export function drawScatter({ title, x, y, points, line }: Scatter, format: Format): Drawing {
  const placed = (across: AxisValue, up: AxisValue): (readonly [x: string, y: string])[] => {
    const [left, height] = [positionOf(x, across), positionOf(y, up)];
    if (left === null || height === null) return [];
    return [[coordinate(acrossAt(plot, left)), coordinate(upAt(plot, height))]];
  };
  const corners = line.flatMap(([across, up]) => placed(across, up)).map((each) => each.join(" "));
  const [ticks, label] = [ticksOf(y, 4), labelIn(format)];
  return {
    ...size,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...linesAt(plot, ticks),
      ...wordsUp(plot, ticks, label),
      ...wordsAcross(plot, ticksOf(x, 5), label),
      `<text class="tick" x="${plot.left}" y="${plot.top - 8}">${escapeHtml(foreignName(y.title))}</text>`,
      `<text class="tick" x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(foreignName(x.title))}</text>`,
      ...(corners.length > 1 ? [`<path class="curve c1" d="M${corners.join("L")}"/>`] : []),
      ...points.flatMap(({ isBest, ...point }) =>
        placed(point.x, point.y).map(
          ([cx, cy]) =>
            `<circle class="dot ${isBest ? "c1" : "c0"}" cx="${cx}" cy="${cy}" r="${isBest ? 4 : 2.5}"/>`,
        ),
      ),
    ],
  };
}
