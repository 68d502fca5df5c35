import type { DataLoader } from "../data/index.js";
import { NonFiniteError, type Parameter } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import { DivergenceError, locateErrors } from "./errors.js";
import { giveTurn, isTurnDue } from "./eventLoop.js";
import type { EpochRecord, Scores } from "./history.js";
import type { RunningFit } from "./runningFit.js";
import type { Step } from "./step.js";
import type { Update } from "./update.js";

export interface FitParts {
  readonly fit: RunningFit;
  readonly step: Step;
  readonly update: Update;
  readonly train: DataLoader;
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
  await runBatches(parts);
  if (fit.batch < fit.batches) return;
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

/** The batches of the current epoch, one step each. */
async function runBatches({ fit, step, update, train, callbacks }: FitParts): Promise<void> {
  const listeners = callbacks.filter((callback) => callback.onBatchEnd);
  const order = train.order(fit.epoch - 1);
  await fit.resumed();
  for (let start = 0; start < order.length && !fit.stopped; start += train.batchSize) {
    // A view: the step reads its indices where the epoch's order stands.
    const indices = order.subarray(start, start + train.batchSize);
    update.prepare(fit);
    fit.endBatch(runStep(fit, step, indices), indices.length);
    if (update.isDue) fit.step++;
    for (const listener of listeners) {
      const pending = listener.onBatchEnd?.(fit);
      if (pending) await pending;
    }
    if (isTurnDue()) await giveTurn();
    if (fit.paused) await fit.resumed();
  }
}

function runStep(fit: RunningFit, step: Step, indices: Int32Array): ArrayLike<number> {
  const { epoch, batch, batches, learningRate } = fit;
  try {
    return locateErrors(`epoch ${epoch}, batch ${batch + 1} of ${batches}`, () =>
      step.run(indices),
    );
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    const at = { epoch, batch: batch + 1, batches, learningRate, tensor: error.tensor };
    throw new DivergenceError({ ...at, areWeightsGood: areFinite(fit.model.parameters()) }, error);
  }
}

const areFinite = (parameters: readonly Parameter[]): boolean =>
  parameters.every((each) => each.dataSync().every((element) => Number.isFinite(element)));
