import {
  ArgumentError,
  formatShape,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import { isLoader, type Loader } from "../data/index.js";
import type { Loss } from "../loss/index.js";
import type { Metric } from "../metrics/index.js";
import type { StateDict } from "../nn/index.js";
import type { ExponentialMovingAverage, Optimizer } from "../optim/index.js";
import { compile, noGradient, Tensor } from "../tensor/index.js";
import {
  answerOf,
  type Report,
  requireInputs,
  requireOwnBatches,
  requireReport,
} from "./answer.js";
import type { Callback } from "./callbacks.js";
import { requireFiniteLoss } from "./errors.js";
import { requireLoader } from "./feed.js";
import { runFit } from "./fit.js";
import type { History, Scores } from "./history.js";
import { inBatches, join } from "./inBatches.js";
import { inEvaluation, setMode } from "./mode.js";
import {
  checkTrainerOptions,
  type Model,
  type TrainerOptions,
  trainerOptionNames,
} from "./options.js";
import { passOver } from "./pass.js";
import { RunningFit } from "./runningFit.js";
import { requireTrainingState, type TrainingState } from "./state.js";
import { type Outcome, requireSamples, Step } from "./step.js";
import { Update } from "./update.js";

export interface FitOptions {
  readonly train: Loader;
  /** Measured after every epoch, never trained on. */
  readonly validation?: Loader;
  /** Passes over the training data, at least 1. */
  readonly epochs: number;
  /** Ends training after the current batch, and validation without a record of the epoch. */
  readonly signal?: AbortSignal;
  /**
   * Where an interrupted fit stood, as `context.state()` gave it: training goes on from there, to the
   * same bits, on the same data and with the same parts. `epochs` are those of the whole fit.
   */
  readonly from?: TrainingState;
}

const fitNames = ["train", "validation", "epochs", "signal", "from"];

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
 * The last tensor of a batch is the target of the loss, and all before it are the inputs of the model:
 * `model.forward(...inputs)`.
 *
 * The weights after `fit` are a function of the initial weights, the data and the seeds: neither
 * callbacks that only watch nor the calls of `fit` that the epochs are spread over change a bit.
 */
export class Trainer {
  /** What `new Trainer` takes: for those who take the same and more. */
  static readonly optionNames = trainerOptionNames;
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly average: ExponentialMovingAverage | undefined;
  readonly #loss: Loss;
  readonly #callbacks: readonly Callback[];
  readonly #update: Update;
  readonly #training = new WeakMap<object, Step>();
  readonly #evaluation = new WeakMap<object, Step>();
  readonly #answers = new WeakMap<object, (...args: Tensor[]) => readonly [Tensor, Tensor]>();
  readonly #predict: (...inputs: Tensor[]) => Tensor;
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
    this.#predict = compile((...inputs: Tensor[]) => this.#measured(() => answerOf(model, inputs)));
  }

  /**
   * Trains for some epochs more. A first call with 2 epochs and a second with 3 do what one with 5
   * does; an epoch that was stopped in the middle starts anew.
   *
   * @throws ArgumentError when `epochs` is not an integer of at least 1, or another `fit` of this
   *   Trainer still runs
   * @throws DivergenceError when the loss or a gradient is not finite; NonFiniteLossError when the loss
   *   over validation data is not
   */
  async fit(options: FitOptions): Promise<History> {
    requireOptions("Trainer.fit", options, fitNames);
    const { train, validation, epochs, signal, from } = options;
    if (from !== undefined) requireTrainingState("Trainer.fit", from);
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
    if (from) {
      this.#epochs = from.loop.firstEpoch - 1;
      this.#steps = 0;
    }
    const plan = {
      model: this.model,
      optimizer: this.optimizer,
      average: this.average,
      firstEpoch: this.#epochs + 1,
      lastEpoch: this.#epochs + epochs,
      batches: train.length ?? Number.POSITIVE_INFINITY,
      samples: train.samples ?? Number.POSITIVE_INFINITY,
      scoreNames: this.#scoreNames(validation ? ["train", "validation"] : ["train"]),
      update: this.#update,
      callbacks: this.#callbacks,
      stepsBefore: this.#steps,
    };
    const fit = new RunningFit(plan, step.meter());
    const validate =
      validation &&
      (() => this.#measure(validation, `the validation of epoch ${fit.epoch}`, signal));
    const { update, callbacks } = plan;
    const parts = { fit, step, update, train, validate, callbacks, from };
    const restore = setMode(this.model.modules(), true);
    const abort = (): void => fit.interrupt(reasonOf(signal));
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

  /**
   * Loss and metrics over a dataset, in evaluation mode and without gradients.
   *
   * @throws NonFiniteLossError when the loss of a batch is not finite; ArgumentError without a batch
   */
  async evaluate(loader: Loader): Promise<Scores> {
    requireLoader("Trainer.evaluate", "the data", loader);
    // Without a signal nothing ends it early.
    return (await this.#measure(loader, "the evaluation")) as Scores;
  }

  /** The scores, or nothing once the signal came. */
  async #measure(loader: Loader, place: string, signal?: AbortSignal): Promise<Scores | undefined> {
    const { model } = this;
    const step = this.#evaluationStep(loader);
    const meter = step.meter();
    const isComplete = await passOver({ loader, model, place, signal }, (call, where) => {
      const result = step.run(call.args);
      requireFiniteLoss(where, result[0] as number, model);
      meter.add(result, call.samples);
    });
    return isComplete ? meter.scores() : undefined;
  }

  /**
   * The model's answers, (N, ...), in evaluation mode and without gradients.
   *
   * @param input (N, ...), as the model reads it: no transform of a dataset is applied. For a model of
   *   several inputs a list of them, in the order of its `forward`. Or a loader, whose batches end with
   *   targets, which are left out: the answers come in its order, so it should not shuffle
   * @param batchSize samples at a time, which bounds the memory that it takes. Default 256; a loader
   *   has its own
   */
  async predict(input: Tensor | readonly Tensor[] | Loader, batchSize?: number): Promise<Tensor> {
    const { model } = this;
    if (isLoader(input)) {
      requireOwnBatches(batchSize);
      const answers: Tensor[] = [];
      await this.#answer(input, "the prediction", (answer) => answers.push(answer));
      return join(answers);
    }
    const inputs = requireInputs("Trainer.predict", input);
    const size = batchSize ?? 256;
    requireCount("Trainer.predict", "batchSize", size);
    const parts = model.modules();
    return inBatches(inputs, size, (batch) => inEvaluation(parts, () => this.#predict(...batch)));
  }

  /**
   * Adds the model's answers and the targets of every batch to a report, in evaluation mode and
   * without gradients, and gives it back.
   *
   * ```ts
   * const report = new metrics.ClassificationReport({ classes, scores: "logits" });
   * console.log(`${await trainer.report(test, report)}`);
   * ```
   *
   * @param report a `ClassificationReport`, a `RegressionReport`, or what else takes batches by `add`
   */
  async report<R extends Report>(loader: Loader, report: R): Promise<R> {
    requireLoader("Trainer.report", "the data", loader);
    requireReport("Trainer.report", report);
    await this.#answer(loader, "the report", (answer, target) => report.add(answer, target));
    return report;
  }

  /** The answer and the target of every batch, one after the other. */
  async #answer(
    loader: Loader,
    place: string,
    receive: (answer: Tensor, target: Tensor) => void,
  ): Promise<void> {
    const { model } = this;
    const answer = remember(this.#answers, loader.stepKey, () =>
      compile((...args: Tensor[]) => {
        const { inputs, target } = requireSamples(loader.gather(args));
        return [this.#measured(() => answerOf(model, inputs)), target] as const;
      }),
    );
    await passOver({ loader, model, place }, ({ args }) => receive(...answer(...args)));
  }

  /** The model's state as it is measured: with the averages of the weights, if there are any. */
  stateDict(): StateDict {
    const state = (): StateDict => this.model.stateDict();
    return this.average ? this.average.applied(state) : state();
  }

  #trainingStep(loader: Loader): Step {
    return remember(this.#training, loader.stepKey, () => {
      return new Step(loader, this.metrics, (inputs, target, samples) => {
        const outcome = this.#outcome(inputs, target);
        outcome.cost.backward();
        this.#update.apply(samples);
        return outcome;
      });
    });
  }

  #evaluationStep(loader: Loader): Step {
    return remember(this.#evaluation, loader.stepKey, () => {
      return new Step(loader, this.metrics, (inputs, target) =>
        this.#measured(() => this.#outcome(inputs, target)),
      );
    });
  }

  /** Without gradients, and with the averages of the weights if there are any. */
  #measured<R>(action: () => R): R {
    const { average } = this;
    return noGradient(() => (average ? average.applied(action) : action()));
  }

  #outcome(inputs: readonly Tensor[], target: Tensor): Outcome {
    const prediction = answerOf(this.model, inputs);
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
function remember<S>(steps: WeakMap<object, S>, key: object, make: () => S): S {
  const known = steps.get(key);
  if (known) return known;
  const made = make();
  steps.set(key, made);
  return made;
}

const reasonOf = (signal: AbortSignal | undefined): string =>
  signal?.reason instanceof Error ? signal.reason.message : String(signal?.reason);
