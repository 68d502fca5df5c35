import { ArgumentError, describeValue, requireFlag, requireOptions } from "../array/index.js";
import { requireAtLeastZero } from "../optim/check.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { EpochRecord } from "./history.js";
import { Monitor, type MonitorOptions } from "./monitor.js";
import type { CallbackState } from "./state.js";

export interface ReduceOnPlateauOptions extends MonitorOptions {
  /** What the learning rate of every group is multiplied with, between 0 and 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are put up with; the next one lowers the rates. Default 10. */
  readonly patience?: number;
  /** What is better by less than this is no improvement. Default 1e-4. */
  readonly minimumChange?: number;
  /** Takes `minimumChange` as a share of the best score. Default true. */
  readonly relative?: boolean;
  /** Epochs after a reduction that do not count. Default 0. */
  readonly cooldown?: number;
  /** No rate falls below. Default 0. */
  readonly minimum?: number;
}

const names = ["monitor", "mode", "factor", "patience", "minimumChange", "relative", "cooldown"];

/**
 * Lowers the learning rates when a score has stopped to improve: smaller steps get on where larger
 * ones jump to and fro. Counts as PyTorch's ReduceLROnPlateau does, over all calls of `fit`.
 *
 * @throws ArgumentError when an option is out of its range or `mode` is needed; from `fit`, when
 *   there is no score of that name
 */
export class ReduceOnPlateau implements Callback {
  readonly factor: number;
  readonly patience: number;
  readonly cooldown: number;
  readonly minimum: number;
  readonly #monitor: Monitor;
  /** Epochs in a row without improvement, and those of the cooldown that are left. */
  #waited = 0;
  #resting = 0;

  constructor(options: ReduceOnPlateauOptions = {}) {
    requireOptions("ReduceOnPlateau", options, [...names, "minimum"]);
    const { factor = 0.1, patience = 10, minimumChange = 1e-4, relative = true } = options;
    const { cooldown = 0, minimum = 0 } = options;
    if (!(typeof factor === "number" && factor > 0 && factor < 1)) {
      throw new ArgumentError(
        `ReduceOnPlateau: received factor ${describeValue(factor)}, expected 0 < factor < 1.`,
      );
    }
    requireAtLeastZero("ReduceOnPlateau", "patience", patience);
    requireFlag("ReduceOnPlateau", "relative", relative);
    requireAtLeastZero("ReduceOnPlateau", "cooldown", cooldown);
    requireAtLeastZero("ReduceOnPlateau", "minimum", minimum);
    this.factor = factor;
    this.patience = patience;
    this.cooldown = cooldown;
    this.minimum = minimum;
    this.#monitor = new Monitor("ReduceOnPlateau", { ...options, minimumChange }, relative);
  }

  get monitor(): string {
    return this.#monitor.path;
  }

  onFitStart(context: TrainingContext): void {
    this.#monitor.requireScore(context);
  }

  saveState(): CallbackState {
    const { best = null } = this.#monitor;
    return { values: { best, waited: this.#waited, resting: this.#resting } };
  }

  loadState({ values }: CallbackState): void {
    this.#monitor.restore(values);
    const { waited, resting } = values as { waited: number; resting: number };
    this.#waited = waited;
    this.#resting = resting;
  }

  onEpochEnd({ optimizer }: TrainingContext, record: EpochRecord): void {
    this.#waited = this.#monitor.improves(record) ? 0 : this.#waited + 1;
    if (this.#resting > 0) {
      this.#resting--;
      this.#waited = 0;
    }
    if (this.#waited <= this.patience) return;
    for (const group of optimizer.groups) {
      const lowered = Math.max(group.learningRate * this.factor, this.minimum);
      group.learningRate = Math.min(group.learningRate, lowered);
    }
    this.#resting = this.cooldown;
    this.#waited = 0;
  }
}
