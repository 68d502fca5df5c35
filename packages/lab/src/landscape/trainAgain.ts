import { ArgumentError, type Callback } from "@versant/core";
import type { Experiment } from "../experiment/experiment.js";
import { Run } from "../experiment/run.js";
import type { Ledger } from "../ledger/ledger.js";
import type { RunSummary } from "../ledger/runs.js";
import { recallOrigin } from "../recording/origin.js";
import type { RecordedRun } from "../recording/recordedRun.js";
import { Steerer } from "../recording/steering.js";
import { type KeptState, StateKeeper } from "./stateKeeper.js";

/** A run, and the ledger where it is recorded. */
export interface RecordedIn {
  readonly ledger: Ledger;
  readonly summary: RunSummary;
  readonly recorded: RecordedRun;
}

export interface TrainedAgain {
  readonly run: Run;
  readonly path: readonly KeptState[];
}

/**
 * Trains a run a second time without recording it, and keeps states on the way. What people did to it is done again
 * at the same batches.
 *
 * @param told is told how many epochs are complete, and of how many
 * @throws ArgumentError when the run has not come to its end, or this training comes to other weights
 */
export async function trainAgain(
  found: RecordedIn,
  experiment: Experiment,
  told: (done: number, total: number) => void,
): Promise<TrainedAgain> {
  const { ledger, summary, recorded } = found;
  const { id, state } = summary;
  if (state !== "completed" && state !== "stopped") {
    throw new ArgumentError(
      `landscape: the run ${id} is ${state}, expected one that has come to its end, to which a second training can ` +
        "be compared; --directions random needs its weights alone.",
    );
  }
  const origin = await recallOrigin(ledger, recorded.started);
  const keeper = new StateKeeper();
  const tell: Callback = { onEpochEnd: ({ epoch, lastEpoch }) => told(epoch, lastEpoch) };
  const run = await Run.prepare(experiment, {
    ...recorded.settings,
    ...(origin && { from: origin.origin }),
    callbacks: [keeper, ...repeating(found), tell],
  });
  await run.fit();
  const { sha256 } = await run.weights();
  if (sha256 !== summary.weights) {
    throw new ArgumentError(
      `landscape: this training came to other weights than ${id} ended with, expected the same to the bit, ` +
        `as its path would be another; \`versant rerun ${id}\` says what may be the cause.`,
    );
  }
  return { run, path: keeper.path(run.trainer.stateDict()) };
}

/** Does again what people did, as the recorder of a rerun does. */
function repeating({ ledger, summary, recorded }: RecordedIn): Callback[] {
  const steerer = new Steerer(
    ledger,
    summary.id,
    async () => {},
    () => {},
  );
  steerer.repeat(recorded.applied, { records: false });
  if (!steerer.isRepeating) return [];
  return [
    {
      // The end of an epoch is behind what other callbacks do there.
      onBatchEnd: (context) =>
        context.batch === context.batches ? undefined : steerer.repeatAt(context),
      onEpochEnd: (context) => steerer.repeatAt(context),
    },
  ];
}
