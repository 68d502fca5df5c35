import type { Callback } from "@versant/core";
import type { Experiment } from "../experiment/experiment.js";
import { Run, type RunOptions } from "../experiment/run.js";
import { type DataRecord, uninspectedData } from "../honesty/data.js";
import { inspectData } from "../honesty/inspectData.js";
import { outline } from "../progress/outline.js";
import { recordCode } from "../provenance/code.js";
import { recordEnvironment } from "../provenance/environment.js";
import type { Basis } from "../recording/differences.js";
import type { RunPage } from "../recording/runPage.js";
import { write } from "./conductOptions.js";
import { callbacksOf } from "./watchers.js";

export interface Preparation {
  readonly experiment: Experiment;
  readonly file: string;
  /** Values, where they come from, and seed. */
  readonly settings: RunOptions;
  readonly page: RunPage | undefined;
  readonly progress: Callback;
  /** Whether rows are hashed and compared. */
  readonly inspects: boolean;
}

export interface Prepared {
  readonly run: Run;
  readonly data: DataRecord;
  /** What the bits depend on; known of a run that is recorded. */
  readonly basis?: Basis;
}

/** Sets a run up, says what is about to run, and finds out all that is recorded of it. */
export async function prepareRun(
  preparation: Preparation & { readonly page: RunPage },
): Promise<Required<Prepared>>;
export async function prepareRun(preparation: Preparation): Promise<Prepared>;
export async function prepareRun(preparation: Preparation): Promise<Prepared> {
  const { experiment, file, settings, page, progress, inspects } = preparation;
  const callbacks = callbacksOf(page, progress);
  const run = await Run.prepare(experiment, { ...settings, ...callbacks });
  write(...outline(run, page?.run));
  // Git works while the data are read.
  const [code, data] = await Promise.all([
    page && recordCode(file, page.ledger.objects),
    inspects ? inspectData(run.setup.data) : uninspectedData,
  ]);
  return { run, data, ...(code && { basis: { code, data, environment: recordEnvironment() } }) };
}
