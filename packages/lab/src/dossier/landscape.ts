import { contours } from "d3-contour";
import { axisOf, positionOf, suitsLog, ticksOf } from "../figures/axis.js";
import { heightsOf } from "../figures/landscape.js";
import type { Landscape, LandscapePoint } from "../ledger/landscapeEvent.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import { acrossAt, coordinate, labelIn, type Plot, upAt, wordsAcross, wordsUp } from "./plot.js";
import type { Drawing } from "./svg.js";

/** The loss on a plane through a model's weights, and where training went. */
export interface LandscapeFigure {
  /** The same in every language: "landscape-path". */
  readonly name: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly content: Landscape;
  /** What stands below: which losses have the least colour, and the most. */
  readonly key: string;
  /** What the picture shows, in numbers. */
  readonly facts: readonly (readonly [label: string, value: string])[];
}

const size = { width: 480, height: 400 };
const plot: Plot = { left: 52, right: 470, top: 30, bottom: 340 };

/** Steps of height between two lines. */
const levels = 12;

/** Isolines of the loss, with more colour where it is higher, and the path of training. */
export function drawLandscape(figure: LandscapeFigure, format: Format): Drawing {
  const { title, xTitle, yTitle, content, key } = figure;
  const { path = [] } = content;
  const [x, y] = [axisOf("x", content.x), axisOf("y", content.y)];
  const label = labelIn(format);
  const placed = (point: LandscapePoint): readonly [left: string, top: string] => [
    coordinate(acrossAt(plot, positionOf(x, point.x) ?? 0)),
    coordinate(upAt(plot, positionOf(y, point.y) ?? 0)),
  ];
  const dot = (point: LandscapePoint | undefined, kind: string): string[] => {
    if (!point) return [];
    const [left, top] = placed(point);
    return [`<circle class="${kind}" cx="${left}" cy="${top}" r="4.5"/>`];
  };
  const line = path.map((point) => placed(point).join(" ")).join("L");
  const middle = coordinate((plot.top + plot.bottom) / 2);
  const parts = [
    `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
    ...isolines(content),
    `<rect class="frame" x="${plot.left}" y="${plot.top}" width="${plot.right - plot.left}" height="${plot.bottom - plot.top}"/>`,
    ...wordsAcross(plot, ticksOf(x, 5), label),
    ...wordsUp(plot, ticksOf(y, 5), label),
    `<text class="tick" x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(xTitle)}</text>`,
    `<text class="tick" x="10" y="${middle}" text-anchor="middle" transform="rotate(-90 10 ${middle})">${escapeHtml(yTitle)}</text>`,
    `<text class="tick" x="${plot.left}" y="${plot.bottom + 52}">${escapeHtml(key)}</text>`,
    ...(path.length > 0 ? [`<path class="curve c1" d="M${line}"/>`] : []),
    ...dot(path[0], "start"),
    ...dot(path.at(-1), "dot c1"),
  ];
  return { ...size, label: `${title}: ${key}`, parts };
}

/** Each level lies upon those below it, so that what is high has most colour. */
function isolines(content: Landscape): string[] {
  const { x, y, loss } = content;
  const { heights } = heightsOf(content, suitsLog(loss.flat()));
  const thresholds = Array.from({ length: levels - 1 }, (_, index) => (index + 1) / levels);
  const place = (column: number, row: number): string => {
    // A place of the grid stands in the middle of its cell; what lies beyond is cut.
    const share = (value: number, count: number): number =>
      Math.max(0, Math.min((value - 0.5) / (count - 1), 1));
    const across = acrossAt(plot, share(column, x.length));
    return `${coordinate(across)} ${coordinate(upAt(plot, share(row, y.length)))}`;
  };
  const found = contours().size([x.length, y.length]).thresholds(thresholds)([...heights]);
  return found.flatMap(({ coordinates }) => {
    const rings = coordinates
      .flat()
      .map((ring) => `M${ring.map(([column = 0, row = 0]) => place(column, row)).join("L")}Z`);
    return rings.length > 0 ? [`<path class="level" d="${rings.join("")}"/>`] : [];
  });
}
