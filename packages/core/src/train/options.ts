import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import type { Loss } from "../loss/index.js";
import type { Metric } from "../metrics/index.js";
import { requireMetric } from "../metrics/metric.js";
import { Module } from "../nn/index.js";
import { requireLimit, type Scalar } from "../optim/check.js";
import { ExponentialMovingAverage, LBFGS, Optimizer, type Schedule } from "../optim/index.js";
import type { Parameter, Tensor } from "../tensor/index.js";
import { type Callback, requireCallbacks } from "./callbacks.js";
import { ReduceOnPlateau } from "./reduceOnPlateau.js";

/** Limits of the gradients of an update; a RunTimeScalar may change between updates. */
export interface Clipping {
  /** Of the norm of all gradients together (`optim.clipGradientNorm`). Default: none. */
  readonly norm?: Scalar;
  /** Of every element (`optim.clipGradientValue`), before the norm is taken. Default: none. */
  readonly value?: Scalar;
}

/** Factors of the initial learning rates of all groups; given both, they multiply. */
export interface RateSchedule {
  /** By the updates done, over all calls of `fit`. */
  readonly perStep?: Schedule;
  /** By the epochs done, over all calls of `fit`. */
  readonly perEpoch?: Schedule;
}

/** A network of one or more tensors, which come from the samples in the order of `forward`. */
export type Model = Module<readonly Tensor[]>;

export interface TrainerOptions {
  readonly model: Model;
  /** The mean loss of a batch, a scalar. */
  readonly loss: Loss;
  /** Holds the parameters that are trained: those of the model, and others besides if you like. */
  readonly optimizer: Optimizer;
  /** What to measure besides the loss. */
  readonly metrics?: readonly Metric[];
  readonly callbacks?: readonly Callback[];
  /** Default: gradients are taken as they are. */
  readonly clip?: Clipping;
  /**
   * Batches whose gradients one update takes together, as if they were one batch: each counts by
   * its samples. What is left at the end of an epoch is an update of its own. Default 1.
   */
  readonly accumulate?: number;
  /** Decides the learning rates from the first batch on. Default: they are the optimiser's. */
  readonly schedule?: RateSchedule;
  /** Follows the weights; validation, `evaluate` and `predict` use it in their place. */
  readonly average?: ExponentialMovingAverage;
}

export const trainerOptionNames: readonly (keyof TrainerOptions)[] = [
  "model",
  "loss",
  "optimizer",
  "metrics",
  "callbacks",
  "clip",
  "accumulate",
  "schedule",
  "average",
];

/** LBFGS is none: it asks for the loss several times a step, and keeps nothing that a checkpoint could hold. */
function requireSteps(optimizer: unknown): void {
  if (optimizer instanceof LBFGS) {
    throw new ArgumentError(
      "Trainer: received LBFGS as the optimizer, expected one that takes a step by the gradient of a batch, such " +
        "as optim.Adam; LBFGS computes the loss of all data several times a step: call its step(closure) in a loop " +
        "of your own.",
    );
  }
  requireInstance("Trainer", "the optimizer", optimizer, Optimizer);
}

/** @throws ArgumentError when a part is not what it has to be, or parts contradict each other */
export function checkTrainerOptions(options: TrainerOptions): void {
  requireOptions("Trainer", options, trainerOptionNames);
  const { model, loss, optimizer, metrics = [], callbacks = [], average } = options;
  requireInstance("Trainer", "the model", model, Module);
  requireSteps(optimizer);
  requireFunction("the loss", loss, "a function such as loss.meanSquaredError");
  requireOwnParameters("the optimizer", optimizer, model);
  requireCallbacks("Trainer", callbacks);
  if (average !== undefined) {
    requireInstance("Trainer", "the average", average, ExponentialMovingAverage);
    requireOwnParameters("the average", average, model);
  }
  checkMetrics(metrics);
  checkUpdate(options);
  if (options.schedule && callbacks.some((each) => each instanceof ReduceOnPlateau)) {
    throw new ArgumentError(
      "Trainer: received a schedule and a ReduceOnPlateau, expected one of both: the schedule would " +
        "undo at the next batch what the callback does.",
    );
  }
}

/** Those of a loss may be among them, but not only such. */
function requireOwnParameters(
  what: string,
  { parameters }: { readonly parameters: readonly Parameter[] },
  model: Model,
): void {
  const own = new Set(model.parameters());
  if (parameters.some((each) => own.has(each))) return;
  throw new ArgumentError(
    `Trainer: received ${what} of ${parameters.length} parameters, none of them of ${model}, ` +
      "expected those of the model; make it with model.parameters().",
  );
}

function checkMetrics(metrics: readonly Metric[]): void {
  requireInstance("Trainer", "the metrics", metrics, Array);
  for (const metric of metrics) requireMetric("Trainer", metric);
  const scores = ["loss", ...metrics.map(({ name }) => name)];
  const repeated = scores.find((name, index) => scores.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new ArgumentError(
      `Trainer: received two scores named "${repeated}", expected different names; "loss" is ` +
        "taken by the loss.",
    );
  }
}

function checkUpdate({ clip = {}, accumulate = 1, schedule = {} }: TrainerOptions): void {
  requireOptions("Trainer: clip", clip, ["norm", "value"]);
  for (const [name, limit] of Object.entries(clip)) {
    if (limit !== undefined) requireLimit("Trainer: clip", name, limit);
  }
  requireCount("Trainer", "accumulate", accumulate);
  requireOptions("Trainer: schedule", schedule, ["perStep", "perEpoch"]);
  for (const [name, part] of Object.entries(schedule)) {
    if (part === undefined) continue;
    requireFunction(`schedule.${name}`, part, "one such as optim.schedule.cosine({ length: 10 })");
  }
}

function requireFunction(what: string, value: unknown, expected: string): void {
  if (typeof value === "function") return;
  throw new ArgumentError(
    `Trainer: received ${describeValue(value)} as ${what}, expected ${expected}.`,
  );
}
