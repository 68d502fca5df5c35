import type { ExponentialMovingAverage, Optimizer } from "../optim/index.js";
import type { TrainingContext } from "./callbacks.js";
import type { EpochRecord, History, Scores } from "./history.js";
import type { Meter } from "./meter.js";
import type { Model } from "./options.js";

interface Plan {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly average: ExponentialMovingAverage | undefined;
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  readonly batches: number;
  readonly samples: number;
  readonly scoreNames: readonly string[];
  /** Updates in the epochs before. */
  readonly stepsBefore: number;
}

/** The state of one call of `fit`: what callbacks see, and what the loop does to it. */
export class RunningFit implements TrainingContext {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly average: ExponentialMovingAverage | undefined;
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  batches: number;
  samples: number;
  readonly scoreNames: readonly string[];
  epoch: number;
  batch = 0;
  step: number;
  /** Updates up to the end of the last complete epoch. */
  recordedSteps: number;
  failure: unknown;
  /** Milliseconds spent in pauses. */
  pausedFor = 0;

  readonly #plan: Plan;
  #meter: Meter;
  /** Samples of this epoch that are done. */
  #seen = 0;
  readonly #records: EpochRecord[] = [];
  #stopped: string | undefined;
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(plan: Plan, meter: Meter) {
    this.#plan = plan;
    this.model = plan.model;
    this.optimizer = plan.optimizer;
    this.average = plan.average;
    this.firstEpoch = plan.firstEpoch;
    this.lastEpoch = plan.lastEpoch;
    this.batches = plan.batches;
    this.samples = plan.samples;
    this.scoreNames = plan.scoreNames;
    this.epoch = plan.firstEpoch;
    this.step = plan.stepsBefore;
    this.recordedSteps = plan.stepsBefore;
    this.#meter = meter;
  }

  get history(): History {
    const epochs = this.#records;
    return this.#stopped === undefined ? { epochs } : { epochs, stopped: this.#stopped };
  }

  get learningRate(): number {
    return this.optimizer.learningRate;
  }

  set learningRate(value: number) {
    this.optimizer.learningRate = value;
  }

  scores(since?: Float64Array): Scores {
    return this.#meter.scores(since);
  }

  mark(): Float64Array {
    return this.#meter.mark();
  }

  get paused(): boolean {
    return this.#pause !== undefined;
  }

  pause(): void {
    if (this.#pause || this.stopped) return;
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#pause = { over, end };
  }

  resume(): void {
    this.#pause?.end();
    this.#pause = undefined;
  }

  stop(reason: string): void {
    this.#stopped ??= reason;
    this.resume();
  }

  get stopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Resolves once nobody wants a pause. */
  async resumed(): Promise<void> {
    const started = performance.now();
    while (this.#pause) await this.#pause.over;
    this.pausedFor += performance.now() - started;
  }

  startEpoch(epoch: number, meter: Meter): void {
    this.epoch = epoch;
    this.batch = 0;
    this.batches = this.#plan.batches;
    this.samples = this.#plan.samples;
    this.#seen = 0;
    this.#meter = meter;
  }

  /** The batch that begins is the last of the epoch, and has so many samples. */
  announceLast(samples: number): void {
    this.batches = this.batch + 1;
    this.samples = this.#seen + samples;
  }

  endBatch(result: ArrayLike<number>, samples: number): void {
    this.#meter.add(result, samples);
    this.#seen += samples;
    this.batch++;
  }

  record(epoch: EpochRecord): void {
    this.#records.push(epoch);
    this.recordedSteps = this.step;
  }
}
