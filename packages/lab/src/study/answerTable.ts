import { formatTable } from "@versant/core/internal";
import { formatScore, printable } from "../progress/format.js";
import type { Answer, SettingResult } from "./answer.js";
import type { Setting } from "./question.js";

/** "sgd, learningRate 0.1": words speak for themselves. */
export const nameOf = (setting: Setting): string =>
  Object.entries(setting)
    .map(([name, value]) => (typeof value === "string" ? value : `${name} ${value}`))
    .join(", ");

/** A question and its answer, for people: a line each. */
export function answerLines({ question, score, direction, results }: Answer): string[] {
  const { name, about, claim } = question;
  const count = results[0]?.measured.length ?? 0;
  const header = ["setting", score, "95 % interval", "beside the best", "p"];
  const { lines } = formatTable({ header, rows: results.map(cells), numbersFrom: 1, cut: 0 });
  const better = direction === "min" ? "small" : "large";
  return [
    `${name}: ${about} (${count} seeds; ${better} is good)`,
    ...lines,
    ...(claim === undefined ? [] : [`said elsewhere: ${claim}`]),
  ].map(printable);
}

function cells({ setting, estimate, diverged, measured, besideBest }: SettingResult): string[] {
  const name = nameOf(setting);
  const lost = `${diverged} of ${measured.length} diverged`;
  if (!estimate) return [name, "", "", lost, ""];
  const { mean, low, high } = estimate;
  const beside = besideBest
    ? [`${signed(besideBest.mean)} (${interval(besideBest)})`, shareOf(besideBest.p)]
    : ["best", ""];
  const cells = [name, formatScore(mean), interval({ low, high })];
  return [...cells, ...(diverged > 0 ? [lost, ""] : beside)];
}

const interval = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  Number.isNaN(low) ? "" : `${formatScore(low)} to ${formatScore(high)}`;

const signed = (value: number): string => (value > 0 ? "+" : "") + formatScore(value);

const shareOf = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(3));
