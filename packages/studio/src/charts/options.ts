import uPlot from "uplot";
import { leastDrag } from "../design/drag.js";
import type { Format } from "../words/format.js";
import { faded, font, token } from "./canvas.js";
import type { StepRange } from "./curves.js";
import type { ChartCurve, Column } from "./table.js";

/** A step that deserves to be seen: a vertical line with a word. */
export interface Mark {
  readonly step: number;
  readonly label: string;
  readonly kind: "warning" | "soft";
}

/** From a value to the next one without anything in between, as rates are. */
const stepped = uPlot.paths.stepped?.({ align: 1 });

export interface ChartOptions {
  readonly curves: readonly ChartCurve[];
  readonly columns: readonly Column[];
  readonly isLog: boolean;
  readonly format: Format;
  /** What the horizontal axis counts. */
  readonly unit: string;
  readonly width: number;
  readonly height: number;
  /** Charts of one key show the cursor at the same step. */
  readonly sync: string;
  /** Read at each drawing. */
  readonly marks: () => readonly Mark[];
  readonly onCursor: (index: number | null) => void;
  /** What is in sight now; undefined where that is everything. */
  readonly onRange: (range: StepRange | undefined) => void;
}

/** What uPlot is told: axes, the look of each column, bands between extremes, marks. */
export function optionsOf(options: ChartOptions): uPlot.Options {
  const { curves, columns, isLog, format, unit, width, height, sync, marks } = options;
  const [ink, rule] = [token("ink-soft"), token("rule")];
  const axis = {
    stroke: ink,
    font,
    grid: { stroke: rule, width: 1 },
    ticks: { show: false },
    border: { show: false },
  } satisfies uPlot.Axis;
  return {
    width,
    height,
    padding: [10, 24, 0, 0],
    legend: { show: false },
    scales: { x: { time: false }, y: isLog ? { distr: 3, log: 10 } : {} },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 6,
        label: unit,
        labelFont: font,
        labelSize: 16,
        labelGap: 0,
        // Long numbers need room between them.
        space: (_plot, _axis, _min, max) => 24 + 7 * format.number(max).length,
        values: (_, ticks) => ticks.map(format.number),
      },
      {
        ...axis,
        size: 58,
        gap: 6,
        // A logarithmic axis leaves out the words of ticks that stand too close.
        values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : format.number(tick))),
      },
    ],
    series: [{}, ...columns.map((column) => seriesOf(column, columns, curves))],
    bands: bandsOf(columns, curves),
    cursor: {
      sync: { key: sync, scales: ["x", null] },
      y: false,
      drag: { x: true, y: false, setScale: true, dist: leastDrag },
      points: { size: 7 },
    },
    hooks: {
      setCursor: [({ cursor }) => options.onCursor(cursor.idx ?? null)],
      setScale: [(plot, scale) => scale === "x" && options.onRange(rangeOf(plot))],
      draw: [(plot) => drawMarks(plot, marks())],
    },
  };
}

/** A chart of one point is wider than that. */
function rangeOf({ scales, data: [steps] }: uPlot): StepRange | undefined {
  const { min, max } = scales.x ?? {};
  const [first, last] = [steps[0], steps.at(-1)];
  if (min == null || max == null || first === undefined || last === undefined) return undefined;
  if (min <= first && max >= last) return undefined;
  return { from: Math.max(0, Math.floor(min)), to: Math.max(0, Math.ceil(max)) };
}

function seriesOf(
  { curve, kind }: Column,
  columns: readonly Column[],
  curves: readonly ChartCurve[],
): uPlot.Series {
  const { color = 1, isDashed = false, isStepped = false, curve: points } = curves[curve] ?? {};
  const stroke = token(`series-${color}`);
  if (kind === "lowest" || kind === "highest") return { width: 0, points: { show: false } };
  if (kind === "raw") return { stroke: faded(stroke, 0.3), width: 1, points: { show: false } };
  const isSmoothed = columns.some((each) => each.curve === curve && each.kind === "raw");
  const isShort = !isSmoothed && (points?.step.length ?? 0) <= 40;
  return {
    stroke,
    width: 1.7,
    ...(isDashed && { dash: [6, 4] }),
    ...(isStepped && stepped && { paths: stepped }),
    points: isShort ? { show: true, size: 4, fill: stroke, width: 0 } : { show: false },
  };
}

/** uPlot counts the steps as its first series, so that columns begin with 1. */
function bandsOf(columns: readonly Column[], curves: readonly ChartCurve[]): uPlot.Band[] {
  return columns.flatMap(({ curve, kind }, index) =>
    kind === "highest"
      ? [
          {
            series: [index + 1, index] as [number, number],
            fill: faded(token(`series-${curves[curve]?.color ?? 1}`), 0.18),
          },
        ]
      : [],
  );
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace("11px", `${11 * ratio}px`);
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  let end = Number.NEGATIVE_INFINITY;
  const right = bbox.left + bbox.width;
  const placed = marks
    .map((mark) => ({ ...mark, x: Math.round(plot.valToPos(mark.step, "x", true)) }))
    .filter(({ x }) => x >= bbox.left && x <= right)
    .sort((a, b) => a.x - b.x);
  for (const [index, { x, label, kind }] of placed.entries()) {
    ctx.strokeStyle = ctx.fillStyle = token(kind === "warning" ? "warning" : "ink-soft");
    ctx.lineWidth = ratio;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const { width } = ctx.measureText(label);
    const gap = 5 * ratio;
    const isRoom = x + gap + width < (placed[index + 1]?.x ?? right);
    const left = isRoom ? x + gap : x - gap - width;
    // Words that would lie upon each other, or upon another line, are left out; the log has them.
    if (left < Math.max(end + gap, bbox.left)) continue;
    ctx.fillText(label, left, bbox.top + 2 * ratio);
    end = Math.max(x, left + width);
  }
  ctx.restore();
}
