import { contours } from "d3-contour";
import type { Landscape } from "../ledger/landscapeEvent.js";
import { axisOf, tickLabel } from "./chart.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
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
const plot = { left: 52, right: 470, top: 30, bottom: 340 };

/** Steps of height between two lines. */
const levels = 12;

/** Losses further apart than this are told apart by their logarithm. */
const spanOfLog = 10;

/** Isolines of the loss, with more colour where it is higher, and the path of training. */
export function drawLandscape(figure: LandscapeFigure, format: Format): Drawing {
  const { title, xTitle, yTitle, content, key } = figure;
  const { path = [] } = content;
  const linear = { ticks: 5, mayBeLog: false };
  const x = axisOf([...content.x], [plot.left, plot.right], linear);
  const y = axisOf([...content.y], [plot.bottom, plot.top], linear);
  const at = (value: number): string => value.toFixed(1);
  const points = path.map((each) => `${at(x.place(each.x))} ${at(y.place(each.y))}`);
  const dot = (point: (typeof path)[number] | undefined, kind: string): string[] =>
    point
      ? [
          `<circle class="${kind}" cx="${at(x.place(point.x))}" cy="${at(y.place(point.y))}" r="4.5"/>`,
        ]
      : [];
  const middle = at((plot.top + plot.bottom) / 2);
  const parts = [
    `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
    ...isolines(content),
    `<rect class="frame" x="${plot.left}" y="${plot.top}" width="${plot.right - plot.left}" height="${plot.bottom - plot.top}"/>`,
    ...x.ticks.map(
      (tick) =>
        `<text class="tick" x="${at(x.place(tick))}" y="${plot.bottom + 16}" text-anchor="middle">${tickLabel(tick, format)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<text class="tick" x="${plot.left - 7}" y="${at(y.place(tick))}" dy="4" text-anchor="end">${tickLabel(tick, format)}</text>`,
    ),
    `<text class="tick" x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(xTitle)}</text>`,
    `<text class="tick" x="10" y="${middle}" text-anchor="middle" transform="rotate(-90 10 ${middle})">${escapeHtml(yTitle)}</text>`,
    `<text class="tick" x="${plot.left}" y="${plot.bottom + 52}">${escapeHtml(key)}</text>`,
    ...(points.length > 0 ? [`<path class="curve c1" d="M${points.join("L")}"/>`] : []),
    ...dot(path[0], "start"),
    ...dot(path.at(-1), "dot c1"),
  ];
  return { ...size, label: `${title}: ${key}`, parts };
}

/** Each level lies upon those below it, so that what is high has most colour. */
function isolines({ x, y, loss }: Landscape): string[] {
  const heights = heightsOf(loss);
  const thresholds = Array.from({ length: levels - 1 }, (_, index) => (index + 1) / levels);
  const place = (column: number, row: number): string => {
    // A place of the grid stands in the middle of its cell; what lies beyond is cut.
    const share = (value: number, count: number): number =>
      Math.max(0, Math.min((value - 0.5) / (count - 1), 1));
    const across = plot.left + share(column, x.length) * (plot.right - plot.left);
    const up = plot.bottom - share(row, y.length) * (plot.bottom - plot.top);
    return `${across.toFixed(1)} ${up.toFixed(1)}`;
  };
  const found = contours().size([x.length, y.length]).thresholds(thresholds)(heights);
  return found.flatMap(({ coordinates }) => {
    const rings = coordinates
      .flat()
      .map((ring) => `M${ring.map(([column = 0, row = 0]) => place(column, row)).join("L")}Z`);
    return rings.length > 0 ? [`<path class="level" d="${rings.join("")}"/>`] : [];
  });
}

/** From 0 to 1; what is not finite is as high as the highest. */
function heightsOf(loss: Landscape["loss"]): number[] {
  const finite = loss.flat().filter((each) => each !== null);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const scale = low > 0 && high / low > spanOfLog ? Math.log : (value: number): number => value;
  const room = scale(high) - scale(low) || 1;
  return loss.flat().map((value) => (value === null ? 1 : (scale(value) - scale(low)) / room));
}
