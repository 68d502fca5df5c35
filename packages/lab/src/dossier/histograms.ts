import type { HistogramRecord } from "../ledger/insightEvents.js";
import { foreignName } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import { coordinate, labelIn } from "./plot.js";
import type { Drawing } from "./svg.js";

/** Of the whole drawing and of one histogram in it, which has its name above and its ends below. */
const columns = 4;
const cell = { width: 168, height: 92, bars: 46, top: 18, gap: 16 };
const head = 30;

/** How the values of layers or parameters are spread, side by side. */
export function drawHistograms(
  title: string,
  histograms: readonly HistogramRecord[],
  format: Format,
): Drawing {
  const rows = Math.ceil(histograms.length / columns);
  return {
    width: columns * cell.width - cell.gap,
    height: head + rows * cell.height,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...histograms.map((each, index) => {
        const left = (index % columns) * cell.width;
        const top = head + Math.floor(index / columns) * cell.height;
        return `<g transform="translate(${left} ${top})">${histogram(each, format)}</g>`;
      }),
    ],
  };
}

function histogram({ path, lowest, highest, counts }: HistogramRecord, format: Format): string {
  const width = cell.width - cell.gap;
  const most = Math.max(1, ...counts);
  const bar = width / Math.max(1, counts.length);
  const floor = cell.top + cell.bars;
  const outline = counts.map((count, bin) => {
    const top = coordinate(floor - (cell.bars * count) / most);
    return `L${coordinate(bin * bar)} ${top}L${coordinate((bin + 1) * bar)} ${top}`;
  });
  const name = foreignName(path);
  const short = name.length > 24 ? `…${name.slice(-23)}` : name;
  const label = labelIn(format);
  const end = (value: number): string => label(Number(value.toPrecision(3)));
  return (
    `<text class="tick" x="0" y="11">${escapeHtml(short)}</text>` +
    `<path class="bars" d="M0 ${floor}${outline.join("")}L${width} ${floor}Z"/>` +
    `<line class="grid" x1="0" x2="${width}" y1="${floor}" y2="${floor}"/>` +
    `<text class="tick" x="0" y="${floor + 14}">${end(lowest)}</text>` +
    `<text class="tick" x="${width}" y="${floor + 14}" text-anchor="end">${end(highest)}</text>`
  );
}
