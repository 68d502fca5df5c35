import type { Ledger } from "../ledger/ledger.js";
import { findSearch, listSearches, type SearchSummary } from "../ledger/searches.js";
import { flagsOf, quoted } from "../tune/flags.js";
import { importanceIn } from "../tune/report.js";
import { recordedSpace } from "../tune/space.js";
import { bestTrials } from "../tune/standings.js";
import type { SearchDetail, SearchesAnswer, SearchRow } from "./api.js";

export async function answerSearches(ledger: Ledger): Promise<SearchesAnswer> {
  return { searches: (await listSearches(ledger)).map(rowOf) };
}

/** @throws ArgumentError when no search is meant by the word */
export async function answerSearch(ledger: Ledger, word: string): Promise<SearchDetail> {
  const summary = await findSearch(ledger, word);
  const { record, trials } = summary;
  const search = rowOf(summary);
  return {
    search,
    ...{ record, trials, space: record.space },
    importance: importanceIn(await spaceOf(ledger, summary), trials, record),
    commands: search.best.map(({ values }) => {
      const flags = flagsOf({ ...record.fixed, ...values });
      return `npx versant train ${quoted(record.file)} ${flags} --seed ${record.seed}`;
    }),
  };
}

/** Conditions of what is searched may speak of what is not: the runs of its trials know all declarations. */
async function spaceOf(
  ledger: Ledger,
  { record, trials }: SearchSummary,
): Promise<ReturnType<typeof recordedSpace>> {
  const run = trials.find((trial) => trial.run !== null)?.run;
  const [started] = run ? await ledger.events({ run, types: ["run.started"] }) : [];
  const known = started?.payload.hyperparameters.map(
    ({ name, declaration }) => [name, declaration] as const,
  );
  return recordedSpace({ declarations: known ? Object.fromEntries(known) : record.space }, record);
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
