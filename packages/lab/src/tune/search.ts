import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { SearchEndState, SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import type { Sampler, SearchValues } from "../search/sampler.js";
import type { SearchSpace } from "../search/space.js";
import { Knowledge } from "./knowledge.js";
import type { TrialOrder, TrialOutcome, WorkerSetup } from "./protocol.js";
import type { Pruner } from "./pruners/pruner.js";
import { Referee } from "./referee.js";
import type { SearchPage } from "./searchPage.js";
import { finishedTrial, trialsSinceBest } from "./standings.js";
import { WorkerProcess } from "./workerProcess.js";

export interface SearchOptions {
  /** The experiment's, as this process finds it. */
  readonly file: string;
  readonly record: SearchRecord;
  readonly page: SearchPage;
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  readonly pruner: Pruner | undefined;
  /** What was there before, of a search that goes on. */
  readonly finished?: readonly TrialRecord[];
  /** Seconds after which no trial begins; default any. */
  readonly seconds?: number;
  /** Ends the trials that run, after their batch; they are made anew when the search goes on. */
  readonly signal: AbortSignal;
  readonly tell: (trial: TrialRecord) => void;
}

export interface SearchEnd {
  readonly state: SearchEndState;
  /** In order. */
  readonly trials: readonly TrialRecord[];
}

/** A trial that is made at present. */
export interface RunningTrial {
  readonly number: number;
  /** How many epochs are over, and how many there will be, in all its trainings together. */
  readonly epoch: number;
  readonly epochs: number;
}

/** How far a search is. */
export interface SearchProgress {
  /** Of this search, also before it went on. */
  readonly done: number;
  readonly trials: number;
  readonly running: readonly RunningTrial[];
}

interface Proposed {
  readonly order: TrialOrder;
  readonly values: SearchValues;
}

/**
 * Makes the trials of a search, several at a time in processes of their own. Which trials, and where they are
 * pruned, does not depend on time: see `Knowledge` and `Referee`.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #knowledge: Knowledge;
  readonly #running = new Map<number, RunningTrial>();
  readonly #referee: Referee;
  readonly #deadline: number;
  #number = 1;
  #end: SearchEndState | undefined;
  /** Trials are proposed one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: () => void = () => {};

  constructor(options: SearchOptions) {
    this.#options = options;
    const { finished = [], record, pruner, seconds = Number.POSITIVE_INFINITY } = options;
    this.#knowledge = new Knowledge(record, finished);
    this.#referee = new Referee(pruner, record.async);
    for (const { number, reports } of finished) this.#referee.end(number, reports);
    this.#deadline = performance.now() + 1000 * seconds;
  }

  /** @throws ArgumentError when the ledger cannot be written */
  async run(): Promise<SearchEnd> {
    const { record, signal } = this.#options;
    const { trialSeconds } = record;
    const settings = {
      setup: this.#workerSetup(),
      threads: threadsOf(record.jobs),
      ...(trialSeconds !== undefined && { trialSeconds }),
      signal,
    };
    const jobs = Math.min(record.jobs, record.trials);
    const workers = Array.from({ length: jobs }, () => new WorkerProcess(settings));
    const close = (): void => {
      for (const worker of workers) worker.close();
    };
    process.on("exit", close);
    try {
      await Promise.all(workers.map((worker) => this.#work(worker)));
    } finally {
      process.off("exit", close);
      close();
    }
    return { state: this.#end ?? "completed", trials: this.#knowledge.finished };
  }

  /** How far it is. */
  get progress(): SearchProgress {
    const { record, sampler, space } = this.#options;
    const done = this.#knowledge.finished.length;
    const trials = Math.max(done, Math.min(record.trials, sampler.size(space)));
    return { done, trials, running: [...this.#running.values()] };
  }

  #workerSetup(): WorkerSetup {
    const { file, page, record } = this.#options;
    return {
      file: resolve(file),
      command: record.command,
      ledgerFolder: page.ledger.folder,
      search: page.name,
      objectives: record.objectives,
      constraints: record.constraints.map(({ name }) => name),
      seed: record.seed,
      seeds: record.seeds ?? 1,
      folds: record.folds ?? 1,
      reportEvery: record.reportEvery,
      leakCheck: record.leakCheck,
    };
  }

  /** One trial after the other. */
  async #work(worker: WorkerProcess): Promise<void> {
    for (;;) {
      const turn = this.#turn.then(() => this.#propose());
      this.#turn = turn.catch(() => {});
      const proposed = await turn;
      if (!proposed) return;
      await this.#make(worker, proposed);
    }
  }

  async #make(worker: WorkerProcess, { order, values }: Proposed): Promise<void> {
    const { number } = order;
    const started = performance.now();
    const { space, record } = this.#options;
    const epochs = Number(space.complete(values).epochs) * trainingsOf(record);
    const running = (epoch: number): void => {
      this.#running.set(number, { number, epoch, epochs });
    };
    running(0);
    const runs: string[] = [];
    const outcome = await worker.run(order, {
      started: (name) => {
        runs.push(name);
      },
      epoch: running,
      report: (report) => this.#referee.judge(number, report),
    });
    this.#running.delete(number);
    const seconds = (performance.now() - started) / 1000;
    const trained = { run: runs.at(-1) ?? null, ...(runs.length > 1 && { runs }) };
    await this.#keep({ number, values, ...trained, seconds }, outcome);
    this.#referee.end(number);
    this.#waiting();
  }

  async #keep(
    known: Pick<TrialRecord, "number" | "values" | "run" | "runs" | "seconds">,
    { state, isLost, ...outcome }: TrialOutcome,
  ): Promise<void> {
    if (state === "interrupted") {
      // Also where no further trial was wanted by then.
      this.#end = state;
      return;
    }
    const { page, tell } = this.#options;
    const reports = this.#referee.reportsOf(known.number);
    const trial = { ...known, ...outcome, state, reports };
    if (isLost) await page.endLostRun(trial);
    await page.trial(trial);
    this.#knowledge.finish(trial);
    tell(trial);
  }

  /** The next trial, once all is known that it depends on; undefined when there is none any more. */
  async #propose(): Promise<Proposed | undefined> {
    const { record, space, sampler, signal } = this.#options;
    const knowledge = this.#knowledge;
    while (knowledge.has(this.#number)) this.#number++;
    const number = this.#number;
    if (number > Math.min(record.trials, sampler.size(space))) return this.#stop("completed");
    while (!signal.aborted && !knowledge.isEnoughFor(number)) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    if (signal.aborted) return this.#stop("interrupted");
    if (performance.now() >= this.#deadline) return this.#stop("time");
    const before = knowledge.resultsFor(number);
    const { plateau = Number.POSITIVE_INFINITY } = record;
    if (trialsSinceBest(before, record) >= plateau) return this.#stop("plateau");
    this.#number++;
    // Samplers count from 0.
    const values = sampler.propose({
      ...{ space, seed: record.seed, number: number - 1 },
      history: before.map((trial) => finishedTrial(trial, record)),
      pending: knowledge.pendingFor(number),
    });
    knowledge.propose(number, values);
    this.#referee.begin(number);
    return { order: orderOf(number, values, record), values };
  }

  #stop(state: SearchEndState): undefined {
    this.#end ??= state;
  }
}

const orderOf = (
  number: number,
  values: SearchValues,
  { fixed, sources }: SearchRecord,
): TrialOrder => ({
  number,
  hyperparameters: { ...fixed, ...values },
  sources: {
    ...sources,
    ...Object.fromEntries(Object.keys(values).map((name) => [name, "search" as const])),
  },
});

/** How often each trial is trained. */
export const trainingsOf = ({ seeds = 1, folds = 1 }: SearchRecord): number => seeds * folds;

/** Threads of each job, so that all together are as many as one training would use. */
export function threadsOf(jobs: number): number {
  const all = Number(process.env.VERSANT_THREADS) || availableParallelism();
  return Math.max(1, Math.floor(all / jobs));
}
