import type { EventType, LedgerEvent } from "./events.js";

/** Where the payloads of events hold numbers that may not be finite: alone, in lists, or by name. */
const numbers: Partial<Record<EventType, readonly string[]>> = {
  steps: ["mean", "lowest", "highest", "learningRate"],
  epoch: ["train", "validation", "learningRate", "seconds"],
  insight: ["layers", "parameters"],
  checkpoint: ["best"],
  test: ["scores"],
  "steer.requested": ["value"],
  "steer.applied": ["value", "from"],
  "run.ended": ["seconds", "peakMemoryMB"],
  "search.trial": ["objectives", "constraints", "reports"],
};

const word = /^(?:NaN|-?Infinity)$/;
const hasWord = /"(?:NaN|-?Infinity)"/;

/**
 * Gives an event the numbers back that canonical JSON has written as words ("NaN", "Infinity",
 * "-Infinity"). What people wrote stays text, whatever it says.
 *
 * @param body the event's content as JSON
 */
export function reviveNumbers(event: LedgerEvent, body: string): LedgerEvent {
  const names = numbers[event.type];
  if (!names || !hasWord.test(body)) return event;
  const payload = Object.entries(event.payload).map(([name, value]) => [
    name,
    names.includes(name) ? revived(value) : value,
  ]);
  // The same names, with numbers where their type says so.
  return { ...event, payload: Object.fromEntries(payload) } as LedgerEvent;
}

function revived(value: unknown): unknown {
  if (typeof value === "string") return word.test(value) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revived(each)]));
}
