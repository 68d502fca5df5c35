import { ArgumentError } from "@versant/core";
import type { Experiment } from "../experiment/experiment.js";
import type { OutputFile } from "../files/outputFile.js";
import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import { estimateLine, searchOutline, trialLine } from "../progress/describeSearch.js";
import { row } from "../progress/format.js";
import { formatReport } from "../progress/report.js";
import { searchBar } from "../progress/searchBar.js";
import { resumeLine, searchConclusion } from "../progress/searchConclusion.js";
import type { SearchSpace } from "../search/space.js";
import { makePruner } from "../tune/pruners/index.js";
import { importanceIn, makeSearchReport } from "../tune/report.js";
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
  const { page, record, report, file } = conducted;
  write(...searchOutline(page.name, record, threadsOf(record.jobs)));
  const interruption = new Interruption();
  interruption.listen();
  const { state, trials } = await searchWith(conducted, interruption.signal)
    .catch(async (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      // Where it is the ledger that failed, the first error says why.
      await page.end({ state: "failed", reason, best: [] }).catch(() => {});
      throw error;
    })
    .finally(() => interruption.release());
  const best = bestTrials(trials, record);
  const importance = importanceIn(trials, record);
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
  write(...searchConclusion({ record, trials }, file));
  if (state === "interrupted" || state === "time") {
    write(resumeLine(page.name));
  }
  if (failure !== undefined && !interruption.received) throw new ArgumentError(`tune: ${failure}`);
  return interruption.exitCode;
}

async function searchWith(
  { page, record, file, space, seconds, finished = [], experiment }: ConductedSearch,
  signal: AbortSignal,
): Promise<SearchEnd> {
  const trials = [...finished];
  const started = performance.now();
  let isTold = false;
  const tell = (trial: TrialRecord): void => {
    trials.push(trial);
    const [best] = bestTrials(trials, record);
    const isBest = record.objectives.length === 1 && best === trial;
    bar.write(trialLine(trial, record.objectives, isBest));
    const made = trials.length - finished.length;
    const left = record.trials - trials.length;
    // One that failed at once says nothing of the others.
    if (isTold || left <= 0 || made < record.jobs || trial.state === "failed") return;
    isTold = true;
    bar.write(estimateLine(made, left, (performance.now() - started) / 1000));
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
