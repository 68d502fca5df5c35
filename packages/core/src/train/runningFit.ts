import type { ExponentialMovingAverage, Optimizer } from "../optim/index.js";
import { BatchLosses } from "./batchLosses.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { EpochRecord, History, Scores } from "./history.js";
import type { Meter } from "./meter.js";
import type { Model } from "./options.js";
import { captureTraining, type LoopState, type TrainingState } from "./state.js";
import type { Update } from "./update.js";

interface Plan {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly average: ExponentialMovingAverage | undefined;
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  readonly batches: number;
  readonly samples: number;
  readonly scoreNames: readonly string[];
  readonly update: Update;
  readonly callbacks: readonly Callback[];
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

  readonly losses = new BatchLosses();

  readonly #plan: Plan;
  #meter: Meter;
  /** Samples of this epoch that are done. */
  #seen = 0;
  readonly #records: EpochRecord[] = [];
  /** When this epoch began, moved back by what was done of it before an interruption. */
  #epochStarted = performance.now();
  #pausedBefore = 0;
  #stopped: string | undefined;
  #interrupted = false;
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
    this.#plan.update.setRate(value);
  }

  state(): TrainingState {
    const { update, callbacks } = this.#plan;
    return captureTraining({ fit: this, update, callbacks });
  }

  /** Where it stands, for `state`. */
  position() {
    return {
      firstEpoch: this.firstEpoch,
      epoch: this.epoch,
      batch: this.batch,
      step: this.step,
      recordedSteps: this.recordedSteps,
      batches: this.losses.count,
      samples: this.#seen,
      totals: [...this.#meter.mark()],
      widths: [...this.#meter.widths],
      seconds: this.seconds,
      records: [...this.#records],
      stopped: this.#interrupted ? null : (this.#stopped ?? null),
    };
  }

  /** Goes on from where a fit stood. */
  restore(state: LoopState, meter: Meter): void {
    this.startEpoch(state.epoch, meter);
    meter.restore(state.totals, state.widths);
    this.batch = state.batch;
    this.step = state.step;
    this.recordedSteps = state.recordedSteps;
    this.losses.restore(state.batches);
    this.#seen = state.samples;
    this.#epochStarted -= 1000 * state.seconds;
    this.#records.push(...state.records);
    if (state.stopped !== null) this.stop(state.stopped);
  }

  /** Seconds of this epoch, without pauses. */
  get seconds(): number {
    const paused = this.pausedFor - this.#pausedBefore;
    return (performance.now() - this.#epochStarted - paused) / 1000;
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

  /** The same for whoever will go on later: the state says nothing of it. */
  interrupt(reason: string): void {
    this.#interrupted ||= !this.stopped;
    this.stop(reason);
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
    this.#epochStarted = performance.now();
    this.#pausedBefore = this.pausedFor;
  }

  /** The batch that begins is the last of the epoch, and has so many samples. */
  announceLast(samples: number): void {
    this.batches = this.batch + 1;
    this.samples = this.#seen + samples;
  }

  /** The batch that is done was the last of the epoch. */
  confirmLast(): void {
    this.batches = this.batch;
    this.samples = this.#seen;
  }

  endBatch(result: ArrayLike<number>, samples: number): void {
    this.#meter.add(result, samples);
    this.losses.add(result[0] as number);
    this.#seen += samples;
    this.batch++;
  }

  record(epoch: EpochRecord): void {
    this.#records.push(epoch);
    this.recordedSteps = this.step;
  }
}
