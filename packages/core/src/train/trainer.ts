import {
  ArgumentError,
  formatShape,
  giveTurn,
  isTurnDue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import type { Loss } from "../loss/index.js";
import type { Metric } from "../metrics/index.js";
import type { Module, StateDict } from "../nn/index.js";
import type { ExponentialMovingAverage, Optimizer } from "../optim/index.js";
import { compile, noGradient, Tensor } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import { batchOf, locateErrors } from "./errors.js";
import { feedOf, gatherOf, type Loader, requireLoader, stepKeyOf } from "./feed.js";
import { runFit } from "./fit.js";
import type { History, Scores } from "./history.js";
import { inBatches } from "./inBatches.js";
import { inEvaluation, setMode } from "./mode.js";
import { checkTrainerOptions, type TrainerOptions, trainerOptionNames } from "./options.js";
import { RunningFit } from "./runningFit.js";
import { type Outcome, Step } from "./step.js";
import { Update } from "./update.js";

export interface FitOptions {
  readonly train: Loader;
  /** Measured after every epoch, never trained on. */
  readonly validation?: Loader;
  /** Passes over the training data, at least 1. */
  readonly epochs: number;
  /** Ends training after the current batch, and validation without a record of the epoch. */
  readonly signal?: AbortSignal;
}

const fitNames = ["train", "validation", "epochs", "signal"];

/**
 * The training loop: for every batch forward, loss, backward and update, as one compiled Program;
 * after every epoch the scores on data that were never trained on.
 *
 * ```ts
 * const trainer = new Trainer({ model, loss: crossEntropy, optimizer, metrics: [accuracy()] });
 * const history = await trainer.fit({ train, validation, epochs: 10 });
 * const scores = await trainer.evaluate(test);
 * ```
 *
 * The weights after `fit` are a function of the initial weights, the data and the seeds: neither
 * callbacks that only watch nor the calls of `fit` that the epochs are spread over change a bit.
 */
export class Trainer {
  /** What `new Trainer` takes: for those who take the same and more. */
  static readonly optionNames = trainerOptionNames;
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly average: ExponentialMovingAverage | undefined;
  readonly #loss: Loss;
  readonly #callbacks: readonly Callback[];
  readonly #update: Update;
  readonly #training = new WeakMap<object, Step>();
  readonly #evaluation = new WeakMap<object, Step>();
  readonly #predict: (input: Tensor) => Tensor;
  /** Complete epochs, and the updates in them. */
  #epochs = 0;
  #steps = 0;
  #fitting = false;

  /** @throws ArgumentError when a part is not what it has to be, or two scores have one name */
  constructor(options: TrainerOptions) {
    checkTrainerOptions(options);
    const { model, loss, optimizer, metrics = [], callbacks = [], average } = options;
    this.model = model;
    this.optimizer = optimizer;
    this.metrics = metrics;
    this.average = average;
    this.#loss = loss;
    this.#update = new Update(options);
    this.#callbacks = callbacks;
    this.#predict = compile((input: Tensor) => this.#measured(() => model.forward(input)));
  }

  /**
   * Trains for some epochs more. A first call with 2 epochs and a second with 3 do what one with 5
   * does; an epoch that was stopped in the middle starts anew.
   *
   * @throws ArgumentError when `epochs` is not an integer of at least 1, or another `fit` of this
   *   Trainer still runs
   * @throws DivergenceError when the loss or a gradient is not finite
   */
  async fit(options: FitOptions): Promise<History> {
    requireOptions("Trainer.fit", options, fitNames);
    const { train, validation, epochs, signal } = options;
    requireCount("Trainer.fit", "epochs", epochs);
    requireLoader("Trainer.fit", "the training data", train);
    if (validation !== undefined) {
      requireLoader("Trainer.fit", "the validation data", validation);
    }
    if (signal !== undefined) {
      const mend = "an AbortController has one as its .signal";
      requireInstance("Trainer.fit", "the signal", signal, AbortSignal, mend);
    }
    if (this.#fitting) {
      throw new ArgumentError(
        "Trainer.fit: received a second call while the first still runs, expected one at a time; " +
          "await the first.",
      );
    }
    const step = this.#trainingStep(train);
    const plan = {
      model: this.model,
      optimizer: this.optimizer,
      average: this.average,
      firstEpoch: this.#epochs + 1,
      lastEpoch: this.#epochs + epochs,
      batches: train.length ?? Number.POSITIVE_INFINITY,
      samples: train.samples ?? Number.POSITIVE_INFINITY,
      scoreNames: this.#scoreNames(validation ? ["train", "validation"] : ["train"]),
      stepsBefore: this.#steps,
    };
    const fit = new RunningFit(plan, step.meter());
    const validate =
      validation &&
      (() => this.#measure(validation, `the validation of epoch ${fit.epoch}`, signal));
    const parts = { fit, step, update: this.#update, train, validate, callbacks: this.#callbacks };
    const restore = setMode(this.model.modules(), true);
    const abort = (): void => fit.stop(reasonOf(signal));
    this.#fitting = true;
    try {
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
      await runFit(parts);
    } finally {
      this.#fitting = false;
      restore();
      this.#epochs += fit.history.epochs.length;
      this.#steps = fit.recordedSteps;
      signal?.removeEventListener("abort", abort);
    }
    return fit.history;
  }

  /** "train.loss" and what else is measured on these parts of the data. */
  #scoreNames(parts: readonly string[]): string[] {
    const names = ["loss", ...this.metrics.map(({ name }) => name)];
    return parts.flatMap((part) => names.map((name) => `${part}.${name}`));
  }

  /** Loss and metrics over a dataset, in evaluation mode and without gradients. */
  async evaluate(loader: Loader): Promise<Scores> {
    requireLoader("Trainer.evaluate", "the data", loader);
    // Without a signal nothing ends it early.
    return (await this.#measure(loader, "the evaluation")) as Scores;
  }

  /**
   * The scores, or nothing once the signal came.
   *
   * @param place where errors say that they happened
   */
  async #measure(loader: Loader, place: string, signal?: AbortSignal): Promise<Scores | undefined> {
    const step = this.#evaluationStep(loader);
    const meter = step.meter();
    const parts = this.model.modules();
    const feed = feedOf(loader, 0);
    try {
      for (let batch = 1; ; batch++) {
        if (signal?.aborted) return undefined;
        const pending = feed.next();
        const call = pending instanceof Promise ? await pending : pending;
        if (!call) return meter.scores();
        const where = batchOf(batch, loader.length ?? Number.POSITIVE_INFINITY);
        const result = locateErrors(`${place}, ${where}`, () =>
          inEvaluation(parts, () => step.run(call.args)),
        );
        meter.add(result, call.samples);
        if (isTurnDue()) await giveTurn();
      }
    } finally {
      await feed.close();
    }
  }

  /**
   * The model's answers, (N, ...), in evaluation mode and without gradients.
   *
   * @param input (N, ...), as the model reads it: no transform of a dataset is applied
   * @param batchSize samples at a time, which bounds the memory that it takes. Default 256
   */
  async predict(input: Tensor, batchSize = 256): Promise<Tensor> {
    requireInstance("Trainer.predict", "the input", input, Tensor);
    requireCount("Trainer.predict", "batchSize", batchSize);
    if (!input.shape[0]) {
      throw new ArgumentError(
        `Trainer.predict: received shape ${formatShape(input.shape)}, expected at least one sample ` +
          "on the first axis.",
      );
    }
    const parts = this.model.modules();
    return inBatches(input, batchSize, (batch) => inEvaluation(parts, () => this.#predict(batch)));
  }

  /** The model's state as it is measured: with the averages of the weights, if there are any. */
  stateDict(): StateDict {
    const state = (): StateDict => this.model.stateDict();
    return this.average ? this.average.applied(state) : state();
  }

  #trainingStep(loader: Loader): Step {
    return remember(this.#training, stepKeyOf(loader), () => {
      return new Step(gatherOf(loader), this.metrics, (input, target, samples) => {
        const outcome = this.#outcome(input, target);
        outcome.cost.backward();
        this.#update.apply(samples);
        return outcome;
      });
    });
  }

  #evaluationStep(loader: Loader): Step {
    return remember(this.#evaluation, stepKeyOf(loader), () => {
      return new Step(gatherOf(loader), this.metrics, (input, target) =>
        this.#measured(() => this.#outcome(input, target)),
      );
    });
  }

  /** Without gradients, and with the averages of the weights if there are any. */
  #measured<R>(action: () => R): R {
    const { average } = this;
    return noGradient(() => (average ? average.applied(action) : action()));
  }

  #outcome(input: Tensor, target: Tensor): Outcome {
    const prediction = this.model.forward(input);
    requireInstance("Trainer", "the result of the model", prediction, Tensor);
    const cost = this.#loss(prediction, target);
    requireInstance("Trainer", "the result of the loss", cost, Tensor);
    if (cost.size !== 1) {
      throw new ArgumentError(
        `Trainer: the loss has shape ${formatShape(cost.shape)}, expected a single number; reduce ` +
          "it with .mean().",
      );
    }
    return { prediction, cost };
  }
}

/** One step for each dataset, so that it is compiled once however often it is used. */
function remember(steps: WeakMap<object, Step>, key: object, make: () => Step): Step {
  const known = steps.get(key);
  if (known) return known;
  const made = make();
  steps.set(key, made);
  return made;
}

const reasonOf = (signal: AbortSignal | undefined): string =>
  signal?.reason instanceof Error ? signal.reason.message : String(signal?.reason);
