import { ticksOf } from "../figures/axis.js";
import { arrowPath, type ErrorPanel, errorPanels } from "../figures/errors.js";
import type { NumberError } from "../ledger/insightEvents.js";
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

/** Words on the pictures of errors. */
export interface ErrorWords {
  readonly title: string;
  readonly truth: string;
  readonly prediction: string;
  readonly error: string;
}

const side = 330;
/** Of the first panel. */
const inner: Plot = { left: 58, right: 320, top: 44, bottom: 284 };
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
  const plot: Plot = { ...inner, left: inner.left + offset, right: inner.right + offset };
  const [ticks, label] = [ticksOf(y, 5), labelIn(format)];
  const truth = errors.map((error) => [acrossAt(plot, error.x), upAt(plot, error.truth)] as const);
  const ends = [truth.reduce(lower, truth[0] ?? [0, 0]), truth.reduce(higher, truth[0] ?? [0, 0])];
  const line = ends.map(([left, top]) => `${coordinate(left)} ${coordinate(top)}`).join("L");
  return [
    ...linesAt(plot, ticks),
    ...wordsUp(plot, ticks, label),
    ...wordsAcross(plot, ticksOf(x, 5), label),
    `<text class="tick" x="${plot.left}" y="${plot.top - 10}">${escapeHtml(titles.y)}</text>`,
    `<text class="tick" x="${plot.right}" y="${plot.bottom + 34}" text-anchor="end">${escapeHtml(titles.x)}</text>`,
    `<path class="truth" d="M${line}"/>`,
    ...errors.map(({ x: across, truth: from, answer }) => {
      const arrow = arrowPath(acrossAt(plot, across), upAt(plot, from), upAt(plot, answer));
      return `<path class="arrow" d="${arrow}"/>`;
    }),
    ...truth.map(
      ([left, top]) =>
        `<circle class="dot" cx="${coordinate(left)}" cy="${coordinate(top)}" r="1.6"/>`,
    ),
  ];
}

type Place = readonly [left: number, top: number];
const lower = (a: Place, b: Place): Place => (b[0] < a[0] ? b : a);
const higher = (a: Place, b: Place): Place => (b[0] > a[0] ? b : a);
