import type { Ledger } from "../../ledger/ledger.js";
import { findRun } from "../../ledger/runs.js";
import { isSearch, listSearches } from "../../ledger/searches.js";

/** Whether a search is meant; by "last", the newest of runs and searches. */
export async function isSearchMeant(ledger: Ledger, word: string): Promise<boolean> {
  if (word !== "last") return isSearch(ledger, word);
  const [search] = await listSearches(ledger);
  if (!search) return false;
  const run = await findRun(ledger, word).catch(() => undefined);
  return run === undefined || run.started < search.started;
}
