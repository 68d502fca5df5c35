import type { StoredObject } from "../files/objects.js";
import { objectsOf } from "./chain.js";
import type { Event, LedgerEvent } from "./events.js";
import type { Ledger } from "./ledger.js";

/** What can go, and how much room that makes. */
export interface Collection {
  /** Objects that no kept event needs. */
  readonly objects: readonly string[];
  /** Files that killed writers left. */
  readonly drafts: number;
  readonly bytes: number;
  /** Files that nothing needs, but that are too young to say so: a writer may be about to name them. */
  readonly young: number;
}

export interface CollectOptions {
  /** Says what would go, and lets it stand. Default false */
  readonly dryRun?: boolean;
  /** Younger files stay. Default 10 minutes, in milliseconds */
  readonly minimumAge?: number;
}

/**
 * Deletes objects that are not needed any more: checkpoints of ended runs but for the last and the best,
 * what no event speaks of, and drafts of writers that were killed. All checkpoints of a run stay that is
 * not ended, or that somebody approved. What goes is recorded first, so that a collection that is
 * interrupted leaves nothing that `verifyLedger` would miss.
 */
export async function collect(
  ledger: Ledger,
  { dryRun = false, minimumAge = 600_000 }: CollectOptions = {},
): Promise<Collection> {
  const needed = await neededObjects(ledger);
  const before = Date.now() - minimumAge;
  const isOld = ({ modified }: StoredObject): boolean => modified.getTime() <= before;
  const unneeded: StoredObject[] = [];
  for await (const object of ledger.objects.list()) {
    if (!needed.has(object.name)) unneeded.push(object);
  }
  const objects = unneeded.filter(isOld);
  const drafts = (await ledger.objects.drafts()).filter(isOld);
  const bytes = [...objects, ...drafts].reduce((sum, each) => sum + each.bytes, 0);
  const hashes = objects.map(({ name }) => name).sort();
  if (!dryRun) {
    if (hashes.length > 0) {
      const payload = { objects: hashes, bytes };
      await ledger.append([{ type: "collected", run: null, payload }]);
    }
    for (const hash of hashes) await ledger.objects.delete(hash);
    for (const { name } of drafts) await ledger.objects.deleteDraft(name);
  }
  const young = unneeded.length - objects.length;
  return { objects: hashes, drafts: drafts.length, bytes, young };
}

/** The objects that stay. */
async function neededObjects(ledger: Ledger): Promise<ReadonlySet<string>> {
  const events: readonly LedgerEvent[] = await ledger.events({
    types: [
      "run.started",
      "run.resumed",
      "run.ended",
      "checkpoint",
      "approval",
      "requests",
      "mistakes",
      "landscape",
    ],
  });
  const runs = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    const own = runs.get(event.run ?? "");
    if (own) own.push(event);
    else runs.set(event.run ?? "", [event]);
  }
  return new Set([...runs.values()].flatMap(neededBy));
}

function neededBy(events: readonly LedgerEvent[]): string[] {
  const others = events.filter(({ type }) => type !== "checkpoint");
  const checkpoints = events.filter((event) => event.type === "checkpoint");
  const bound = events.flatMap((event) =>
    event.type === "approval"
      ? [event.payload.weights, event.payload.data, event.payload.code]
      : [],
  );
  const hasEnded =
    events.findLast(({ type }) => type === "run.ended" || type === "run.resumed")?.type ===
    "run.ended";
  const kept = hasEnded && bound.length === 0 ? lastAndBest(checkpoints) : checkpoints;
  return [...[...others, ...kept].flatMap(objectsOf), ...bound];
}

/** The newest, and the newest best of everything that was watched. */
function lastAndBest(checkpoints: readonly Event<"checkpoint">[]): Event<"checkpoint">[] {
  const best = new Map(
    checkpoints.flatMap((event) =>
      event.payload.best ? [[event.payload.best.monitor, event] as const] : [],
    ),
  );
  return [...checkpoints.slice(-1), ...best.values()];
}
