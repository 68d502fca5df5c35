import { requireCount, requireFlag, requireOptions } from "../array/index.js";
import type { StateDict } from "../nn/index.js";
import type { Tensor } from "../tensor/index.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { EpochRecord } from "./history.js";
import { Monitor, type MonitorOptions } from "./monitor.js";
import { type CallbackState, tensorsUnder } from "./state.js";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training stops, at least 1. */
  readonly patience: number;
  /** What is better by less than this is no improvement. Default 0. */
  readonly minimumChange?: number;
  /** Ends with the weights of the best epoch instead of the last. Default true. */
  readonly restoreBestWeights?: boolean;
}

const optionNames = ["monitor", "patience", "minimumChange", "mode", "restoreBestWeights"];

/**
 * Stops when a score has not improved for some epochs, which is when a network starts to learn its
 * training data by heart (Prechelt, "Early Stopping - But When?", 1998). The best weights, and their
 * average if the Trainer has one, come back however training ends, except with an error.
 *
 * @throws ArgumentError when an option is out of its range or `mode` is needed; from `fit`, when
 *   there is no score of that name
 */
export class EarlyStopping implements Callback {
  readonly patience: number;
  readonly #monitor: Monitor;
  readonly #restores: boolean;
  #kept: { readonly weights: StateDict; readonly average: StateDict | undefined } | undefined;

  constructor(options: EarlyStoppingOptions) {
    requireOptions("EarlyStopping", options, optionNames);
    requireCount("EarlyStopping", "patience", options.patience);
    this.patience = options.patience;
    this.#monitor = new Monitor("EarlyStopping", options);
    const { restoreBestWeights = true } = options;
    requireFlag("EarlyStopping", "restoreBestWeights", restoreBestWeights);
    this.#restores = restoreBestWeights;
  }

  get monitor(): string {
    return this.#monitor.path;
  }

  /** The best epoch so far and its score. */
  get best(): { readonly epoch: number; readonly score: number } | undefined {
    return this.#monitor.best;
  }

  onFitStart(context: TrainingContext): void {
    this.#monitor.requireScore(context);
    this.#monitor.reset();
    this.#kept = undefined;
  }

  onEpochEnd(context: TrainingContext, record: EpochRecord): void {
    if (this.#monitor.improves(record)) {
      if (!this.#restores) return;
      const { model, average } = context;
      this.#kept = { weights: model.stateDict(), average: average?.stateDict() };
    } else if (record.epoch - (this.best?.epoch ?? context.firstEpoch - 1) >= this.patience) {
      const since = this.best
        ? `${this.best.score} in epoch ${this.best.epoch}`
        : "the start, as it is not a number";
      context.stop(`${this.monitor} has not improved since ${since}`);
    }
  }

  saveState(): CallbackState {
    const { weights, average } = this.#kept ?? {};
    const prefixed = (prefix: string, dict: StateDict | undefined): [string, Tensor][] =>
      [...(dict ?? [])].map(([name, value]) => [`${prefix}.${name}`, value]);
    return {
      values: { best: this.best ?? null },
      tensors: new Map([...prefixed("weights", weights), ...prefixed("average", average)]),
    };
  }

  loadState({ values, tensors = new Map() }: CallbackState): void {
    this.#monitor.restore(values);
    const average = tensorsUnder("average", tensors);
    this.#kept =
      tensors.size === 0
        ? undefined
        : {
            weights: tensorsUnder("weights", tensors),
            average: average.size > 0 ? average : undefined,
          };
  }

  onFitEnd({ model, average, failure }: TrainingContext): void {
    if (this.#kept && failure === undefined) {
      model.loadStateDict(this.#kept.weights);
      if (this.#kept.average) average?.loadStateDict(this.#kept.average);
    }
    this.#kept = undefined;
  }
}
