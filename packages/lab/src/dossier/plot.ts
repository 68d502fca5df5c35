import type { Tick } from "../figures/axis.js";
import { foreignName } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";

/** The part of a drawing between its axes. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A tenth of a unit is not seen. */
export const coordinate = (value: number): string => value.toFixed(1);

/** Where a position from 0 to 1 stands, from left to right. */
export const acrossAt = ({ left, right }: Plot, position: number): number =>
  left + position * (right - left);

/** Where a position from 0 to 1 stands, from below upwards. */
export const upAt = ({ top, bottom }: Plot, position: number): number =>
  bottom - position * (bottom - top);

/** Lines through a plot at the ticks of its vertical axis. */
export const linesAt = (plot: Plot, ticks: readonly Tick[]): string[] =>
  ticks.map(({ at }) => {
    const y = coordinate(upAt(plot, at));
    return `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}"/>`;
  });

/** What is written of a value. */
type Label = (value: number | string) => string;

/** The words of the vertical axis, at its left. */
export const wordsUp = (plot: Plot, ticks: readonly Tick[], label: Label): string[] =>
  ticks.map(({ at, value }) => {
    const y = coordinate(upAt(plot, at));
    return `<text class="tick" x="${plot.left - 8}" y="${y}" dy="4" text-anchor="end">${label(value)}</text>`;
  });

/** The words of the horizontal axis, below it. */
export const wordsAcross = (plot: Plot, ticks: readonly Tick[], label: Label): string[] =>
  ticks.map(({ at, value }) => {
    const word = label(value);
    const x = middleOf(plot, acrossAt(plot, at), word);
    return `<text class="tick" x="${x}" y="${plot.bottom + 17}" text-anchor="middle">${word}</text>`;
  });

/** Letters are some 6.6 wide at this size. */
export const widthOf = (text: string): number => 6.6 * text.length;

/** What a drawing has at the right of a plot. */
const margin = 10;

/** The middle of a text near a place, so that all of it stays in the drawing. */
export const middleOf = ({ right }: Plot, at: number, text: string): string => {
  const half = widthOf(text) / 2;
  return coordinate(Math.max(half, Math.min(at, right + margin - half)));
};

/** What is written of a value of any axis. */
export const labelIn =
  (format: Format): Label =>
  (value) => {
    if (typeof value === "string") {
      const name = foreignName(value);
      return escapeHtml(name.length > 12 ? `${name.slice(0, 11)}…` : name);
    }
    return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
      ? format.number(value.toExponential().replace("e+", "e"))
      : format.number(value);
  };
