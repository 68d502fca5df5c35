import type { Callback, EpochRecord, TrainingContext, TrainingState } from "@versant/core";
import type { Draft, Payloads } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { CheckpointKeeper } from "./checkpointKeeper.js";
import { Steerer } from "./steering.js";
import { StepThinner } from "./stepThinner.js";

export interface RecorderOptions {
  /** Seconds between two checkpoints in the middle of an epoch. Default 10. */
  readonly checkpointEvery?: number;
}

/** Milliseconds: drafts wait so long at most, those of epochs shorter. */
const patience = { steps: 500, epochs: 100 };

type Checkpoint = Payloads["checkpoint"];

/**
 * Writes down how a training goes, without making it wait: losses, epochs, checkpoints, and what people
 * ask of it, which it does. It has to be the last of the callbacks, whose states it saves.
 */
export class Recorder implements Callback {
  readonly #every: number;
  readonly #steerer: Steerer;
  #thinner: StepThinner | undefined;
  #drafts: Draft[] = [];
  #written = 0;
  #checkpointed = performance.now();
  #writing: Promise<void> | undefined;
  #best: Checkpoint["best"];
  /** The best state, until it is written. */
  #waitingBest: TrainingState | undefined;
  readonly #keeper: CheckpointKeeper;

  constructor(
    readonly ledger: Ledger,
    readonly run: string,
    { checkpointEvery = 10 }: RecorderOptions = {},
  ) {
    this.#every = 1000 * checkpointEvery;
    this.#steerer = new Steerer(ledger, run);
    this.#keeper = new CheckpointKeeper(ledger, run);
  }

  /** Goes on behind the checkpoints that are there. */
  async goOn(): Promise<void> {
    await this.#keeper.goOn();
    this.#best = this.#keeper.best;
    await this.#steerer.passOver();
  }

  /** Nothing lasting for most calls: it comes fifty times a second. */
  async onTurn(context: TrainingContext): Promise<void> {
    this.#listen(context);
    await this.#steerer.look(context);
    const now = performance.now();
    if (this.#drafts.length > 0 && now - this.#written > patience.epochs) await this.flush(context);
    else if (now - this.#written > patience.steps) await this.flush(context);
    if (now - this.#checkpointed > this.#every) this.#checkpoint(context);
  }

  async onEpochEnd(context: TrainingContext, record: EpochRecord): Promise<void> {
    this.#listen(context);
    this.#drafts.push({ type: "epoch", run: this.run, payload: { ...record, step: context.step } });
    await this.#steerer.look(context);
    this.#remember(context, record);
    const now = performance.now();
    if (now - this.#written > patience.epochs) await this.flush(context);
    if (now - this.#checkpointed > this.#every / 5) this.#checkpoint(context);
  }

  async onFitEnd(context: TrainingContext): Promise<void> {
    this.#steerer.end();
    this.#listen(context);
    await this.flush(context);
    await this.#writing;
  }

  /** Whether somebody asked for the end. */
  get wasStopped(): boolean {
    return this.#steerer.wasStopped;
  }

  /** Writes what waits: epochs, and losses as points. */
  async flush(context: TrainingContext): Promise<void> {
    const steps = this.#thinner?.take(context.learningRate);
    const drafts = this.#drafts;
    this.#drafts = [];
    this.#written = performance.now();
    const all: Draft[] = [
      ...(steps ? [{ type: "steps" as const, run: this.run, payload: steps }] : []),
      ...drafts,
    ];
    if (all.length > 0) await this.ledger.append(all);
  }

  /** Keeps the state that training ended with, so that it can go on from there. */
  async keep(state: TrainingState): Promise<void> {
    await this.#writing;
    await this.#writeStates(state);
  }

  #listen({ losses, batches, firstEpoch, lastEpoch }: TrainingContext): void {
    const planned = (lastEpoch - firstEpoch + 1) * batches;
    this.#thinner ??= new StepThinner(planned, losses.first);
    this.#thinner.add(losses.since(this.#thinner.next));
  }

  /** Notes whether this epoch is the best so far, by the loss on validation data if there is one. */
  #remember(context: TrainingContext, { train, validation }: EpochRecord): void {
    const monitor = validation ? "validation.loss" : "train.loss";
    const { loss: score } = validation ?? train;
    if (!(score < (this.#best?.score ?? Number.POSITIVE_INFINITY))) return;
    this.#best = { monitor, score };
    this.#waitingBest = context.state();
  }

  /** Begins to write the state of now, unless one is being written. */
  #checkpoint(context: TrainingContext): void {
    if (this.#writing) return;
    this.#checkpointed = performance.now();
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
  }

  /** The best first: it may be the state of now as well. */
  async #writeStates(state: TrainingState): Promise<void> {
    const best = this.#waitingBest;
    this.#waitingBest = undefined;
    const isBoth = best?.loop.batches === state.loop.batches;
    if (best) await this.#keeper.keep(best, this.#best);
    if (!isBoth) await this.#keeper.keep(state);
  }
}
