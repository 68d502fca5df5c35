import { ArgumentError, describeValue } from "../array/index.js";
import { isLoader, type Loader } from "../data/index.js";
import type { Tensor } from "../tensor/index.js";

/** @throws ArgumentError when `value` gives no batches */
export function requireLoader(
  operation: string,
  what: string,
  value: unknown,
): asserts value is Loader {
  if (isLoader(value)) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${what}, expected a DataLoader, or a ` +
      "StreamLoader for what memory does not hold.",
  );
}

/** A call of a step. */
export interface StepCall {
  readonly args: readonly Tensor[];
  readonly samples: number;
  /** No other follows in this epoch. */
  readonly isLast: boolean;
}

/** The calls of an epoch, one after the other. */
export interface Feed {
  /** Only streams make one wait: an epoch in memory gives the event loop no turn of its own. */
  next(): StepCall | undefined | Promise<StepCall | undefined>;
  /** Ends it early, or again. */
  close(): Promise<void>;
}

type Read = readonly Tensor[];

/**
 * Reads one batch ahead, because whether a batch is the last shows when the next is asked for.
 *
 * @param epoch counted from 0
 */
export function feedOf(loader: Loader, epoch: number): Feed {
  const batches = loader.read(epoch);
  return Symbol.asyncIterator in batches
    ? waitingFeed(batches[Symbol.asyncIterator]())
    : readyFeed(batches[Symbol.iterator]());
}

function readyFeed(batches: Iterator<Read>): Feed {
  let ahead: IteratorResult<Read> | undefined;
  return {
    next() {
      const current = ahead ?? batches.next();
      if (current.done) return undefined;
      ahead = batches.next();
      return callOf(current.value, ahead);
    },
    async close() {
      batches.return?.();
    },
  };
}

function waitingFeed(batches: AsyncIterator<Read>): Feed {
  let ahead: IteratorResult<Read> | undefined;
  return {
    async next() {
      const current = ahead ?? (await batches.next());
      if (current.done) return undefined;
      ahead = await batches.next();
      return callOf(current.value, ahead);
    },
    async close() {
      await batches.return?.();
    },
  };
}

const callOf = (args: Read, ahead: IteratorResult<Read>): StepCall => ({
  args,
  samples: args[0]?.shape[0] ?? 0,
  isLast: ahead.done === true,
});
