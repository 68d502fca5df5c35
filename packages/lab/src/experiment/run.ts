import { createHash } from "node:crypto";
import {
  ArgumentError,
  type Callback,
  DataLoader,
  type Device,
  defaultDevice,
  type FitOptions,
  type History,
  isLoader,
  manualSeed,
  type Scores,
  Trainer,
  type TrainerOptions,
  type TrainingContext,
} from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { requireDeclared } from "../signature/derive.js";
import { collectLoaded, type LoadedFile } from "../weights/loaded.js";
import { requirePreprocessing } from "../weights/preprocessing.js";
import { type EncodedModel, encodeModel } from "../weights/weights.js";
import type { Declarations, HyperparameterRecord, ValueSource } from "./declarations.js";
import type { Experiment, Inspection, Setup, Values } from "./experiment.js";
import { type FoldPlace, refold, Splitter } from "./fold.js";
import { beginWith, type Origin, type OriginReport, readOrigin } from "./origin.js";
import { evaluationLoader, isPart, partNames } from "./part.js";
import { type PredictionTimes, predictionTimes } from "./predictionTimes.js";

export interface RunOptions {
  /** Values that differ from the defaults. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Where these values come from, by name; "program" for those that are not named. */
  readonly sources?: Readonly<Record<string, ValueSource>>;
  /** Decides initial weights, splits, the order of samples and dropout. Default 42. */
  readonly seed?: number;
  /** Weights to begin with. Default: those that `setup` draws. */
  readonly from?: Origin;
  /** Train and validation parts are those of this fold of the two together. Default: as `setup` gives them. */
  readonly fold?: FoldPlace;
  /** Watch and steer training, after those that `setup` gives. */
  readonly callbacks?: readonly Callback[];
  /** The same, before those that `setup` gives. */
  readonly firstCallbacks?: readonly Callback[];
}

/** An experiment with its values filled in, on the default device: train, then test. */
export class Run {
  readonly trainer: Trainer;
  #training: TrainingContext | undefined;

  private constructor(
    readonly experiment: Experiment,
    readonly values: Values<Declarations>,
    /** Every value with where it came from, and what it might have been. */
    readonly hyperparameters: readonly HyperparameterRecord[],
    readonly seed: number,
    /** Whose parts train and validation are, in cross-validation. */
    readonly fold: FoldPlace | undefined,
    readonly device: Device,
    readonly setup: Setup,
    /** What it begins with, and what became of the model's parameters; undefined where all were drawn. */
    readonly origin: ({ readonly name: string } & OriginReport) | undefined,
    /** Files of weights that `setup` itself took some from. */
    readonly loaded: readonly LoadedFile[],
    { firstCallbacks = [], callbacks = [] }: RunOptions,
  ) {
    const remember: Callback = {
      onFitStart: (context) => {
        this.#training = context;
      },
    };
    this.trainer = new Trainer({
      ...trainerOptions(setup),
      callbacks: [remember, ...firstCallbacks, ...(setup.callbacks ?? []), ...callbacks],
    });
  }

  /**
   * Draws the initial weights, or takes them over, and prepares the data.
   *
   * @throws ArgumentError when a value is out of its range, or weights do not fit the model
   */
  static async prepare(experiment: Experiment, options: RunOptions = {}): Promise<Run> {
    const { hyperparameters = {}, sources = {}, seed = 42, from, fold } = options;
    const values = experiment.resolve(hyperparameters);
    const device = defaultDevice();
    manualSeed(seed);
    const content = from && readOrigin(from);
    const splitter = new Splitter(seed, fold);
    const { result: made, loaded } = await collectLoaded(() =>
      experiment.setup({
        ...{ hyperparameters: values, seed, device, split: splitter.split },
        ...(content && { from: { preprocessing: content.preprocessing } }),
      }),
    );
    checkSetup(experiment.name, made);
    const setup = fold && !splitter.wasUsed ? refold(experiment.name, made, fold, seed) : made;
    const origin = from &&
      content && { name: from.name, ...beginWith(setup, from, content, values) };
    const records = Object.entries(experiment.declarations).map(([name, declaration]) => ({
      name,
      value: values[name] ?? declaration.default,
      source: sourceOf(hyperparameters[name], sources[name]),
      declaration,
    }));
    return new Run(experiment, values, records, seed, fold, device, setup, origin, loaded, options);
  }

