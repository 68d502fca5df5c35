import { DataLoader, isLoader } from "@versant/core";
import type { Run } from "../experiment/run.js";
import type { Payloads } from "../ledger/events.js";
import { recordModel } from "./model.js";

type Started = Payloads["run.started"];

/** What the run itself does not know. */
export interface StartedOptions
  extends Pick<
    Started,
    "file" | "command" | "code" | "data" | "environment" | "from" | "repeats" | "search" | "study"
  > {
  readonly run: Run;
}

/** What is recorded of a run when it starts. */
export async function startedPayload({ run, ...known }: StartedOptions): Promise<Started> {
  const { experiment, hyperparameters, seed, fold, loaded } = run;
  return {
    experiment: experiment.name,
    about: experiment.about,
    hyperparameters,
    seed,
    ...(fold && { fold }),
    ...(await recordModel(run)),
    batches: batchesOf(run),
    ...(loaded.length > 0 && { loaded }),
    ...known,
  };
}

/** Batches of an epoch; null for a stream that does not know. */
function batchesOf({ setup, values: { batchSize } }: Run): number | null {
  const { train } = setup.data;
  const { length } = isLoader(train) ? train : new DataLoader(train, { batchSize });
  return length !== undefined && Number.isFinite(length) ? length : null;
}
