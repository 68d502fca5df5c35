import { ArgumentError, describeValue } from "../array/index.js";
import type { StateDict } from "../nn/index.js";
import { type RandomState, randomState, restoreRandomState, type Tensor } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import type { EpochRecord } from "./history.js";
import type { RunningFit } from "./runningFit.js";
import type { Update } from "./update.js";

/** What a callback remembers from epoch to epoch: values that JSON can hold, and tensors by name. */
export interface CallbackState {
  readonly values: unknown;
  readonly tensors?: StateDict;
}

/** Where the loop stands, in values that JSON can hold (but for scores that are not finite). */
export interface LoopState {
  readonly format: 1;
  /** The first epoch of the fit. */
  readonly firstEpoch: number;
  /** The epoch at hand, counted from 1, and its batches that are done. */
  readonly epoch: number;
  readonly batch: number;
  /** Updates, now and at the end of the last complete epoch. */
  readonly step: number;
  readonly recordedSteps: number;
  /** Batches of the whole fit. */
  readonly batches: number;
  /** Of this epoch: samples, sums of the scores and their widths, seconds without pauses. */
  readonly samples: number;
  readonly totals: readonly number[];
  readonly widths: readonly number[];
  readonly seconds: number;
  readonly records: readonly EpochRecord[];
  readonly random: RandomState;
  /** Of each group. */
  readonly learningRates: readonly number[];
  /** What a schedule gave last, and what all of it is multiplied with. */
  readonly schedule: { readonly factor: number; readonly scale: number };
  /** Names of the model's frozen parameters. */
  readonly frozen: readonly string[];
  /** Of each callback; null for those without a state. */
  readonly callbacks: readonly unknown[];
}

/**
 * The whole state of training between two batches. A `fit` from it, on the same data and with the same
 * parts, ends with the same bits as if it had never been interrupted.
 */
export interface TrainingState {
  readonly loop: LoopState;
  /** Weights, moments, averages, gradients: "model.0.weight", "optimizer.momentum.0", ... */
  readonly tensors: StateDict;
}

/** What holds state besides the loop. */
export interface StatefulParts {
  readonly fit: RunningFit;
  readonly update: Update;
  readonly callbacks: readonly Callback[];
}

/** The parts that have tensors, by the prefix of their names. */
function tensorsOf({ fit, update, callbacks }: StatefulParts): Map<string, StateDict> {
  const { model, optimizer, average } = fit;
  const own = new Set(model.parameters());
  const others = optimizer.parameters.filter((parameter) => !own.has(parameter));
  const parts = new Map<string, StateDict>([
    ["model", model.stateDict()],
    ["others", new Map(others.map((parameter, index) => [String(index), parameter.detach()]))],
    ["optimizer", optimizer.stateDict()],
    ["average", average?.stateDict() ?? new Map()],
    ["gradients", update.gradients?.stateDict() ?? new Map()],
  ]);
  callbacks.forEach((callback, index) => {
    parts.set(`callbacks.${index}`, callback.saveState?.()?.tensors ?? new Map());
  });
  return parts;
}

/** The state of now; what training does later does not change it. */
export function captureTraining(parts: StatefulParts): TrainingState {
  const { fit, update, callbacks } = parts;
  const { model, optimizer } = fit;
  const tensors = new Map<string, Tensor>();
  for (const [prefix, dict] of tensorsOf(parts)) {
    for (const [name, value] of dict) tensors.set(`${prefix}.${name}`, value);
  }
  const frozen = [...model.namedParameters()].flatMap(([name, { requiresGrad }]) =>
    requiresGrad ? [] : [name],
  );
  const loop: LoopState = {
    format: 1,
    ...fit.position(),
    random: randomState(),
    learningRates: optimizer.groups.map(({ learningRate }) => learningRate),
    schedule: { ...update.rates },
    frozen,
    callbacks: callbacks.map((callback) => callback.saveState?.()?.values ?? null),
  };
  return { loop, tensors };
}

/**
 * Puts everything back where it stood.
 *
 * @throws ArgumentError when it is no state, or one of other parts
 */
export function restoreTraining(parts: StatefulParts, { loop, tensors }: TrainingState): void {
  const { fit, update, callbacks } = parts;
  const { model, optimizer, average } = fit;
  const of = (prefix: string): StateDict =>
    new Map(
      [...tensors].flatMap(([name, value]) =>
        name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), value]] : [],
      ),
    );
  if (loop.callbacks.length !== callbacks.length) {
    throw new ArgumentError(
      `Trainer.fit: received a state of ${loop.callbacks.length} callbacks, and this Trainer has ` +
        `${callbacks.length}; expected the same ones in the same order.`,
    );
  }
  if (loop.learningRates.length !== optimizer.groups.length) {
    throw new ArgumentError(
      `Trainer.fit: received a state of ${loop.learningRates.length} groups of parameters, and this ` +
        `optimizer has ${optimizer.groups.length}; expected the same groups.`,
    );
  }
  model.loadStateDict(of("model"));
  const own = new Set(model.parameters());
  const others = optimizer.parameters.filter((parameter) => !own.has(parameter));
  others.forEach((parameter, index) => {
    const value = tensors.get(`others.${index}`);
    if (value) parameter.assign(value);
  });
  optimizer.loadStateDict(of("optimizer"));
  average?.loadStateDict(of("average"));
  update.gradients?.loadStateDict(of("gradients"));
  optimizer.groups.forEach((group, index) => {
    group.learningRate = loop.learningRates[index] as number;
  });
  update.rates = { ...loop.schedule };
  for (const [name, parameter] of model.namedParameters()) {
    parameter.requiresGrad = !loop.frozen.includes(name);
  }
  callbacks.forEach((callback, index) => {
    const values = loop.callbacks[index];
    if (values === null && !callback.loadState) return;
    callback.loadState?.({ values, tensors: of(`callbacks.${index}`) });
  });
  restoreRandomState(loop.random);
}

/** @throws ArgumentError when `value` is no state of training */
export function requireTrainingState(
  operation: string,
  value: unknown,
): asserts value is TrainingState {
  const { loop, tensors } = (value ?? {}) as Partial<TrainingState>;
  const { format, firstEpoch, epoch, batch } = loop ?? ({} as Partial<LoopState>);
  const isState =
    format === 1 &&
    tensors instanceof Map &&
    [firstEpoch, epoch, batch].every((each) => Number.isInteger(each)) &&
    Array.isArray(loop?.callbacks) &&
    Array.isArray(loop?.learningRates);
  if (isState) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as what to go on from, expected what ` +
      "context.state() gave, with its format 1.",
  );
}
