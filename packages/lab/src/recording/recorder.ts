import type { Callback, EpochRecord, TrainingContext, TrainingState } from "@versant/core";
import { Insight } from "../insight/insight.js";
import type { Draft, Payloads, PlaceRecord } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { CheckpointKeeper } from "./checkpointKeeper.js";
import { Steerer } from "./steering.js";
import { StepThinner } from "./stepThinner.js";

export interface RecorderOptions {
  /** Seconds between two checkpoints in the middle of an epoch. Default 10. */
  readonly checkpointEvery?: number;
  /** Shows a line to whoever watches, such as who steered. Default: nobody watches. */
  readonly tell?: (line: string) => void;
  /**
   * Whether gradients, updates, weights and activations are measured, in as many epochs as a hundredth of the time
   * allows, and at the end what the model gets wrong. Default false.
   */
  readonly insight?: boolean;
}

/**
 * Milliseconds that losses wait at most, and epochs: those that are shorter are written together. A
 * transaction with its signature costs a training of small batches as much as several steps.
 */
const writeEvery = { losses: 900, epochs: 500 };

/** Milliseconds that the ledger may refuse to be written before training ends for it. */
const refusalLimit = 60_000;

/** A checkpoint may keep training waiting for this share of the time, while it is copied. */
const waitingShare = 0.02;

/** And states that are the best so far for this one: there may be one after every epoch. */
const rememberingShare = 0.002;

type Checkpoint = Payloads["checkpoint"];

/**
 * Writes down how a training goes, with as little waiting as can be: losses, epochs, checkpoints, and what
 * people ask of it, which it does. It has to be the last of the callbacks, whose states it saves.
 *
 * An epoch stands in the ledger before any checkpoint that comes after it: what a kill takes, a resumed
 * run does and records again.
 */
export class Recorder implements Callback {
  readonly steerer: Steerer;
  /** Only while something has to be repeated or measured: a step of a small network takes a few microseconds. */
  onBatchEnd?: (context: TrainingContext) => undefined | Promise<void>;
  readonly #every: number;
  readonly #insight: Insight | undefined;
  readonly #keeper: CheckpointKeeper;
  #thinner: StepThinner | undefined;
  #context: TrainingContext | undefined;
  #drafts: Draft[] = [];
  #written = performance.now();
  #nextCheckpoint: number;
  #writing: Promise<void> | undefined;
  /** Since when the ledger cannot be written. */
  #refusedSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #best: Checkpoint["best"];
  #remembersAgain = Number.NEGATIVE_INFINITY;
  /** The last epoch that was better than the best, and too soon after it to be kept. */
  #missed: { readonly best: Checkpoint["best"]; readonly step: number } | undefined;
  /** The best state, until it is written. */
  #waitingBest: TrainingState | undefined;

