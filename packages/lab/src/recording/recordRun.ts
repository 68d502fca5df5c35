import type { Scores } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import type { Experiment } from "../experiment/experiment.js";
import { Run, type RunOptions } from "../experiment/run.js";
import { inspectData } from "../honesty/inspectData.js";
import type { Ledger } from "../ledger/ledger.js";
import { recordCode } from "../provenance/code.js";
import { recordEnvironment } from "../provenance/environment.js";
import { recordedPath } from "../provenance/root.js";
import { mistakeDrafts } from "./mistakeDrafts.js";
import { type FromOptions, findOrigin, recordOrigin } from "./origin.js";
import type { RecorderOptions } from "./recorder.js";
import { RunPage } from "./runPage.js";
import { startedPayload } from "./started.js";

export interface RecordRunOptions extends Omit<RunOptions, "from">, RecorderOptions {
  /** The file that the experiment stands in, which is recorded with all that it imports. */
  readonly file: string;
  /** Weights to begin with: those of a run, a checkpoint or a file. Default: those that `setup` draws. */
  readonly from?: FromOptions;
  /** The question of a study that it is one of the trainings of. */
  readonly study?: string;
  /** Ends training after the batch when it is aborted; the run can be resumed then. */
  readonly signal?: AbortSignal;
}

export interface RecordedTraining {
  /** Its name in the ledger. */
  readonly name: string;
  readonly run: Run;
  /** Scores on test data; undefined where there are none, or training was interrupted. */
  readonly test: Scores | undefined;
}

const optionNames = [
  ...["hyperparameters", "sources", "seed", "callbacks", "firstCallbacks"],
  ...["checkpointEvery", "tell", "insight", "file", "from", "study", "signal"],
];

/**
 * Trains an experiment from a program, tests it, and records it as `versant train` does: steering, resume
 * and rerun work for such a run, if its file exports the experiment as its default. Prints nothing.
 *
 * @throws ArgumentError when a value is out of its range; what training throws, after it was recorded
 */
export async function recordRun(
  ledger: Ledger,
  experiment: Experiment,
  options: RecordRunOptions,
): Promise<RecordedTraining> {
  requireOptions("recordRun", options, optionNames);
  const { file, from, study, signal, firstCallbacks = [], callbacks = [], ...settings } = options;
  const found = from && (await findOrigin(ledger, from));
  const page = RunPage.make(ledger, experiment.name, settings);
  try {
    const run = await Run.prepare(experiment, {
      ...settings,
      ...(found && { from: found.origin }),
      firstCallbacks: [page.first, ...firstCallbacks],
      callbacks: [...callbacks, page.recorder],
    });
    const [code, data] = await Promise.all([
      recordCode(file, ledger.objects),
      inspectData(run.setup.data),
    ]);
    const path = await recordedPath(ledger.folder, file);
    const known = { file: path, command: [], code, data, environment: recordEnvironment() };
    const origin = await recordOrigin(ledger, found, run);
    await page.start(
      await startedPayload({ run, ...known, ...origin, ...(study !== undefined && { study }) }),
    );
    try {
      const test = await trainAndTest(page, run, data.parts.test?.hash, signal);
      return { name: page.run, run, test };
    } catch (error) {
      await page.fail(error);
      throw error;
    }
  } finally {
    page.release();
  }
}

async function trainAndTest(
  page: RunPage,
  run: Run,
  testData = "unknown",
  signal?: AbortSignal,
): Promise<Scores | undefined> {
  const started = performance.now();
  await run.fit(signal ? { signal } : {});
  await page.keepEnd();
  const { bytes, sha256: weights, signature } = await run.weights();
  const isInterrupted = signal?.aborted ?? false;
  const test = isInterrupted ? undefined : await run.test();
  if (test) await page.tested(testData, "test", test);
  const found =
    signature && !isInterrupted ? await mistakeDrafts(page, run, signature, testData) : [];
  const reason = run.training?.history.stopped;
  const { wasStopped } = page.recorder.steerer;
  const ended = {
    state: isInterrupted ? "interrupted" : wasStopped ? "stopped" : "completed",
    ...(reason !== undefined && { reason }),
    weights,
    seconds: (performance.now() - started) / 1000,
    // libuv counts in kibibytes on every system.
    peakMemoryMB: (process.resourceUsage().maxRSS * 1024) / 1e6,
  } as const;
  await page.end(ended, bytes, found);
  return test;
}
