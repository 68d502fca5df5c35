import { giveTurn, isTurnDue } from "../array/index.js";
import { NonFiniteError, type Parameter } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import { batchOf, DivergenceError, locateErrors } from "./errors.js";
import { feedOf, type Loader, type StepCall } from "./feed.js";
import type { EpochRecord, Scores } from "./history.js";
import type { RunningFit } from "./runningFit.js";
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
}

/** Runs the planned epochs, or those until somebody stops them; tells the callbacks. */
export async function runFit(parts: FitParts): Promise<void> {
  const { fit, callbacks } = parts;
  try {
    for (const callback of callbacks) await callback.onFitStart?.(fit);
    for (let epoch = fit.firstEpoch; epoch <= fit.lastEpoch && !fit.stopped; epoch++) {
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

/** One pass over the data and its record; without record if it was stopped in the middle. */
async function runEpoch(parts: FitParts, epoch: number): Promise<void> {
  const { fit, step, update, validate, callbacks } = parts;
  const started = performance.now();
  const pausedBefore = fit.pausedFor;
  fit.startEpoch(epoch, step.meter());
  update.startEpoch();
  for (const callback of callbacks) await callback.onEpochStart?.(fit);
  if (!(await runBatches(parts))) return;
  const validation = await validate?.();
  if (validate && !validation) return;
  const record: EpochRecord = {
    epoch,
    seconds: (performance.now() - started - (fit.pausedFor - pausedBefore)) / 1000,
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
  const feed = feedOf(train, fit.epoch - 1);
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
      if (isTurnDue()) await giveTurn();
      if (fit.paused) await fit.resumed();
    }
  } finally {
    await feed.close();
  }
  return fit.batch === fit.batches;
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

const areFinite = (parameters: readonly Parameter[]): boolean =>
  parameters.every((each) => each.dataSync().every((element) => Number.isFinite(element)));
