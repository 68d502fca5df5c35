import { readContent } from "./content.js";
import type { Landscape, LandscapePoint, RecordedLandscape } from "./landscapeEvent.js";
import type { Ledger } from "./ledger.js";

/** Of a run the newest landscape of each kind of directions and each part, the newest first. */
export async function newestLandscapes(ledger: Ledger, run: string): Promise<RecordedLandscape[]> {
  const events = await ledger.events({ run, types: ["landscape"] });
  const newest = new Map(
    events.map((event) => [`${event.payload.directions} ${event.payload.part}`, event]),
  );
  const found: RecordedLandscape[] = [];
  for (const { sequence, payload } of newest.values()) {
    const content = await readContent<unknown>(ledger, payload.object);
    if (isLandscape(content)) found.push({ ...payload, sequence, content });
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
