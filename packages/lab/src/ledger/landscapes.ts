import { ArgumentError } from "@versant/core/internal";
import type { Event } from "./events.js";
import type { Landscape, RecordedLandscape } from "./landscapeEvent.js";
import type { Ledger } from "./ledger.js";

/** Of a run the newest landscape of each kind of directions and each part, the newest first. */
export async function newestLandscapes(ledger: Ledger, run: string): Promise<RecordedLandscape[]> {
  const events = await ledger.events({ run, types: ["landscape"] });
  const newest = new Map(
    events.map((event) => [`${event.payload.directions} ${event.payload.part}`, event]),
  );
  const found = await Promise.all([...newest.values()].map((each) => withContent(ledger, each)));
  return found.flat().sort((a, b) => b.sequence - a.sequence);
}

async function withContent(
  ledger: Ledger,
  { sequence, payload }: Event<"landscape">,
): Promise<RecordedLandscape[]> {
  try {
    const bytes = await ledger.objects.get(payload.object);
    const content: Landscape = JSON.parse(new TextDecoder().decode(bytes));
    return [{ ...payload, sequence, content }];
  } catch (error) {
    // An object that is missing, or that was altered.
    if (error instanceof ArgumentError) return [];
    throw error;
  }
}
