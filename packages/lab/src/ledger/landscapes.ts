import { readContent } from "./content.js";
import type { Landscape, RecordedLandscape } from "./landscapeEvent.js";
import type { Ledger } from "./ledger.js";

/** Of a run the newest landscape of each kind of directions and each part, the newest first. */
export async function newestLandscapes(ledger: Ledger, run: string): Promise<RecordedLandscape[]> {
  const events = await ledger.events({ run, types: ["landscape"] });
  const newest = new Map(
    events.map((event) => [`${event.payload.directions} ${event.payload.part}`, event]),
  );
  const found: RecordedLandscape[] = [];
  for (const { sequence, payload } of newest.values()) {
    const content = await readContent<Landscape>(ledger, payload.object);
    if (content) found.push({ ...payload, sequence, content });
  }
  return found.sort((a, b) => b.sequence - a.sequence);
}
