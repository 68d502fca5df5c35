import type { Scores } from "@versant/core";

export { formatCount } from "@versant/core/internal";

/** Four significant digits. */
export function formatScore(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return Number.isFinite(value) ? value.toPrecision(4) : String(value);
}

/** "loss 0.1203 | accuracy 0.9671" */
export const formatScores = (scores: Scores, prefix = ""): string =>
  Object.entries(scores)
    .map(([name, value]) => `${prefix}${name} ${formatScore(value)}`)
    .join(" | ");

/** "0:07", "12:05", "1:02:05" */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown
    .map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0")))
    .join(":");
}

/** A name and what is said of it, in two columns. */
export const row = (name: string, text: string): string => `${name.padEnd(17)} ${text}`;

/** "2026-03-01 09:15:02", of a time as ISO 8601. */
export const formatTime = (time: string): string => time.slice(0, 19).replace("T", " ");

// Controls, and the marks that turn the direction of writing.
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A line for a terminal: what would move its cursor, or turn its text around, stands as a code. */
export const printable = (line: string): string =>
  line.replace(
    unprintable,
    (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}}`,
  );
