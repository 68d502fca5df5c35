import { requireAtLeastZero } from "../optim/check.js";
import { ParameterGroup } from "../optim/group.js";
import {
  clipGradientNorm,
  clipGradientValue,
  GradientAccumulator,
  type Schedule,
} from "../optim/index.js";
import { observe } from "../tensor/index.js";
import type { TrainerOptions } from "./options.js";

/** Where training stands when a batch begins. */
export interface Position {
  /** Updates done. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  /** Batches of this epoch that are done, and how many it has. */
  readonly batch: number;
  readonly batches: number;
}

/** What becomes of the gradients of a batch, and with which learning rates. */
export class Update {
  readonly #options: TrainerOptions;
  readonly #batches: number;
  readonly #accumulator: GradientAccumulator | null;
  #isDue = true;
  readonly #readDue = () => this.#isDue;
  /** What a schedule gave last, and what all of it is multiplied with since somebody set a rate. */
  rates = { factor: 1, scale: 1 };

  constructor(options: TrainerOptions) {
    const { optimizer, accumulate = 1 } = options;
    this.#options = options;
    this.#batches = accumulate;
    this.#accumulator = accumulate > 1 ? new GradientAccumulator(optimizer.parameters) : null;
  }

  /** Whether the batch that `prepare` was called for completes an update. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Gradients of batches that no update has taken yet. */
  get gradients(): GradientAccumulator | null {
    return this.#accumulator;
  }

  /** Sets the learning rate; a schedule goes on from it, in proportion. */
  setRate(value: number): void {
    const { optimizer, schedule } = this.#options;
    requireAtLeastZero("Trainer", "learningRate", value);
    optimizer.learningRate = value;
    if (!schedule) return;
    const initial = optimizer.groups[0]?.options.learningRate ?? 0;
    // A schedule at 0, as before a warm-up, says nothing about proportion.
    const scheduled = initial * (this.rates.factor || 1);
    if (scheduled > 0) this.rates.scale = value / scheduled;
  }

  /** An epoch begins: gradients of one that was stopped in the middle are dropped. */
  startEpoch(): void {
    this.#accumulator?.clear();
  }

  /** A batch begins. */
  prepare({ step, epoch, batch, batches }: Position): void {
    this.#isDue = (batch + 1) % this.#batches === 0 || batch + 1 === batches;
    const { optimizer, schedule } = this.#options;
    if (!schedule) return;
    const { perStep, perEpoch } = schedule;
    const ofStep = factorAt("perStep", perStep, step);
    this.rates.factor = ofStep * factorAt("perEpoch", perEpoch, epoch - 1);
    const factor = this.rates.factor * this.rates.scale;
    ParameterGroup.setRates(optimizer.groups, ({ options }) => options.learningRate * factor);
  }

  /**
   * The part of a compiled step that follows `backward()`. Batches that complete an update, and
   * those that only add their gradients, are Programs of their own.
   *
   * @param samples of the batch
   */
  apply(samples: number): void {
    const { optimizer, clip = {}, average } = this.#options;
    if (this.#accumulator) {
      this.#accumulator.add(samples);
      if (!observe(this.#readDue)) return;
      this.#accumulator.apply();
    }
    const { parameters } = optimizer;
    if (clip.value !== undefined) clipGradientValue(parameters, clip.value);
    if (clip.norm !== undefined) clipGradientNorm(parameters, clip.norm);
    optimizer.step();
    average?.update();
  }
}

/** @throws ArgumentError when a schedule gives what is no factor */
function factorAt(name: string, schedule: Schedule | undefined, count: number): number {
  if (!schedule) return 1;
  const factor = schedule(count);
  requireAtLeastZero("Trainer", `schedule.${name}(${count})`, factor);
  return factor;
}
