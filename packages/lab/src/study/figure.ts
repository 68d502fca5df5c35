import { escapeHtml } from "../dossier/escape.js";
import { Format } from "../dossier/format.js";
import { coordinate, labelIn } from "../dossier/plot.js";
import { axisOf, positionOf, suitsLog, ticksOf } from "../figures/axis.js";
import type { Answer, SettingResult } from "./answer.js";
import { nameOf } from "./answerTable.js";

const width = 640;
const rowHeight = 30;
const top = 46;
const right = 616;

/** Letters are some 7 wide at this size. */
const widthOf = (text: string): number => 7 * text.length;

/** A file of its own: light and dark, nothing is loaded. */
const style = `
text { font: 12px system-ui, "Noto Sans", "DejaVu Sans", sans-serif; fill: #1d2327; }
.paper { fill: #fdfdfb; } .title { font-size: 14px; font-weight: 600; } .tick { fill: #5b656d; }
.grid { stroke: #e2e3de; } .interval { stroke: #0b6fb8; stroke-width: 2.4; stroke-linecap: round; }
.mean { fill: #0b6fb8; } .seed { fill: #d9661f; opacity: .55; }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e6e3; } .paper { fill: #15181b; } .tick { fill: #9aa4ab; } .grid { stroke: #2e3439; }
  .interval { stroke: #62b0ea; } .mean { fill: #62b0ea; } .seed { fill: #f19a5b; }
}`.trim();

/** An answer as SVG: a row a setting with its mean, the 95 % interval of the mean, and a dot for each seed. */
export function drawAnswer({ question, score, results }: Answer): string {
  const label = labelIn(new Format("en"));
  const names = results.map(({ setting, diverged }) =>
    diverged === 0 ? nameOf(setting) : `${nameOf(setting)} (${diverged} diverged)`,
  );
  const left = 24 + Math.min(280, Math.max(...names.map(widthOf)));
  const values = extremes(results);
  const axis = axisOf("", values, { isLog: suitsLog(values) });
  /** What lies beyond, or has no place on a logarithmic axis, is cut at the edge. */
  const place = (value: number): string => {
    const position = Math.min(1, Math.max(0, positionOf(axis, value) ?? 0));
    return coordinate(left + position * (right - left));
  };
  const bottom = top + rowHeight * results.length;
  const scale = axis.kind === "log" ? ", logarithmic" : "";
  const parts = [
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${bottom + 46}"/>`,
    `<text class="title" x="16" y="24">${escapeHtml(question.about)}</text>`,
    ...ticksOf(axis, 6).map((tick) => {
      const x = coordinate(left + tick.at * (right - left));
      return (
        `<line class="grid" x1="${x}" x2="${x}" y1="${top - 6}" y2="${bottom}"/>` +
        `<text class="tick" x="${x}" y="${bottom + 16}" text-anchor="middle">${label(tick.value)}</text>`
      );
    }),
    ...results.map((result, index) => {
      const y = top + rowHeight * (index + 0.5);
      const name = `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${escapeHtml(names[index] ?? "")}</text>`;
      return name + marksOf(result, y, place);
    }),
    `<text class="tick" x="${right}" y="${bottom + 36}" text-anchor="end">${escapeHtml(score)}${scale}; mean, 95 % interval, a dot for each seed</text>`,
  ];
  const said = escapeHtml(`${question.about} ${names.join(", ")}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 46}" width="${width}" height="${bottom + 46}" role="img" aria-label="${said}">${parts.join("\n")}</svg>\n`;
}

/** What has to be in the picture. Where all scores are above 0 an interval that reaches below is cut at the edge. */
function extremes(results: readonly SettingResult[]): number[] {
  const values = results.flatMap(({ measured }) => measured.map(({ value }) => value));
  const bounds = results.flatMap(({ estimate }) => (estimate ? [estimate.low, estimate.high] : []));
  const isPositive = !values.some((value) => value <= 0);
  return [...values, ...bounds.filter((bound) => bound > 0 || !isPositive)].filter(Number.isFinite);
}

function marksOf(
  { measured, estimate }: SettingResult,
  y: number,
  place: (value: number) => string,
): string {
  const dots = measured
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value }) => `<circle class="seed" cx="${place(value)}" cy="${y + 7}" r="2.6"/>`);
  if (!estimate) return "";
  const { mean, low, high } = estimate;
  const line = Number.isNaN(low)
    ? ""
    : `<line class="interval" x1="${place(low)}" x2="${place(high)}" y1="${y}" y2="${y}"/>`;
  return `${dots.join("")}${line}<circle class="mean" cx="${place(mean)}" cy="${y}" r="4.5"/>`;
}
