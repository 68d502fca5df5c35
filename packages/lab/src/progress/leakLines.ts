import { countLeaks, describeLeaks, type LeakReport, namesOf } from "../honesty/leakCheck.js";
import { formatCount, row } from "./format.js";
import { describePartLeaks } from "./partLeaks.js";

/** What was found of equal rows, a line each; the second only where something is wrong. */
export function leakLines(report: LeakReport | "not checked"): string[] {
  if (report === "not checked") return [row("equal rows", "not checked (--no-leak-check)")];
  const { train, validation, test, contradictions, random, pairs } = report;
  const leaked = countLeaks(report);
  const parts = Object.entries({ training: train, validation, test }).flatMap(([name, part]) =>
    part ? [`${name}: ${describePartLeaks(part)}`] : [],
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
