import {
  ArgumentError,
  describeValue,
  formatShape,
  makeArray,
  requireCount,
  requireInstance,
  requireOptions,
  sizeOf,
} from "../array/index.js";
import { DataLoader, type Dataset } from "../data/index.js";
import type { Metric } from "../metrics/index.js";
import { Module } from "../nn/index.js";
import { Optimizer } from "../optim/index.js";
import { compile, noGradient, Tensor, tensor } from "../tensor/index.js";
import type { Callback } from "./callbacks.js";
import { locateErrors } from "./errors.js";
import { giveTurn, isTurnDue } from "./eventLoop.js";
import { runFit } from "./fit.js";
import type { History, Scores } from "./history.js";
import { inEvaluation, setMode } from "./mode.js";
import { RunningFit } from "./runningFit.js";
import { type Outcome, Step } from "./step.js";

export interface TrainerOptions {
  readonly model: Module;
  /** The mean loss of a batch, a scalar. */
  readonly loss: (prediction: Tensor, target: Tensor) => Tensor;
  /** Holds the parameters that are trained. */
  readonly optimizer: Optimizer;
  /** What to measure besides the loss. */
  readonly metrics?: readonly Metric[];
  readonly callbacks?: readonly Callback[];
}

const partNames = ["model", "loss", "optimizer", "metrics", "callbacks"];

export interface FitOptions {
  readonly train: DataLoader;
  /** Measured after every epoch, never trained on. */
  readonly validation?: DataLoader;
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
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly #loss: (prediction: Tensor, target: Tensor) => Tensor;
  readonly #callbacks: readonly Callback[];
  readonly #training = new WeakMap<Dataset, Step>();
  readonly #evaluation = new WeakMap<Dataset, Step>();
  readonly #predict: (input: Tensor) => Tensor;
  /** Complete epochs. */
  #epochs = 0;
  #fitting = false;

