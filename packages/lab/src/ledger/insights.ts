import { readContent } from "./content.js";
import type { Event } from "./events.js";
import type { Mistakes, RecordedMistakes } from "./insightEvents.js";
import type { Ledger } from "./ledger.js";

/** Looks inside of a run in order, one an epoch: those that were done again after a kill take the place of those before. */
export function insightsOf(events: readonly Event<"insight">[]): readonly Event<"insight">[] {
  const byEpoch = new Map(events.map((event) => [event.payload.epoch, event]));
  return [...byEpoch.values()].sort((a, b) => a.payload.epoch - b.payload.epoch);
}

/** What a run kept of its mistakes; undefined where it kept nothing, or where that is not there any more. */
export async function mistakesIn(
  ledger: Ledger,
  event: Event<"mistakes"> | undefined,
): Promise<RecordedMistakes | undefined> {
  const content = event && (await readContent<Mistakes>(ledger, event.payload.object));
  return content && { ...event.payload, content };
}
