import { ArgumentError } from "@versant/core/internal";
import { directionOf } from "../experiment/direction.js";
import type { ConstraintRecord, ObjectiveRecord } from "../ledger/searchEvents.js";

/** What can be measured besides scores: trained numbers, and milliseconds for one sample alone. */
const measures = ["parameters", "latency"] as const;

const isMeasure = (name: string): boolean => measures.some((measure) => measure === name);

/** Whether the value depends on how fast the machine happens to be. */
export const needsLatency = (names: readonly string[]): boolean => names.includes("latency");

export const isScore = (name: string): boolean => !isMeasure(name);

/**
 * Reads "validation.loss", "max:validation.agreement", "parameters".
 *
 * @throws ArgumentError for scores on test data, and where neither the text nor the name says which way is better
 */
export function parseObjective(text: string): ObjectiveRecord {
  const [, given, name = ""] = /^(?:(min|max):)?(.*)$/s.exec(text.trim()) ?? [];
  requireMeasurable("--objective", name);
  const direction = given ?? (isMeasure(name) ? "min" : directionOf(name));
  if (direction === "min" || direction === "max") return { name, direction };
  throw new ArgumentError(
    `--objective: received "${text}", whose name does not say which way is better; write "max:${name}" or ` +
      `"min:${name}".`,
  );
}

/**
 * Reads "parameters<=100000", "validation.accuracy >= 0.9".
 *
 * @throws ArgumentError for what has another form, and for scores on test data
 */
export function parseConstraint(text: string): ConstraintRecord {
  const [, name = "", operator, limit = ""] = /^\s*(\S+?)\s*(<=|>=)\s*(\S+)\s*$/.exec(text) ?? [];
  const number = Number(limit);
  if ((operator === "<=" || operator === ">=") && Number.isFinite(number)) {
    requireMeasurable("--constraint", name);
    return { name, operator, limit: number };
  }
  throw new ArgumentError(
    `--constraint: received "${text}", expected a name, <= or >=, and a number, such as "parameters<=100000".`,
  );
}

/** Whoever chooses by test data has nothing left to test with. */
function requireMeasurable(flag: string, name: string): void {
  if (isMeasure(name) || /^(train|validation)\.\S+$/.test(name)) return;
  const why = name.startsWith("test.")
    ? "a search that looks at test data leaves nothing to test its best trial with; "
    : "";
  const score = /^\w+$/.test(name) ? name : "loss";
  throw new ArgumentError(
    `${flag}: received "${name}", ${why}expected a score such as validation.${score} or train.${score}, or one of ` +
      `${measures.join(", ")}.`,
  );
}

/** A value so that less is better. */
export const minimised = (value: number, { direction }: ObjectiveRecord): number =>
  direction === "min" ? value : -value;

/** At most 0 where the constraint holds. */
export const violation = (value: number, { operator, limit }: ConstraintRecord): number =>
  operator === "<=" ? value - limit : limit - value;
