import type { Event } from "./events.js";

/** Looks inside of a run in order, one an epoch: those that were done again after a kill take the place of those before. */
export function insightsOf(events: readonly Event<"insight">[]): readonly Event<"insight">[] {
  const byEpoch = new Map(events.map((event) => [event.payload.epoch, event]));
  return [...byEpoch.values()].sort((a, b) => a.payload.epoch - b.payload.epoch);
}
