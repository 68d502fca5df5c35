import { ArgumentError, describeValue } from "@versant/core/internal";
import type { Draft, Event, EventType } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";

/** Appends what a person said; it is on disk when the promise resolves. */
export async function record<T extends EventType>(
  ledger: Ledger,
  draft: Extract<Draft, { type: T }>,
): Promise<Event<T>> {
  const [event] = await ledger.append([draft]);
  // One event a draft, of the draft's type.
  return event as Event<EventType> as Event<T>;
}

/** Longer than any reason or description; a file that was passed by mistake is not. */
const longest = 100_000;

/**
 * A text without white space around it.
 *
 * @throws ArgumentError when it is empty, too long or no text
 */
export function requireText(operation: string, what: string, value: unknown): string {
  const text = typeof value === "string" ? value.trim() : undefined;
  if (text && text.length <= longest) return text;
  const received =
    text && text.length > longest ? `${text.length} characters` : describeValue(value);
  throw new ArgumentError(
    `${operation}: received ${received} as ${what}, expected a text of 1 to ${longest} characters; ` +
      "it is what others will read.",
  );
}
