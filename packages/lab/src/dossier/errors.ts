import { type Axis, ticksOf } from "../figures/axis.js";
import { arrowPath, type ErrorPanel, errorPanels } from "../figures/errors.js";
import type { NumberError } from "../ledger/insightEvents.js";
import { tickLabel } from "./chart.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import type { Drawing } from "./svg.js";

/** Words on the pictures of errors. */
export interface ErrorWords {
  readonly title: string;
  readonly truth: string;
  readonly prediction: string;
  readonly error: string;
}

const side = 330;
const plot = { left: 58, right: 320, top: 44, bottom: 284 };
const gap = 40;

/** Answers over the truth, and errors over the truth; red arrows lead from the truth to what was answered. */
export function drawErrors(
  samples: readonly NumberError[],
  words: ErrorWords,
  format: Format,
): Drawing {
  const { answers, errors } = errorPanels(samples);
  const { title, truth, prediction, error } = words;
  return {
    width: 2 * side + gap,
    height: side,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...panel(answers, { x: truth, y: prediction }, 0, format),
      ...panel(errors, { x: truth, y: error }, side + gap, format),
    ],
  };
}

function panel(
  { x, y, errors }: ErrorPanel,
  titles: { readonly x: string; readonly y: string },
  offset: number,
  format: Format,
): string[] {
  const acrossAt = (share: number): number => offset + plot.left + share * (plot.right - plot.left);
  const upAt = (share: number): number => plot.bottom - share * (plot.bottom - plot.top);
  const at = (value: number): string => value.toFixed(1);
  const labels = (axis: Axis) =>
    ticksOf(axis, 5).map((tick) => ({ at: tick.at, label: tickLabel(Number(tick.value), format) }));
  const truth = errors.map(({ x: place, truth: value }) => [acrossAt(place), upAt(value)] as const);
  const ends = [truth.reduce(lower, truth[0] ?? [0, 0]), truth.reduce(higher, truth[0] ?? [0, 0])];
  return [
    ...labels(y).map(
      (tick) =>
        `<line class="grid" x1="${offset + plot.left}" x2="${offset + plot.right}" y1="${at(upAt(tick.at))}" y2="${at(upAt(tick.at))}"/>` +
        `<text class="tick" x="${offset + plot.left - 7}" y="${at(upAt(tick.at))}" dy="4" text-anchor="end">${tick.label}</text>`,
    ),
    ...labels(x).map(
      (tick) =>
        `<text class="tick" x="${at(acrossAt(tick.at))}" y="${plot.bottom + 17}" text-anchor="middle">${tick.label}</text>`,
    ),
    `<text class="tick" x="${offset + plot.left}" y="${plot.top - 10}">${escapeHtml(titles.y)}</text>`,
    `<text class="tick" x="${offset + plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(titles.x)}</text>`,
    `<path class="truth" d="M${ends.map(([left, top]) => `${at(left)} ${at(top)}`).join("L")}"/>`,
    ...errors.map(
      (error) =>
        `<path class="arrow" d="${arrowPath(acrossAt(error.x), upAt(error.truth), upAt(error.answer))}"/>`,
    ),
    ...truth.map(([left, top]) => `<circle class="dot" cx="${at(left)}" cy="${at(top)}" r="1.6"/>`),
  ];
}

type Place = readonly [left: number, top: number];
const lower = (a: Place, b: Place): Place => (b[0] < a[0] ? b : a);
const higher = (a: Place, b: Place): Place => (b[0] > a[0] ? b : a);
