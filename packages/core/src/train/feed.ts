import { ArgumentError, describeValue } from "../array/index.js";
import { DataLoader, StreamLoader } from "../data/index.js";
import { type Tensor, tensor } from "../tensor/index.js";

/** Where a Trainer's batches come from: samples in memory, or a stream of them. */
export type Loader = DataLoader | StreamLoader;

/** @throws ArgumentError when `value` gives no batches */
export function requireLoader(operation: string, what: string, value: unknown): void {
  if (value instanceof DataLoader || value instanceof StreamLoader) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${what}, expected a DataLoader, or a ` +
      "StreamLoader for what memory does not hold.",
  );
}

/** What a loader's compiled step is kept for: loaders of one dataset share theirs. */
export const stepKeyOf = (loader: Loader): object =>
  loader instanceof DataLoader ? loader.dataset : loader;

/** The part of a compiled step that makes a batch of a call's arguments. */
export const gatherOf = (loader: Loader): ((...args: readonly Tensor[]) => readonly Tensor[]) =>
  loader instanceof DataLoader
    ? (...[indices]) => loader.dataset.take(indices as Tensor)
    : (...columns) => loader.transform(columns);

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

/** @param epoch counted from 0 */
export const feedOf = (loader: Loader, epoch: number): Feed =>
  loader instanceof DataLoader ? indexFeed(loader, epoch) : streamFeed(loader, epoch);

function indexFeed(loader: DataLoader, epoch: number): Feed {
  const order = loader.order(epoch);
  let start = 0;
  return {
    next() {
      if (start >= order.length) return undefined;
      // A view: the step reads its indices where the epoch's order stands.
      const indices = order.subarray(start, start + loader.batchSize);
      start += loader.batchSize;
      return { args: [tensor(indices)], samples: indices.length, isLast: start >= order.length };
    },
    async close() {},
  };
}

/** Reads one batch ahead, because whether a batch is the last shows when the next is asked for. */
function streamFeed(loader: StreamLoader, epoch: number): Feed {
  const batches = loader.read(epoch);
  let ahead: IteratorResult<readonly Tensor[], void> | undefined;
  return {
    async next() {
      const { done, value: args } = ahead ?? (await batches.next());
      if (done) return undefined;
      ahead = await batches.next();
      return { args, samples: args[0]?.shape[0] ?? 0, isLast: ahead.done === true };
    },
    async close() {
      await batches.return();
    },
  };
}