  /** @throws ArgumentError when a part is not what it has to be, or two scores have one name */
  constructor(options: TrainerOptions) {
    requireOptions("Trainer", options, partNames);
    const { model, loss, optimizer, metrics = [], callbacks = [] } = options;
    requireInstance("Trainer", "the model", model, Module);
    requireInstance("Trainer", "the optimizer", optimizer, Optimizer);
    requireFunction("the loss", loss, "a function such as loss.meanSquaredError");
    requireInstance("Trainer", "the metrics", metrics, Array);
    requireInstance("Trainer", "the callbacks", callbacks, Array);
    for (const metric of metrics) {
      requireFunction("a metric", metric?.statistics, "one such as metrics.accuracy()", metric);
    }
    const names = ["loss", ...metrics.map(({ name }) => name)];
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) {
      throw new ArgumentError(
        `Trainer: received two scores named "${repeated}", expected different names; "loss" is ` +
          "taken by the loss.",
      );
    }
    this.model = model;
    this.optimizer = optimizer;
    this.metrics = metrics;
    this.#loss = loss;
    this.#callbacks = callbacks;
    this.#predict = compile((input: Tensor) => noGradient(() => model.forward(input)));
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
    requireInstance("Trainer.fit", "the training data", train, DataLoader);
    if (validation) {
      requireInstance("Trainer.fit", "the validation data", validation, DataLoader);
    }
    if (this.#fitting) {
      throw new ArgumentError(
        "Trainer.fit: received a second call while the first still runs, expected one at a time; " +
          "await the first.",
      );
    }
    const step = this.#trainingStep(train.dataset);
    const plan = {
      model: this.model,
      optimizer: this.optimizer,
      firstEpoch: this.#epochs + 1,
      lastEpoch: this.#epochs + epochs,
      batches: train.length,
      samples: train.samples,
    };
    const fit = new RunningFit(plan, step.meter());
    const validate =
      validation &&
      (() => this.#measure(validation, `the validation of epoch ${fit.epoch}`, signal));
    const parts = { fit, step, train, validate, callbacks: this.#callbacks };
    const restore = setMode(this.model.modules(), true);
    const abort = (): void => fit.stop(reasonOf(signal));
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    this.#fitting = true;
    try {
      await runFit(parts);
    } finally {
      this.#fitting = false;
      restore();
      this.#epochs += fit.history.epochs.length;
      signal?.removeEventListener("abort", abort);
    }
    return fit.history;
  }

  /** Loss and metrics over a dataset, in evaluation mode and without gradients. */
  async evaluate(loader: DataLoader): Promise<Scores> {
    requireInstance("Trainer.evaluate", "the data", loader, DataLoader);
    // Without a signal nothing ends it early.
    return (await this.#measure(loader, "the evaluation")) as Scores;
  }

  /**
   * The scores, or nothing once the signal came.
   *
   * @param place where errors say that they happened
   */
  async #measure(
    loader: DataLoader,
    place: string,
    signal?: AbortSignal,
  ): Promise<Scores | undefined> {
    const step = this.#evaluationStep(loader.dataset);
    const meter = step.meter();
    const order = loader.order(0);
    const parts = this.model.modules();
    for (let start = 0; start < order.length; start += loader.batchSize) {
      if (signal?.aborted) return undefined;
      const indices = order.subarray(start, start + loader.batchSize);
      const batch = start / loader.batchSize + 1;
      const result = locateErrors(`${place}, batch ${batch} of ${loader.length}`, () =>
        inEvaluation(parts, () => step.run(indices)),
      );
      meter.add(result, indices.length);
      if (isTurnDue()) await giveTurn();
    }
    return meter.scores();
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
    const { shape, dtype } = input;
    const [samples, ...rest] = shape;
    if (!samples) {
      throw new ArgumentError(
        `Trainer.predict: received shape ${formatShape(shape)}, expected at least one sample on ` +
          "the first axis.",
      );
    }
    const width = sizeOf(rest);
    const elements = await input.data();
    const parts = this.model.modules();
    const answers: Tensor[] = [];
    for (let start = 0; start < samples; start += batchSize) {
      const end = Math.min(start + batchSize, samples);
      const rows = elements.subarray(start * width, end * width);
      const batch = tensor(rows, { shape: [end - start, ...rest], dtype });
      answers.push(inEvaluation(parts, () => this.#predict(batch)));
      if (isTurnDue()) await giveTurn();
    }
    return joinBatches(answers, samples);
  }

  #trainingStep(dataset: Dataset): Step {
    return remember(this.#training, dataset, () => {
      return new Step(dataset, this.metrics, (input, target) => {
        const outcome = this.#outcome(input, target);
        outcome.cost.backward();
        this.optimizer.step();
        return outcome;
      });
    });
  }

  #evaluationStep(dataset: Dataset): Step {
    return remember(this.#evaluation, dataset, () => {
      return new Step(dataset, this.metrics, (input, target) =>
        noGradient(() => this.#outcome(input, target)),
      );
    });
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
function remember(steps: WeakMap<Dataset, Step>, dataset: Dataset, make: () => Step): Step {
  const known = steps.get(dataset);
  if (known) return known;
  const made = make();
  steps.set(dataset, made);
  return made;
}

async function joinBatches(parts: readonly Tensor[], samples: number): Promise<Tensor> {
  const [first] = parts as [Tensor];
  const shape = [samples, ...first.shape.slice(1)];
  const joined = makeArray(first.dtype, sizeOf(shape));
  let start = 0;
  for (const part of parts) {
    joined.set(await part.data(), start);
    start += part.size;
  }
  return tensor(joined, { shape, dtype: first.dtype });
}

function requireFunction(what: string, value: unknown, expected: string, of = value): void {
  if (typeof value === "function") return;
  throw new ArgumentError(
    `Trainer: received ${describeValue(of)} as ${what}, expected ${expected}.`,
  );
}

const reasonOf = (signal: AbortSignal | undefined): string =>
  signal?.reason instanceof Error ? signal.reason.message : String(signal?.reason);
