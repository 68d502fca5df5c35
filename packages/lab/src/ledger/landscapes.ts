import { ArgumentError } from "@versant/core/internal";
import { readContent } from "./content.js";
import type { Event } from "./events.js";
import type { Landscape, Landscape, LandscapePoint, RecordedLandscape, RecordedLandscape } from "./landscapeEvent.js";
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
  const found = await Promise.all([...newest.values()].map((each) => withContent(ledger, each)));
  return found.flat().sort((a, b) => b.sequence - a.sequence);
}

async function withContent(
  ledger: Ledger,
  { sequence, payload }: Event<"landscape">,
): Promise<RecordedLandscape[]> {
  try {
    const bytes = await ledger.objects.get(payload.object);
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isLandscape(content) ? [{ ...payload, sequence, content }] : [];
  } catch (error) {
    // An object that is missing, that was altered, or is something else.
    if (error instanceof ArgumentError || error instanceof SyntaxError) return [];
    throw error;
  }
  return found.sort((a, b) => b.sequence - a.sequence);
}

/** Places along a side at most: what draws them would take hours over millions. */
const longest = 201;

/** Whether somebody's object is what a landscape is: any event can name any object. */
function isLandscape(content: unknown): content is Landscape {
  const { x, y, loss, path = [] } = (content ?? {}) as Partial<Landscape>;
  if (!isAxis(x) || !isAxis(y) || !Array.isArray(loss) || !Array.isArray(path)) return false;
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) && row.length === x.length && row.every(isLoss);
  const isPoint = (point: unknown): boolean => {
    const { loss, ...place } = (point ?? {}) as Partial<LandscapePoint>;
    const { epoch, step, x, y } = place;
    return isLoss(loss) && [epoch, step, x, y].every(Number.isFinite);
  };
  return loss.length === y.length && loss.every(isRow) && path.every(isPoint);
}

/** Numbers that rise. */
const isAxis = (axis: unknown): axis is readonly number[] =>
  Array.isArray(axis) &&
  axis.length >= 2 &&
  axis.length <= longest &&
  axis.every((place, index) => Number.isFinite(place) && (index === 0 || place > axis[index - 1]));

const isLoss = (loss: unknown): boolean => loss === null || Number.isFinite(loss);