  constructor(
    readonly ledger: Ledger,
    readonly run: string,
    { checkpointEvery = 10, tell = () => {}, insight = false }: RecorderOptions = {},
  ) {
    this.#every = 1000 * checkpointEvery;
    if (insight) this.#insight = new Insight();
    this.#nextCheckpoint = performance.now() + this.#every;
    this.steerer = new Steerer(ledger, run, (context) => this.#settle(context), tell);
    this.#keeper = new CheckpointKeeper(ledger, run);
  }

  /** Goes on behind what was recorded of this run. */
  async goOn(from: PlaceRecord): Promise<void> {
    await this.#keeper.goOn();
    this.#best = this.#keeper.best;
    await this.steerer.goOn(from);
  }

  onFitStart(context: TrainingContext): void {
    this.#context = context;
    this.#repeatOnly();
  }

  onEpochStart(context: TrainingContext): void {
    this.#insight?.prepare(context);
    if (this.#insight?.isWaiting) this.onBatchEnd = (each) => this.#look(each);
  }

  /** Whether the trained model is to show its mistakes. */
  get looksAtMistakes(): boolean {
    return this.#insight !== undefined;
  }

  /** Called when all other states are back. */
  loadState(): void {
    if (this.#context) this.steerer.repeatAtStart(this.#context);
  }

  /** Nothing lasting for most calls: it comes fifty times a second. */
  async onTurn(context: TrainingContext): Promise<void> {
    this.#listen(context);
    if (context.batch < context.batches) await this.steerer.look(context);
    await this.#flushIfDue(context);
    if (performance.now() > this.#nextCheckpoint) await this.#checkpoint(context);
  }

  async onEpochEnd(context: TrainingContext, record: EpochRecord): Promise<void> {
    this.#listen(context);
    this.#drafts.push({ type: "epoch", run: this.run, payload: { ...record, step: context.step } });
    await this.steerer.repeatAt(context);
    await this.steerer.look(context);
    this.#remember(context, record);
    await this.#flushIfDue(context);
    // A state between epochs is worth more than one within.
    const isDue = performance.now() > this.#nextCheckpoint - (4 / 5) * this.#every;
    if (isDue) await this.#checkpoint(context);
    // The next batch may be long in coming.
    if (this.#drafts.length > 0)
      this.#timer ??= setTimeout(() => {
        // What fails here fails again at the next turn, where training is told.
        this.flush(context).catch(() => {});
      }, writeEvery.epochs);
  }

  /** Writes what is left; a ledger that refuses it is told of when the run's end is recorded. */
  async onFitEnd(context: TrainingContext): Promise<void> {
    this.#listen(context);
    this.#insight?.stop();
    this.#refusedSince = undefined;
    await this.flush(context);
    await this.#writing;
  }

  /** Writes what waits: epochs, and losses as points. */
  async flush(context: TrainingContext): Promise<void> {
    const steps = this.#thinner?.take(context.learningRate);
    if (steps) this.#drafts.unshift({ type: "steps", run: this.run, payload: steps });
    const drafts = this.#drafts;
    this.#drafts = [];
    this.#written = performance.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (drafts.length === 0) return;
    try {
      // What a loss of power takes, a resumed run does again.
      await this.ledger.append(drafts, { synced: false });
      this.#refusedSince = undefined;
    } catch (error) {
      this.#drafts.unshift(...drafts);
      this.#putUpWith(error as Error);
    }
  }

  /** A disk may be cleared and a lock released: what waits is tried again, for a while. */
  #putUpWith(error: Error): void {
    const now = performance.now();
    if (this.#refusedSince === undefined) {
      this.#refusedSince = now;
      process.emitWarning(`${error.message} Training goes on, and tries again.`);
    } else if (now - this.#refusedSince > refusalLimit) throw error;
  }

  /** Keeps the state that training ended with, so that it can go on from there. */
  async keep(state: TrainingState): Promise<void> {
    await this.#writing;
    if (this.#missed?.step === state.loop.step) {
      this.#best = this.#missed.best;
      this.#waitingBest = state;
    }
    await this.#writeStates(state);
  }

  #repeatOnly(): void {
    if (this.steerer.isRepeating) this.onBatchEnd = (each) => this.#repeat(each);
    else delete this.onBatchEnd;
  }

  /** Records what the batch showed of the model, if it did. */
  #look(context: TrainingContext): undefined | Promise<void> {
    const payload = this.#insight?.read(context);
    if (payload) this.#drafts.push({ type: "insight", run: this.run, payload });
    if (!this.#insight?.isWaiting) this.#repeatOnly();
    return this.steerer.isRepeating ? this.#repeat(context) : undefined;
  }

  #repeat(context: TrainingContext): undefined | Promise<void> {
    // The end of an epoch is behind what other callbacks do there.
    return context.batch === context.batches ? undefined : this.steerer.repeatAt(context);
  }

  /** Something was done by hand: a state of before it would forget it. A pause may last, too. */
  async #settle(context: TrainingContext): Promise<void> {
    await this.#writing;
    await this.#checkpoint(context);
  }

  async #flushIfDue(context: TrainingContext): Promise<void> {
    const waited = performance.now() - this.#written;
    const isDue = this.#drafts.length > 0 ? waited > writeEvery.epochs : waited > writeEvery.losses;
    if (isDue) await this.flush(context);
  }

  #listen({ losses, batches, firstEpoch, lastEpoch }: TrainingContext): void {
    const planned = (lastEpoch - firstEpoch + 1) * batches;
    this.#thinner ??= new StepThinner(planned, losses.first);
    this.#thinner.add(losses.since(this.#thinner.next));
  }

  /**
   * Notes whether this epoch is the best so far, by the loss on validation data if there is one. A state is a
   * copy of all weights: of very short epochs not each is kept, so that copies take a five-hundredth of the
   * time.
   */
  #remember(context: TrainingContext, { train, validation }: EpochRecord): void {
    const monitor = validation ? "validation.loss" : "train.loss";
    const { loss: score } = validation ?? train;
    if (!(score < (this.#best?.score ?? Number.POSITIVE_INFINITY))) return;
    const started = performance.now();
    if (started < this.#remembersAgain) {
      this.#missed = { best: { monitor, score }, step: context.step };
      return;
    }
    this.#best = { monitor, score };
    this.#waitingBest = context.state();
    const now = performance.now();
    this.#remembersAgain = now + (now - started) / rememberingShare;
  }

  /** Begins to write the state of now, unless one is being written. */
  async #checkpoint(context: TrainingContext): Promise<void> {
    if (this.#writing) return;
    await this.flush(context);
    const started = performance.now();
    this.#writing = this.#writeStates(context.state())
      .catch((error: Error) => {
        const consequence = "training goes on, and could not be resumed from here";
        process.emitWarning(
          `a checkpoint could not be written (${error.message}); ${consequence}.`,
        );
      })
      .finally(() => {
        this.#writing = undefined;
      });
    const now = performance.now();
    this.#nextCheckpoint = now + Math.max(this.#every, (now - started) / waitingShare);
  }

  /** The best first: it may be the state of now as well. */
  async #writeStates(state: TrainingState): Promise<void> {
    const [best, score] = [this.#waitingBest, this.#best];
    if (best) await this.#keeper.keep(best, score);
    // Another may be the best by now.
    if (this.#waitingBest === best) this.#waitingBest = undefined;
    if (best?.loop.batches !== state.loop.batches) await this.#keeper.keep(state);
  }
}
