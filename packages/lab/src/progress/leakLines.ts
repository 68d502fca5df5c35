import {
  countLeaks,
  describeLeaks,
  type LeakReport,
  namesOf,
  type PartLeaks,
} from "../honesty/leakCheck.js";
import { formatCount } from "./format.js";
import { row } from "./outline.js";

/** What was found of equal rows, a line each; the second only where something is wrong. */
export function leakLines(report: LeakReport | "not checked"): string[] {
  if (report === "not checked") return [row("equal rows", "not checked (--no-leak-check)")];
  const { train, validation, test, contradictions, random, pairs } = report;
  const leaked = countLeaks(report);
  const parts = Object.entries({ training: train, validation, test }).flatMap(([name, part]) =>
    part ? [`${name}: ${describePart(part)}`] : [],
  );
  const others = contradictions > 0 ? `; ${formatCount(contradictions)} with another target` : "";
  return [
    row("equal rows", parts.join("; ") + others),
    ...(random
      ? [
          row(
            "warning",
            `rows of ${namesOf(random)} data are drawn anew each time; equal rows cannot be found there`,
          ),
        ]
      : []),
    ...(leaked.length > 0
      ? [row("warning", `${leaked.join(", ")} (see --strict): ${describeLeaks(pairs)}`)]
      : []),
  ];
}

/** "12 of 2,000 repeated, 8 in training": rows met before in the part itself, and elsewhere. */
function describePart({ rows, repeated, inTraining, inValidation }: PartLeaks): string {
  return [
    `${formatCount(repeated)} of ${formatCount(rows)} repeated`,
    ...(inTraining ? [`${formatCount(inTraining)} in training`] : []),
    ...(inValidation ? [`${formatCount(inValidation)} in validation`] : []),
  ].join(", ");
}
