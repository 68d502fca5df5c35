import { ArgumentError, type Callback, type EpochRecord } from "@versant/core";
import type { Experiment } from "../experiment/experiment.js";
import { predictionTimes } from "../experiment/predictionTimes.js";
import { Run } from "../experiment/run.js";
import { uninspectedData } from "../honesty/data.js";
import { inspectData } from "../honesty/inspectData.js";
import type { Ledger } from "../ledger/ledger.js";
import type { TrialReport } from "../ledger/searchEvents.js";
import { type Estimate, estimate } from "../objective/estimate.js";
import { estimateScore } from "../objective/estimateScore.js";
import { overlapOf, type Replicate, replicatesOf, seedsFrom } from "../objective/replicates.js";
import { scoresOf } from "../objective/scores.js";
import { type CodeRecord, recordCode } from "../provenance/code.js";
import { recordEnvironment } from "../provenance/environment.js";
import { recordedPath } from "../provenance/root.js";
import { RunPage } from "../recording/runPage.js";
import { startedPayload } from "../recording/started.js";
import { isScore, needsLatency } from "./objectives.js";
import type { TrialOrder, TrialOutcome, WorkerSetup } from "./protocol.js";

/** What an evaluation tells while it runs, and is told. */
export interface Watcher {
  readonly signal: AbortSignal;
  started(run: string): void;
  /** So many epochs are over, in all trainings of the trial together. */
  epoch(epoch: number): void;
  /** Waits until it is known whether the trial goes on; gives the reason if it is to end. */
  report(report: TrialReport): Promise<string | undefined>;
}

/**
 * Turns values into scores: trains with them once, or on each fold and with each seed, records each training as
 * a run of its own, and reports the first objective on the way. Everything that a search knows of training is behind this one function.
 *
 * The test data are not looked at: a search chooses.
 */
export class Evaluator {
  /** Of what this process has loaded, which does not change any more. */
  #code: Promise<CodeRecord> | undefined;

  constructor(
    readonly ledger: Ledger,
    readonly experiment: Experiment,
    readonly setup: WorkerSetup,
  ) {}

  /** What training throws is an outcome, too. */
  async evaluate(order: TrialOrder, watcher: Watcher): Promise<TrialOutcome> {
    const { seed, seeds, folds } = this.setup;
    const replicates = replicatesOf("tune", { folds, seeds: seedsFrom(seed, seeds) });
    const done: TrialOutcome[] = [];
    for (const replicate of replicates) {
      const isLast = done.length === replicates.length - 1;
      done.push(await this.#train(order, watcher, { ...replicate, done, isLast }));
      if (done.at(-1)?.state !== "completed") break;
    }
    return combine(this.setup, done);
  }

  async #train(
    order: TrialOrder,
    watcher: Watcher,
    { seed, fold, ...place }: Replicate & Place,
  ): Promise<TrialOutcome> {
    const { ledger, experiment } = this;
    const page = RunPage.make(ledger, experiment.name);
    const epochs = new EpochWatcher(this.setup, page, watcher, place);
    const began = performance.now();
    let isOnRecord = false;
    try {
      const run = await Run.prepare(experiment, {
        ...order,
        seed,
        ...(fold && { fold }),
        firstCallbacks: [page.first],
        callbacks: [epochs, page.recorder],
      });
      await this.#start(page, run, order.number);
      isOnRecord = true;
      watcher.started(page.run);
      return await this.#fit(page, run, epochs, watcher.signal);
    } catch (error) {
      if (isOnRecord) await page.fail(error, (performance.now() - began) / 1000);
      const reason = error instanceof Error ? error.message : String(error);
      return { state: "failed", objectives: [], constraints: [], epochs: epochs.done, reason };
    } finally {
      page.release();
    }
  }

