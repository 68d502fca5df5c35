import { ArgumentError, describeValue, requireInstance } from "../array/index.js";
import type { ExponentialMovingAverage, Optimizer } from "../optim/index.js";
import type { BatchLosses } from "./batchLosses.js";
import type { EpochRecord, History, Scores } from "./history.js";
import type { Model } from "./options.js";
import type { CallbackState, TrainingState } from "./state.js";

/**
 * A running fit, as callbacks see it and steer it. What they ask for happens between two batches:
 * nothing interrupts a step.
 */
export interface TrainingContext {
  readonly model: Model;
  readonly optimizer: Optimizer;
  /** The running mean of the weights that validation uses, if the Trainer has one. */
  readonly average: ExponentialMovingAverage | undefined;
  /** The current epoch, counted from 1 over all calls of `fit` of the Trainer. */
  readonly epoch: number;
  /** The first epoch of this fit, and the last one planned. */
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Updates that are done, over all calls of `fit` of the Trainer. */
  readonly step: number;
  /** Batches and samples of an epoch; of a stream of unknown length, Infinity until its end. */
  readonly batches: number;
  readonly samples: number;
  /** What there is to watch in this fit: "train.loss", "validation.accuracy", ... */
  readonly scoreNames: readonly string[];
  /** Complete epochs, and the reason to stop once there is one. */
  readonly history: History;
  /** What ended training, if it failed. */
  readonly failure: unknown;

  /**
   * The optimiser's, that is its first group's; a new value takes effect with the next batch. Where
   * the Trainer has a schedule, it goes on from there: all its rates change in the same proportion.
   */
  learningRate: number;

  /** Loss and metrics over the batches of this epoch, or over those since a mark. */
  scores(since?: Float64Array): Scores;
  /** This moment, for `scores`. Marks do not outlive their epoch. */
  mark(): Float64Array;

  /** The losses of the last batches. */
  readonly losses: BatchLosses;
  /**
   * Everything that `fit` needs to go on from here, in another process too. To be asked for in
   * `onTurn`, and in `onEpochEnd` behind the callbacks whose state changes there.
   */
  state(): TrainingState;

  readonly paused: boolean;
  /** Waits after this batch until `resume` or `stop`. */
  pause(): void;
  resume(): void;
  /** Ends training after this batch; the first reason counts. */
  stop(reason: string): void;
}

type Reaction = void | Promise<void>;

/**
 * What happens around training. Every part is optional, promises are awaited, and an error ends
 * training and reaches the caller of `fit`. Callbacks run in the order they were given.
 */
export interface Callback {
  onFitStart?(context: TrainingContext): Reaction;
  onEpochStart?(context: TrainingContext): Reaction;
  /** After every batch; training costs nothing more while nobody defines it. */
  onBatchEnd?(context: TrainingContext): Reaction;
  /** After a batch, whenever the event loop had its turn: about every 20 ms. */
  onTurn?(context: TrainingContext): Reaction;
  /** After validation. */
  onEpochEnd?(context: TrainingContext, record: EpochRecord): Reaction;
  /** In every case, also after `stop` and, with `context.failure`, after an error. */
  onFitEnd?(context: TrainingContext): Reaction;
  /** What it remembers between epochs, so that an interrupted training can go on; default nothing. */
  saveState?(): CallbackState | undefined;
  /** Goes on from there; called behind `onFitStart`. */
  loadState?(state: CallbackState): void;
}

const hooks = [
  "onFitStart",
  "onEpochStart",
  "onBatchEnd",
  "onTurn",
  "onEpochEnd",
  "onFitEnd",
] as const;
const members = [...hooks, "saveState", "loadState"] as const;

/**
 * Callbacks may have members of their own, but one that nothing would ever call is a mistake.
 *
 * @throws ArgumentError for what is no list of objects, each with a hook or more
 */
export function requireCallbacks(
  operation: string,
  callbacks: unknown,
): asserts callbacks is readonly Callback[] {
  requireInstance(operation, "the callbacks", callbacks, Array);
  callbacks.forEach((callback: unknown, index) => {
    const what = `callback ${index}`;
    const names = namesOf(callback);
    const misspelt = names.find(
      (name) => !isMember(name) && members.some((member) => isLike(name, member)),
    );
    if (misspelt !== undefined || !names.some(isHook)) {
      const received =
        misspelt === undefined
          ? `${describeValue(callback)} as ${what}`
          : `a hook named "${misspelt}" in ${what}`;
      throw new ArgumentError(
        `${operation}: received ${received}, expected an object with one or more of ` +
          `${hooks.join(", ")}.`,
      );
    }
    for (const member of members) {
      const reaction = (callback as Callback)[member];
      if (reaction !== undefined) {
        requireInstance(operation, `${member} of ${what}`, reaction, Function);
      }
    }
  });
}

const isHook = (name: string): boolean => hooks.some((hook) => hook === name);

const isMember = (name: string): boolean => members.some((member) => member === name);

const isLike = (name: string, member: string): boolean =>
  name.toLowerCase() === member.toLowerCase();

/** The members of an object, those of its class as well. */
function namesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return [...Object.getOwnPropertyNames(value), ...namesOf(Object.getPrototypeOf(value))];
}
