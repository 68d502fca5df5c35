import { ArgumentError } from "@versant/core";
import type { Experiment } from "../experiment/experiment.js";
import type { OutputFile } from "../files/outputFile.js";
import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import { searchOutline, trialLine } from "../progress/describeSearch.js";
import { formatScore, row } from "../progress/format.js";
import { formatReport } from "../progress/report.js";
import { searchBar } from "../progress/searchBar.js";
import type { SearchSpace } from "../search/space.js";
import { flagsOf } from "../tune/flags.js";
import { makePruner } from "../tune/pruners/index.js";
import { importanceIn, makeSearchReport, type SearchReport } from "../tune/report.js";
import { makeSampler } from "../tune/samplers.js";
import { Search, type SearchEnd, threadsOf, trainingsOf } from "../tune/search.js";
import type { SearchPage } from "../tune/searchPage.js";
import { bestTrials } from "../tune/standings.js";
import { write } from "./conductOptions.js";
import { Interruption } from "./interruption.js";

export interface ConductedSearch {
  readonly page: SearchPage;
  readonly record: SearchRecord;
  /** As it was typed. */
  readonly file: string;
  readonly experiment: Experiment;
  readonly space: SearchSpace;
  readonly report: OutputFile | undefined;
  readonly seconds: number | undefined;
  /** What was there before, of a search that goes on. */
  readonly finished?: readonly TrialRecord[];
}

/** Makes the trials of a search, and tells and records what came of it; gives the exit code. */
export async function conductSearch(conducted: ConductedSearch): Promise<number> {
  const { page, record, report, space } = conducted;
  write(...searchOutline(page.name, record, threadsOf(record.jobs)));
  const interruption = new Interruption();
  interruption.listen();
  const { state, trials } = await searchWith(conducted, interruption.signal)
    .catch(async (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      await page.end({ state: "failed", reason, best: [] });
      throw error;
    })
    .finally(() => interruption.release());
  const best = bestTrials(trials, record);
  const importance = importanceIn(space, trials, record);
  report?.write(
    formatReport(makeSearchReport({ name: page.name, record, trials, best, importance })),
  );
  const failure = failureOf(trials);
  const reason = failure ?? reasonOf(state, conducted);
  await page.end({
    state: failure === undefined || state === "interrupted" ? state : "failed",
    ...(reason !== undefined && { reason }),
    best: best.map(({ number }) => number),
  });
  if (reason !== undefined && failure === undefined) write(row("ended", reason));
  write(...conclusion(conducted, trials, best), ...importanceLines(importance));
  if (state === "interrupted" || state === "time") {
    write(row("to go on", `versant tune --resume ${page.name}`));
  }
  if (failure !== undefined && !interruption.received) throw new ArgumentError(`tune: ${failure}`);
  return interruption.exitCode;
}

async function searchWith(
  { page, record, file, space, seconds, finished = [], experiment }: ConductedSearch,
  signal: AbortSignal,
): Promise<SearchEnd> {
  const trials = [...finished];
  const tell = (trial: TrialRecord): void => {
    trials.push(trial);
    const [best] = bestTrials(trials, record);
    const isBest = record.objectives.length === 1 && best === trial;
    bar.write(trialLine(trial, record.objectives, isBest));
  };
  const { pruner, reportEvery, sampler, points } = record;
  const epochs = epochsOf(experiment, record);
  const search = new Search({
    ...{ file, record, page, space, finished, signal, tell },
    sampler: makeSampler(sampler, { points }),
    pruner: makePruner(pruner, { reportEvery, epochs }),
    ...(seconds !== undefined && { seconds }),
  });
  const bar = searchBar(process.stdout, () => search.progress);
  return search.run().finally(() => bar.stop());
}

/** Of a trial that is not pruned, all its trainings together; where they are searched, the most. */
function epochsOf({ declarations }: Experiment, record: SearchRecord): number {
  const { space, fixed } = record;
  const { epochs } = space;
  const once =
    epochs?.kind === "int" ? epochs.max : Number(fixed.epochs ?? declarations.epochs?.default);
  return once * trainingsOf(record);
}

function failureOf(trials: readonly TrialRecord[]): string | undefined {
  const [first] = trials;
  if (!first || trials.some(({ state }) => state !== "failed")) return undefined;
  const all = trials.length === 1 ? "the one trial" : `all ${trials.length} trials`;
  return `${all} failed; trial ${first.number}: ${first.reason}`;
}

function reasonOf(
  state: SearchEnd["state"],
  { record, seconds }: ConductedSearch,
): string | undefined {
  if (state === "time") return `${seconds} s are over`;
  if (state === "plateau") return `no better one in ${record.plateau} trials`;
  return state === "interrupted" ? "interrupted" : undefined;
}

const importanceLines = (importance: SearchReport["importance"]): string[] => {
  const shares = Object.entries(importance ?? {});
  const text = shares.map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`).join(", ");
  return text ? [row("importance", text)] : [];
};

/** The best trials, and how to train with their values. */
function conclusion(
  { record, file }: ConductedSearch,
  trials: readonly TrialRecord[],
  best: readonly TrialRecord[],
): string[] {
  const epochs = trials.reduce((sum, trial) => sum + trial.epochs, 0);
  const count = (state: TrialRecord["state"]): number =>
    trials.filter((trial) => trial.state === state).length;
  const states = `${count("completed")} completed, ${count("pruned")} pruned, ${count("failed")} failed`;
  return [
    row("trials", `${trials.length} (${states}), ${epochs} epochs`),
    ...(best.length === 0 && count("completed") > 0
      ? [row("best", "no trial satisfies all constraints")]
      : []),
    ...best.flatMap(({ number, objectives, run, values }) => {
      const scores = record.objectives.map(
        ({ name }, index) => `${name} ${formatScore(objectives[index] ?? Number.NaN)}`,
      );
      const flags = flagsOf({ ...record.fixed, ...values });
      return [
        row("best", `trial ${number}: ${scores.join(" | ")}, run ${run}`),
        row("", `versant train ${file} ${flags} --seed ${record.seed}`),
      ];
    }),
  ];
}
