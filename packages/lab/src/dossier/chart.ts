import type { Curve } from "./curves.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
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
const plot = { left: 52, right: 470, top: 30, bottom: 212 };

/** Values further apart than this are drawn on a logarithmic axis. */
const spanOfLog = 10;

/** A scale from values to places, with the values of its ticks. */
export interface Axis {
  readonly isLog: boolean;
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Values above 0 that span more than a decade are spread by factors, others by differences. */
export function axisOf(
  values: readonly number[],
  [from, to]: readonly [number, number],
  { ticks, mayBeLog }: { readonly ticks: number; readonly mayBeLog: boolean },
): Axis {
  const [low, high] = extent(values);
  const isLog = mayBeLog && low > 0 && high / low > spanOfLog;
  const scale = isLog ? Math.log10 : (value: number) => value;
  const [start, end] = [scale(low), scale(high)];
  const room = end - start || Math.abs(end) || 1;
  return {
    isLog,
    ticks: isLog ? decades(low, high) : evenTicks(low, high, ticks),
    place: (value) => {
      const share = end === start ? 0.5 : (scale(value) - start) / room;
      return from + share * (to - from);
    },
  };
}

function extent(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Multiples of 1, 2 or 5 times a power of ten, about so many. */
function evenTicks(low: number, high: number, count: number): number[] {
  if (low === high) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const length = Math.floor(high / step) - first + 1;
  // Products with the step would show its rounding: 3 * 0.1 is 0.30000000000000004.
  return Array.from({ length }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Powers of ten, with 2 and 5 times them where there are few. */
function decades(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.ceil((last - first) / 6);
  const factors = last - first <= 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every) {
    ticks.push(...factors.map((factor) => Number(`${factor}e${power}`)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

const coordinate = (value: number): string => value.toFixed(1);

/** Curves over epochs or batches. Values that are not finite are left out as gaps. */
export function drawChart(chart: Chart, format: Format): Drawing {
  const { title, xTitle, curves, legend, marks, markWord, logWord } = chart;
  const ys = curves.flatMap(({ points, band = [] }) => [
    ...points.map(({ y }) => y),
    ...band.flatMap(({ low, high }) => [low, high]),
  ]);
  const y = axisOf(ys.filter(hasPlace), [plot.bottom, plot.top], {
    ticks: 4,
    mayBeLog: true,
  });
  const xs = curves.flatMap(({ points }) => points.map(({ x }) => x));
  const x = axisOf(xs, [plot.left, plot.right], { ticks: 6, mayBeLog: false });
  const names = legendOf(legend);
  const parts = [
    `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
    ...(y.isLog
      ? [`<text class="tick" x="${size.width}" y="13" text-anchor="end">${logWord}</text>`]
      : []),
    ...y.ticks.map((tick) => horizontalTick(coordinate(y.place(tick)), tickLabel(tick, format))),
    ...x.ticks.map((tick) => verticalTick(x.place(tick), format.count(tick))),
    ...marks.map((mark, index) => {
      const place = Math.min(plot.right, Math.max(plot.left, x.place(mark)));
      const at = coordinate(place);
      const word = `<text class="tick" x="${inside(place, markWord)}" y="${plot.top - 3}" text-anchor="middle">${markWord}</text>`;
      const line = `<line class="mark" x1="${at}" x2="${at}" y1="${plot.top}" y2="${plot.bottom}"/>`;
      return index === 0 ? line + word : line;
    }),
    ...curves.flatMap((curve, index) => [bandOf(curve, index, x, y), lineOf(curve, index, x, y)]),
    ...names.parts,
    `<text class="tick" x="${plot.right}" y="${plot.bottom + 32}" text-anchor="end">${escapeHtml(xTitle)}</text>`,
  ];
  const height = size.height + (names.rows - 1) * legendRow;
  return { width: size.width, height, label: `${title}: ${legend.join(", ")}`, parts };
}

export const tickLabel = (value: number, format: Format): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? format.number(value.toExponential().replace("e+", "e"))
    : format.number(value);

const horizontalTick = (at: string, label: string): string =>
  `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>` +
  `<text class="tick" x="${plot.left - 8}" y="${at}" dy="4" text-anchor="end">${label}</text>`;

const verticalTick = (at: number, label: string): string =>
  `<text class="tick" x="${inside(at, label)}" y="${plot.bottom + 17}" text-anchor="middle">${label}</text>`;

/** Letters are some 6.6 wide at this size. */
const widthOf = (text: string): number => 6.6 * text.length;

/** The middle of a text near a place, so that all of it stays in the picture. */
const inside = (at: number, text: string): string =>
  coordinate(Math.max(widthOf(text) / 2, Math.min(at, size.width - widthOf(text) / 2)));

function legendOf(names: readonly string[]): {
  readonly parts: readonly string[];
  readonly rows: number;
} {
  let left: number = plot.left;
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

function lineOf({ points }: Curve, index: number, x: Axis, y: Axis): string {
  let [path, pen] = ["", "M"];
  const drawable = points.filter(({ y: value }) => isDrawable(value, y));
  for (const { x: at, y: value } of points) {
    if (isDrawable(value, y))
      path += `${pen}${coordinate(x.place(at))} ${coordinate(y.place(value))}`;
    pen = isDrawable(value, y) ? "L" : "M";
  }
  const [only] = drawable;
  if (only && drawable.length === 1) {
    const [cx, cy] = [coordinate(x.place(only.x)), coordinate(y.place(only.y))];
    return `<circle class="dot c${index}" cx="${cx}" cy="${cy}" r="3"/>`;
  }
  return `<path class="curve c${index}" d="${path}"/>`;
}

function bandOf({ band = [] }: Curve, index: number, x: Axis, y: Axis): string {
  const places = band.filter(({ low, high }) => isDrawable(low, y) && isDrawable(high, y));
  if (places.length < 2) return "";
  const at = (value: number, edge: number): string =>
    `${coordinate(x.place(value))} ${coordinate(y.place(edge))}`;
  const upper = places.map(({ x: value, high }) => at(value, high));
  const lower = places.map(({ x: value, low }) => at(value, low)).reverse();
  return `<path class="band c${index}" d="M${[...upper, ...lower].join("L")}Z"/>`;
}

const isDrawable = (value: number, { isLog }: Axis): boolean =>
  hasPlace(value) && (!isLog || value > 0);

/** Differences of larger values are no numbers any more. */
const hasPlace = (value: number): boolean => Math.abs(value) <= 1e300;
