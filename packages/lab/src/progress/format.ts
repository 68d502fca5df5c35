import type { Scores } from "@versant/core";

/** 48000 as "48,000", whatever the language of the machine. */
export const formatCount = (count: number): string => Math.round(count).toLocaleString("en-US");

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