  async #start(page: RunPage, run: Run, trial: number): Promise<void> {
    const { ledger, setup } = this;
    this.#code ??= recordCode(setup.file, ledger.objects);
    const [code, data, file] = await Promise.all([
      this.#code,
      setup.leakCheck ? inspectData(run.setup.data) : uninspectedData,
      recordedPath(ledger.folder, setup.file),
    ]);
    const { command, search: name } = setup;
    const known = { file, command, code, data, environment: recordEnvironment() };
    await page.start(await startedPayload({ run, ...known, search: { name, trial } }));
  }

  async #fit(
    page: RunPage,
    run: Run,
    epochs: EpochWatcher,
    signal: AbortSignal,
  ): Promise<TrialOutcome> {
    const started = performance.now();
    await run.fit({ signal });
    await page.keepEnd();
    const { bytes, sha256: weights } = await run.weights();
    const outcome = signal.aborted
      ? ({ state: "interrupted", objectives: [], constraints: [], epochs: epochs.done } as const)
      : await this.#outcome(run, epochs);
    const reason = run.training?.history.stopped;
    const { wasStopped } = page.recorder.steerer;
    await page.end(
      {
        state: signal.aborted ? "interrupted" : wasStopped ? "stopped" : "completed",
        ...(reason !== undefined && { reason }),
        weights,
        seconds: (performance.now() - started) / 1000,
        peakMemoryMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
      },
      bytes,
    );
    return outcome;
  }

  async #outcome(run: Run, { last, done, prunedFor }: EpochWatcher): Promise<TrialOutcome> {
    const names = [...this.setup.objectives.map(({ name }) => name), ...this.setup.constraints];
    const { train, validation } = run.setup.data;
    const times = needsLatency(names)
      ? await predictionTimes(run.trainer, validation ?? train)
      : undefined;
    const measure = (name: string): number => {
      if (name === "parameters") return run.parameters;
      if (name === "latency") return times?.latencyMilliseconds ?? Number.NaN;
      return last ? (scoresOf(last)[name] ?? Number.NaN) : Number.NaN;
    };
    const values = names.map(measure);
    const lost = names.find((_, index) => Number.isNaN(values[index]));
    const measured = { constraints: values.slice(this.setup.objectives.length), epochs: done };
    if (lost !== undefined) {
      return { state: "failed", objectives: [], ...measured, reason: `${lost} is not a number` };
    }
    return {
      state: prunedFor === undefined ? "completed" : "pruned",
      objectives: values.slice(0, this.setup.objectives.length),
      ...measured,
      ...(prunedFor !== undefined && { reason: prunedFor }),
    };
  }
}

/** A trial's training among its others. */
interface Place {
  /** Those before it. */
  readonly done: readonly TrialOutcome[];
  readonly isLast: boolean;
}

/** What several trainings of a trial say together: means, and how sure they are. */
function combine(setup: WorkerSetup, all: readonly TrialOutcome[]): TrialOutcome {
  const [first, ...others] = all;
  const last = all.at(-1);
  if (!first || !last || others.length === 0) return last ?? noOutcome;
  const epochs = all.reduce((sum, each) => sum + each.epochs, 0);
  if (last.state === "failed") return { ...last, epochs };
  const over = (
    names: readonly string[],
    of: (outcome: TrialOutcome) => readonly number[],
  ): Estimate[] =>
    names.map((name, index) =>
      estimateScore(
        name,
        all.flatMap((outcome) => of(outcome)[index] ?? []),
        overlapOf(setup.folds),
      ),
    );
  const names = setup.objectives.map(({ name }) => name);
  const objectives = over(names, (outcome) => outcome.objectives);
  return {
    ...last,
    objectives: objectives.map(({ mean }) => mean),
    intervals: objectives.map(({ low, high }) => [low, high]),
    constraints: over(setup.constraints, (outcome) => outcome.constraints).map(({ mean }) => mean),
    epochs,
  };
}

const noOutcome: TrialOutcome = {
  ...{ state: "failed", objectives: [], constraints: [], epochs: 0 },
  reason: "nothing was trained",
};

/** Reports the first objective after every few epochs, and ends the training that is not worth going on with. */
class EpochWatcher implements Callback {
  last: EpochRecord | undefined;
  done = 0;
  prunedFor: string | undefined;

  constructor(
    readonly setup: WorkerSetup,
    readonly page: RunPage,
    readonly watcher: Watcher,
    readonly place: Place,
  ) {}

  /** @throws ArgumentError where there will be no such score, before anything is trained for it */
  onFitStart({ scoreNames }: Parameters<NonNullable<Callback["onFitStart"]>>[0]): void {
    const { objectives, constraints } = this.setup;
    for (const name of [...objectives.map((each) => each.name), ...constraints].filter(isScore)) {
      if (scoreNames.includes(name)) continue;
      throw new ArgumentError(
        `tune: received "${name}" to be measured, expected one of ${scoreNames.join(", ")}.`,
      );
    }
  }

  async onEpochEnd(
    context: Parameters<NonNullable<Callback["onEpochEnd"]>>[0],
    record: EpochRecord,
  ): Promise<void> {
    this.last = record;
    this.done = record.epoch;
    const [{ name, direction } = { name: "", direction: "min" }] = this.setup.objectives;
    const { done, isLast } = this.place;
    const step = done.reduce((sum, { epochs }) => sum + epochs, record.epoch);
    this.watcher.epoch(step);
    if (!isScore(name) || step % this.setup.reportEvery !== 0) return;
    // With others before it, the mean: trials train in the same order, so that equal steps compare.
    const before = done.map(({ objectives: [value = Number.NaN] }) => value);
    const { mean: score } = estimate([...before, scoresOf(record)[name] ?? Number.NaN]);
    const value = direction === "min" ? score : -score;
    const reason = await this.watcher.report({ step, value });
    // What has come to its end anyway is complete.
    if (reason === undefined || (isLast && record.epoch >= context.lastEpoch)) return;
    this.prunedFor = reason;
    await this.page.recorder.steerer.stop(context, `pruned: ${reason}`);
  }
}
