import { type Axis, axisOf, positionOf, suitsLog, ticksOf } from "../figures/axis.js";
import type { Curve } from "./curves.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import {
  acrossAt,
  coordinate,
  labelIn,
  linesAt,
  middleOf,
  type Plot,
  upAt,
  widthOf,
  wordsAcross,
  wordsUp,
} from "./plot.js";
import type { Drawing } from "./svg.js";

export interface Chart {
  /** The same in every language: a metric, or "steps". */
  readonly name: string;
  readonly title: string;
  readonly xTitle: string;
  readonly curves: readonly Curve[];
  /** The words of the legend, one a curve. */
  readonly legend: readonly string[];
  /** Places on the x axis where somebody intervened. */
  readonly marks: readonly number[];
  /** Said of the first mark. */
  readonly markWord: string;
  /** Said of a logarithmic axis. */
  readonly logWord: string;
}

const size = { width: 480, height: 250 };
/** Height of a row of the legend; the first has room in the picture. */
const legendRow = 17;
const plot: Plot = { left: 52, right: 470, top: 30, bottom: 212 };

/** Curves over epochs or batches. Values that are not finite are left out as gaps. */
export function drawChart(chart: Chart, format: Format): Drawing {
  const { title, xTitle, curves, legend, marks, markWord, logWord } = chart;
  const ys = curves
    .flatMap(({ points, band = [] }) => [
      ...points.map(({ y }) => y),
      ...band.flatMap(({ low, high }) => [low, high]),
    ])
    .filter(hasPlace);
  const y = axisOf("", ys, { isLog: suitsLog(ys) });
  const xs = curves.flatMap(({ points }) => points.map(({ x }) => x));
  const x = axisOf("", xs);
  const ticks = ticksOf(y, 6);
  const place = placing(x, y);
  const names = legendOf(legend);
  const parts = [
    `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
    ...(y.kind === "log"
      ? [`<text class="tick" x="${size.width}" y="13" text-anchor="end">${logWord}</text>`]
      : []),
    ...linesAt(plot, ticks),
    ...wordsUp(plot, ticks, labelIn(format)),
    // There is no half of an epoch or of a batch.
    ...wordsAcross(
      plot,
      ticksOf(x, 6).filter(({ value }) => Number.isInteger(value)),
      (value) => format.count(Number(value)),
    ),
    ...marks.map((mark, index) => {
      const place = acrossAt(plot, Math.min(1, Math.max(0, positionOf(x, mark) ?? 0)));
      const at = coordinate(place);
      const word = `<text class="tick" x="${middleOf(plot, place, markWord)}" y="${plot.top - 3}" text-anchor="middle">${markWord}</text>`;
      const line = `<line class="mark" x1="${at}" x2="${at}" y1="${plot.top}" y2="${plot.bottom}"/>`;
      return index === 0 ? line + word : line;
    }),
    ...curves.flatMap((curve, index) => [bandOf(curve, index, place), lineOf(curve, index, place)]),
    ...names.parts,
    `<text class="tick" x="${plot.right}" y="${plot.bottom + 32}" text-anchor="end">${escapeHtml(xTitle)}</text>`,
  ];
  const height = size.height + (names.rows - 1) * legendRow;
  return { width: size.width, height, label: `${title}: ${legend.join(", ")}`, parts };
}

function legendOf(names: readonly string[]): {
  readonly parts: readonly string[];
  readonly rows: number;
} {
  let left = plot.left;
  let row = 0;
  const parts = names.map((name, index) => {
    const width = 34 + widthOf(name);
    // The first row shares its line with the title of the axis.
    if (left > plot.left && left + width > plot.right - (row === 0 ? 60 : 0)) {
      left = plot.left;
      row++;
    }
    const at = left;
    left += width;
    const text = plot.bottom + 32 + row * legendRow;
    const line = text - 4;
    return (
      `<line class="curve c${index}" x1="${at}" x2="${at + 14}" y1="${line}" y2="${line}"/>` +
      `<text class="tick" x="${at + 19}" y="${text}">${escapeHtml(name)}</text>`
    );
  });
  return { parts, rows: row + 1 };
}

/** Where a point stands, as a path of SVG has it; null where it has no place. */
type Placing = (x: number, y: number) => string | null;

const placing =
  (x: Axis, y: Axis): Placing =>
  (across, up) => {
    const [left, height] = [positionOf(x, across), hasPlace(up) ? positionOf(y, up) : null];
    return left === null || height === null
      ? null
      : `${coordinate(acrossAt(plot, left))} ${coordinate(upAt(plot, height))}`;
  };

/** Differences of larger values are no numbers any more. */
const hasPlace = (value: number): boolean => Math.abs(value) <= 1e300;

function lineOf({ points }: Curve, index: number, place: Placing): string {
  let [path, pen] = ["", "M"];
  const places = points.map(({ x, y }) => place(x, y));
  for (const each of places) {
    if (each !== null) path += `${pen}${each}`;
    pen = each === null ? "M" : "L";
  }
  const drawn = places.filter((each) => each !== null);
  const [only] = drawn;
  if (only && drawn.length === 1) {
    const [x, y] = only.split(" ");
    return `<circle class="dot c${index}" cx="${x}" cy="${y}" r="3"/>`;
  }
  return `<path class="curve c${index}" d="${path}"/>`;
}

function bandOf({ band = [] }: Curve, index: number, place: Placing): string {
  const edges = band.flatMap(({ x, low, high }) => {
    const [lower, upper] = [place(x, low), place(x, high)];
    return lower === null || upper === null ? [] : [[lower, upper] as const];
  });
  if (edges.length < 2) return "";
  const lower = edges.map(([each]) => each).reverse();
  const upper = edges.map(([, each]) => each);
  return `<path class="band c${index}" d="M${[...upper, ...lower].join("L")}Z"/>`;
}
