import type { Ledger } from "../ledger/ledger.js";
import { findSearch, listSearches, type SearchSummary } from "../ledger/searches.js";
import { flagsOf, quoted } from "../tune/flags.js";
import { importanceIn } from "../tune/report.js";
import { bestTrials } from "../tune/standings.js";
import type { SearchDetail, SearchesAnswer, SearchRow } from "./api/index.js";

export async function answerSearches(ledger: Ledger): Promise<SearchesAnswer> {
  return { searches: await searchRows(ledger) };
}

/** All searches, the newest first. */
export async function searchRows(ledger: Ledger): Promise<SearchRow[]> {
  return (await listSearches(ledger)).map(rowOf);
}

/** @throws ArgumentError when no search is meant by the word */
export async function answerSearch(ledger: Ledger, word: string): Promise<SearchDetail> {
  const summary = await findSearch(ledger, word);
  const { record, trials } = summary;
  const search = rowOf(summary);
  return {
    search,
    ...{ record, trials, space: record.space },
    importance: importanceIn(trials, record),
    commands: search.best.map(({ values }) => {
      const flags = flagsOf({ ...record.fixed, ...values });
      return `npx versant train ${quoted(record.file)} ${flags} --seed ${record.seed}`;
    }),
  };
}

const rowOf = ({ name, started, state, reason, record, trials }: SearchSummary): SearchRow => ({
  ...{ name, started, state, reason: reason ?? null },
  experiment: record.experiment,
  sampler: record.sampler,
  objectives: record.objectives,
  trials: trials.length,
  limit: record.trials,
  best: bestTrials(trials, record),
});