  /** Numbers in the parameters, frozen ones included. */
  get parameters(): number {
    return this.setup.model.parameters().reduce((sum, { size }) => sum + size, 0);
  }

  /** How far training has come, also when it failed; undefined before it starts. */
  get training(): TrainingContext | undefined {
    return this.#training;
  }

  /**
   * Trains for the epochs of the hyper-parameters.
   *
   * @param options.from where an interrupted fit stood
   */
  async fit(options: Pick<FitOptions, "signal" | "from"> = {}): Promise<History> {
    const { train, validation } = this.setup.data;
    const { epochs, batchSize } = this.values;
    return this.trainer.fit({
      train: isLoader(train)
        ? train
        : new DataLoader(train, { batchSize, shuffle: true, seed: this.seed }),
      ...(validation && { validation: evaluationLoader(validation) }),
      epochs,
      ...options,
    });
  }

  /** Loss and metrics on the test data, if the experiment has some. */
  async test(): Promise<Scores | undefined> {
    const { test } = this.setup.data;
    return test && this.trainer.evaluate(evaluationLoader(test));
  }

  /** How long the model takes to answer for the test data, if the experiment has some. */
  async timePrediction(): Promise<PredictionTimes | undefined> {
    const { test } = this.setup.data;
    return test && predictionTimes(this.trainer, test);
  }

  /** What the experiment itself shows of its model. */
  async inspect(): Promise<Inspection | undefined> {
    const { trainer } = this;
    return this.setup.inspect?.({
      trainer,
      evaluate: (part) => trainer.evaluate(evaluationLoader(part)),
    });
  }

  /**
   * The model's state as it is measured now, with the setup's preprocessing and all that is needed to use
   * it, as a safetensors file; and the SHA-256 of its bytes.
   */
  async weights(): Promise<EncodedModel & { readonly sha256: string }> {
    const { data, model, loss, preprocessing, signature } = this.setup;
    // What varies samples in training is no part of the model.
    const { train, validation, test = validation ?? train } = data;
    const parts = { data: test, model, loss, preprocessing, signature };
    const encoded = await encodeModel(this.trainer.stateDict(), parts);
    return { ...encoded, sha256: createHash("sha256").update(encoded.bytes).digest("hex") };
  }
}

const sourceOf = (given: unknown, source: ValueSource = "program"): ValueSource =>
  given === undefined || given === null ? "default" : source;

/** Experiments run without a type checker: what `setup` forgets is told here. */
function checkSetup(experiment: string, setup: Partial<Setup> | undefined): void {
  requireOptions(`${experiment}, what setup returned`, setup ?? {}, setupNames, "it");
  requireOptions(`${experiment}, the data of setup`, setup?.data ?? {}, partNames, "them");
  const { data, model, loss, optimizer } = setup ?? {};
  const parts = { "data.train": data?.train, model, loss, optimizer };
  const missing = Object.entries(parts).flatMap(([part, value]) => (value ? [] : [part]));
  if (missing.length > 0) {
    throw new ArgumentError(
      `${experiment}: setup returned no ${missing.join(", ")}; expected ` +
        "{ data: { train, validation?, test? }, model, loss, optimizer, metrics? }.",
    );
  }
  if (setup?.callbacks && !Array.isArray(setup.callbacks)) {
    throw new ArgumentError(
      `${experiment}: setup returned callbacks that are no list; write [callback].`,
    );
  }
  if (setup?.preprocessing !== undefined) {
    requirePreprocessing(`${experiment}, what setup returned`, setup.preprocessing);
  }
  if (setup?.signature !== undefined) {
    requireDeclared(`${experiment}, what setup returned`, setup.signature);
  }
  for (const [name, part] of Object.entries(data ?? {})) {
    if (part && !isPart(part)) {
      throw new ArgumentError(
        `${experiment}: setup returned data.${name} of type ${part.constructor.name}, expected a ` +
          "dataset such as new TensorDataset([inputs, targets]), or a loader such as a StreamLoader.",
      );
    }
  }
}

const setupNames = ["data", ...Trainer.optionNames, "preprocessing", "signature", "inspect"];

/** What of a setup is the trainer's. */
export function trainerOptions(setup: Setup): TrainerOptions {
  const { data: _data, inspect: _inspect, ...parts } = setup;
  const { preprocessing: _preprocessing, signature: _signature, ...options } = parts;
  return options;
}
