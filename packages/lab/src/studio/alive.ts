import type { Ledger } from "../ledger/ledger.js";
import { RunLock } from "../ledger/lock.js";
import { openSearches } from "../ledger/searches.js";

/** What a process goes on with, by name. */
export interface Alive {
  readonly runs: ReadonlySet<string>;
  readonly searches: ReadonlySet<string>;
}

/** What has no end yet, and a process goes on with. */
export async function aliveIn(ledger: Ledger): Promise<Alive> {
  const taken = (names: readonly string[]) =>
    new Set(names.filter((name) => RunLock.isTaken(ledger.folder, name)));
  const runs = await ledger.ask((query) =>
    query.selectFrom("runs").select("id").where("state", "=", "running").execute(),
  );
  return {
    runs: taken(runs.map(({ id }) => id)),
    searches: taken(await openSearches(ledger)),
  };
}

/** Names that are in one of both. */
export const changedOf = (before: ReadonlySet<string>, now: ReadonlySet<string>): Set<string> =>
  new Set([...before, ...now].filter((name) => !before.has(name) || !now.has(name)));
