import { ArgumentError, giveTurn, isTurnDue } from "../array/index.js";
import type { Loader } from "../data/index.js";
import { NonFiniteError } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import { areFinite, batchOf, DivergenceError, locateErrors } from "./errors.js";
import { type Feed, feedOf, type StepCall } from "./feed.js";
import type { EpochRecord, Scores } from "./history.js";
import { requireBatches } from "./pass.js";
import type { RunningFit } from "./runningFit.js";
import { restoreTraining, type TrainingState } from "./state.js";
import type { Step } from "./step.js";
import type { Update } from "./update.js";

export interface FitParts {
  readonly fit: RunningFit;
  readonly step: Step;
  readonly update: Update;
  readonly train: Loader;
  /** Nothing comes of it when it is interrupted. */
  readonly validate: (() => Promise<Scores | undefined>) | undefined;
  readonly callbacks: readonly Callback[];
  /** Where an interrupted fit stood. */
  readonly from: TrainingState | undefined;
}

/** Runs the planned epochs, or those until somebody stops them; tells the callbacks. */
export async function runFit(parts: FitParts): Promise<void> {
  const { fit, callbacks, from } = parts;
  try {
    for (const callback of callbacks) await callback.onFitStart?.(fit);
    for (
      let epoch = from ? await goOn(parts, from) : fit.firstEpoch;
      epoch <= fit.lastEpoch && !fit.stopped;
      epoch++
    ) {
      await runEpoch(parts, epoch);
    }
  } catch (error) {
    fit.failure = error;
    // What callbacks throw while they tidy up must not hide why training failed.
    await Promise.allSettled(callbacks.map(async (callback) => callback.onFitEnd?.(fit)));
    throw error;
  }
  for (const callback of callbacks) await callback.onFitEnd?.(fit);
}

/** Finishes the epoch that was interrupted, and tells which is the next. */
async function goOn(parts: FitParts, from: TrainingState): Promise<number> {
  const { fit, step } = parts;
  restoreTraining(parts, from);
  fit.restore(from.loop, step.meter());
  const isRecorded = from.loop.records.at(-1)?.epoch === fit.epoch;
  if (!isRecorded) await finishEpoch(parts);
  return fit.epoch + 1;
}

/** One pass over the data and its record. */
async function runEpoch(parts: FitParts, epoch: number): Promise<void> {
  const { fit, step, update, callbacks } = parts;
  fit.startEpoch(epoch, step.meter());
  update.startEpoch();
  for (const callback of callbacks) await callback.onEpochStart?.(fit);
  await finishEpoch(parts);
}

/** What is left of an epoch; without record if it is stopped in the middle. */
async function finishEpoch(parts: FitParts): Promise<void> {
  const { fit, validate, callbacks } = parts;
  if (!(await runBatches(parts))) return;
  const { epoch } = fit;
  const validation = await validate?.();
  if (validate && !validation) return;
  const record: EpochRecord = {
    epoch,
    seconds: fit.seconds,
    learningRate: fit.learningRate,
    train: fit.scores(),
    ...(validation && { validation }),
  };
  fit.record(record);
  for (const callback of callbacks) await callback.onEpochEnd?.(fit, record);
}

/** The batches of the current epoch, one step each; false if it was stopped before the last. */
async function runBatches(parts: FitParts): Promise<boolean> {
  const { fit, step, update, train, callbacks } = parts;
  const listeners = callbacks.filter((callback) => callback.onBatchEnd);
  const watchers = callbacks.filter((callback) => callback.onTurn);
  const feed = feedOf(train, fit.epoch - 1);
  await skipDone(feed, fit);
  await fit.resumed();
  try {
    while (!fit.stopped) {
      const pending = feed.next();
      const call = pending instanceof Promise ? await pending : pending;
      if (!call) break;
      if (call.isLast) fit.announceLast(call.samples);
      update.prepare(fit);
      fit.endBatch(runStep(fit, step, call), call.samples);
      if (update.isDue) fit.step++;
      for (const listener of listeners) {
        const reaction = listener.onBatchEnd?.(fit);
        if (reaction) await reaction;
      }
      if (isTurnDue()) {
        await giveTurn();
        for (const watcher of watchers) await watcher.onTurn?.(fit);
      }
      if (fit.paused) await fit.resumed();
    }
  } finally {
    await feed.close();
  }
  if (!fit.stopped) requireBatches(`epoch ${fit.epoch}`, fit.batch);
  return fit.batch === fit.batches;
}

/** Passes over the batches that were done before an interruption. */
async function skipDone(feed: Feed, fit: RunningFit): Promise<void> {
  for (let passed = 1; passed <= fit.batch; passed++) {
    const call = await feed.next();
    if (!call) {
      throw new ArgumentError(
        `Trainer.fit: received a state after batch ${fit.batch} of epoch ${fit.epoch}, and the data ` +
          `have ${passed - 1} batches; expected the same data.`,
      );
    }
    if (call.isLast && passed === fit.batch) fit.confirmLast();
  }
}

function runStep(fit: RunningFit, step: Step, { args }: StepCall): ArrayLike<number> {
  const { epoch, batch, batches, learningRate } = fit;
  try {
    return locateErrors(`epoch ${epoch}, ${batchOf(batch + 1, batches)}`, () => step.run(args));
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    const at = { epoch, batch: batch + 1, batches, learningRate, tensor: error.tensor };
    throw new DivergenceError({ ...at, areWeightsGood: areFinite(fit.model.parameters()) }, error);
  }
}
