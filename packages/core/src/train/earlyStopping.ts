import { ArgumentError, requireCount, requireOptions } from "../array/index.js";
import type { StateDict } from "../nn/index.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import { type EpochRecord, scoreAt } from "./history.js";

export interface EarlyStoppingOptions {
  /** The score to watch, such as "validation.accuracy". Default "validation.loss". */
  readonly monitor?: string;
  /** Epochs without improvement after which training stops, at least 1. */
  readonly patience: number;
  /** What is better by less than this is no improvement. Default 0. */
  readonly minimumChange?: number;
  /** Whether small or large scores are good. Default "min" for a loss; to be said for a metric. */
  readonly mode?: "min" | "max";
  /** Ends with the weights of the best epoch instead of the last. Default true. */
  readonly restoreBestWeights?: boolean;
}

const optionNames = ["monitor", "patience", "minimumChange", "mode", "restoreBestWeights"];

/**
 * Stops when a score has not improved for some epochs, which is when a network starts to learn its
 * training data by heart (Prechelt, "Early Stopping - But When?", 1998). The best weights come back
 * however training ends, except with an error.
 *
 * @throws ArgumentError when an option is out of its range or `mode` is needed; from `fit`, when
 *   there is no score of that name
 */
export class EarlyStopping implements Callback {
  readonly monitor: string;
  readonly patience: number;
  readonly #minimumChange: number;
  readonly #sign: 1 | -1;
  readonly #restores: boolean;
  #best: { readonly epoch: number; readonly score: number } | undefined;
  #weights: StateDict | undefined;

  constructor(options: EarlyStoppingOptions) {
    requireOptions("EarlyStopping", options, optionNames);
    const { monitor = "validation.loss", patience, minimumChange = 0 } = options;
    const { mode = monitor.endsWith(".loss") ? "min" : undefined } = options;
    requireCount("EarlyStopping", "patience", patience);
    if (!(minimumChange >= 0)) {
      throw new ArgumentError(
        `EarlyStopping: received minimumChange ${minimumChange}, expected at least 0.`,
      );
    }
    if (mode !== "min" && mode !== "max") {
      throw new ArgumentError(
        `EarlyStopping: received mode ${mode} for "${monitor}", expected "min" (an ` +
          'error, the smaller the better) or "max" (an accuracy, the larger the better).',
      );
    }
    this.monitor = monitor;
    this.patience = patience;
    this.#minimumChange = minimumChange;
    this.#sign = mode === "min" ? 1 : -1;
    this.#restores = options.restoreBestWeights ?? true;
  }

  /** The best epoch so far and its score. */
  get best(): { readonly epoch: number; readonly score: number } | undefined {
    return this.#best;
  }

  onFitStart(): void {
    this.#best = undefined;
    this.#weights = undefined;
  }

  onEpochEnd(context: TrainingContext, record: EpochRecord): void {
    const score = scoreAt(record, this.monitor);
    if (this.#improves(score)) {
      this.#best = { epoch: record.epoch, score };
      if (this.#restores) this.#weights = context.model.stateDict();
    } else if (record.epoch - (this.#best?.epoch ?? context.firstEpoch - 1) >= this.patience) {
      const since = this.#best
        ? `${this.#best.score} in epoch ${this.#best.epoch}`
        : "the start, as it is not a number";
      context.stop(`${this.monitor} has not improved since ${since}`);
    }
  }

  onFitEnd({ model, failure }: TrainingContext): void {
    if (this.#weights && failure === undefined) model.loadStateDict(this.#weights);
    this.#weights = undefined;
  }

  #improves(score: number): boolean {
    if (Number.isNaN(score)) return false;
    if (!this.#best) return true;
    return this.#sign * (this.#best.score - score) > this.#minimumChange;
  }
}
