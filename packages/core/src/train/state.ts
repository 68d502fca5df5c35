import { ArgumentError, describeValue } from "../array/index.js";
import type { StateDict } from "../nn/index.js";
import {
  type Parameter,
  type RandomState,
  randomState,
  restoreRandomState,
  type Tensor,
} from "../tensor/index.js";
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
  /** Why training ended, if somebody stopped it; null also where it was interrupted. */
  readonly stopped: string | null;
  readonly random: RandomState;
  /** Of each group. */
  readonly learningRates: readonly number[];
  /** What a schedule gave last, and what all of it is multiplied with. */
  readonly schedule: { readonly factor: number; readonly scale: number };
  /** Names of the model's frozen parameters. */
  readonly frozen: readonly string[];
  /** Of each tensor "average.average.0", ...: whose average it is; null for a parameter that is not the model's. */
  readonly averaged?: readonly (string | null)[];
  /** Places, in the order of the model's parts, of those in evaluation mode. */
  readonly evaluating: readonly number[];
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

/** Parameters of the optimiser that are none of the model's, such as those of a loss. */
function othersOf({ model, optimizer }: RunningFit): readonly Parameter[] {
  const own = new Set(model.parameters());
  return optimizer.parameters.filter((parameter) => !own.has(parameter));
}

/** The tensors of parts, by the prefix of their names. */
function tensorsOf(
  { fit, update }: StatefulParts,
  callbacks: readonly (CallbackState | undefined)[],
): Map<string, StateDict> {
  const { model, optimizer, average } = fit;
  const others = othersOf(fit).map(
    (parameter, index) => [String(index), parameter.detach()] as const,
  );
  const parts = new Map<string, StateDict>([
    ["model", model.stateDict()],
    ["others", new Map(others)],
    ["optimizer", optimizer.stateDict()],
    ["average", average?.stateDict() ?? new Map()],
    ["gradients", update.gradients?.stateDict() ?? new Map()],
  ]);
  callbacks.forEach((state, index) => {
    parts.set(`callbacks.${index}`, state?.tensors ?? new Map());
  });
  return parts;
}

/** The state of now; what training does later does not change it. */
export function captureTraining(parts: StatefulParts): TrainingState {
  const { fit, update, callbacks } = parts;
  const { model, optimizer, average } = fit;
  const states = callbacks.map((callback) => callback.saveState?.());
  const tensors = new Map<string, Tensor>();
  for (const [prefix, dict] of tensorsOf(parts, states)) {
    for (const [name, value] of dict) tensors.set(`${prefix}.${name}`, value);
  }
  const named = [...model.namedParameters()];
  const frozen = named.flatMap(([name, { requiresGrad }]) => (requiresGrad ? [] : [name]));
  const names = new Map(named.map(([name, parameter]) => [parameter, name]));
  const loop: LoopState = {
    format: 1,
    ...fit.position(),
    random: randomState(),
    learningRates: optimizer.groups.map(({ learningRate }) => learningRate),
    schedule: { ...update.rates },
    frozen,
    ...(average && { averaged: average.parameters.map((each) => names.get(each) ?? null) }),
    evaluating: model.modules().flatMap(({ training }, index) => (training ? [] : [index])),
    callbacks: states.map((state) => state?.values ?? null),
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
  const of = (prefix: string): StateDict => tensorsUnder(prefix, tensors);
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
  const others = othersOf(fit);
  requirePlaces(parts, others.length, tensors);
  model.loadStateDict(of("model"));
  others.forEach((parameter, index) => {
    parameter.assign(tensors.get(`others.${index}`) as Tensor);
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
  model.modules().forEach((part, index) => {
    part.training = !loop.evaluating.includes(index);
  });
  callbacks.forEach((callback, index) => {
    callback.loadState?.({ values: loop.callbacks[index], tensors: of(`callbacks.${index}`) });
  });
  restoreRandomState(loop.random);
}

/** The tensors whose names begin with a prefix and a dot, by what follows. */
export const tensorsUnder = (prefix: string, tensors: StateDict): StateDict =>
  new Map(
    [...tensors].flatMap(([name, value]) =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), value]] : [],
    ),
  );

/** What would be left out in silence: state of parts that are not there. */
function requirePlaces(
  { fit, update, callbacks }: StatefulParts,
  others: number,
  tensors: StateDict,
): void {
  const parts: readonly (readonly [string, boolean])[] = [
    ["average", fit.average !== undefined],
    ["gradients", update.gradients !== null],
    ...callbacks.map(({ loadState }, index) => [`callbacks.${index}`, Boolean(loadState)] as const),
  ];
  const missing = parts.find(([prefix, isThere]) => {
    return !isThere && tensorsUnder(prefix, tensors).size > 0;
  });
  const found = tensorsUnder("others", tensors).size;
  if (!missing && found === others) return;
  throw new ArgumentError(
    missing
      ? `Trainer.fit: received a state with ${missing[0]}, and this Trainer has none that takes it; ` +
          "expected the same parts as when it was made."
      : `Trainer.fit: received a state with ${found} parameters beside those of the model, and this ` +
          `optimizer has ${others}; expected the same loss and optimizer.`,
  );
}

const lists = [
  ...(["callbacks", "learningRates", "records", "totals", "widths"] as const),
  ...(["frozen", "evaluating"] as const),
];

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
    lists.every((name) => Array.isArray(loop?.[name]));
  if (isState) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as what to go on from, expected what ` +
      "context.state() gave, with its format 1.",
  );
}
