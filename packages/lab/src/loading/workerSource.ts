import { RandomGenerator, type StreamColumn, type StreamSource } from "@versant/core";
import {
  checkSeed,
  shuffle as inRandomOrder,
  range,
  requireCount,
  requireFlag,
  requireInstance,
  requireOptions,
} from "@versant/core/internal";
import { WorkerPool } from "./workerPool.js";

export interface WorkerSourceOptions {
  /** A JavaScript module that exports `samples(options)`, see `Samples`. */
  readonly module: URL;
  /** What `samples` gets: anything that can be sent to a worker. */
  readonly options: unknown;
  readonly columns: readonly StreamColumn[];
  /** How many there are; the workers are asked for 0 to that less 1. */
  readonly samples: number;
  /** Some of them may be left out, so that the length of an epoch is not known. Default false. */
  readonly maySkip?: boolean;
  /** Takes the samples in random order. Default false. */
  readonly shuffle?: boolean;
  /** Decides that order together with the epoch. Default 0. */
  readonly seed?: number;
  /** Threads. Default 1. */
  readonly workers?: number;
  /** Samples that a worker prepares at a time. Default 64. */
  readonly chunk?: number;
  /** Chunks a worker that are prepared or wait to be used, at most. Default 16. */
  readonly ahead?: number;
}

/** A source whose samples worker threads prepare. */
export interface WorkerSource extends StreamSource {
  /** Names of the samples that were left out, in all epochs so far, each once. */
  readonly skipped: ReadonlySet<string>;
  /** Ends the threads; reading on starts them again. A program ends without it, too. */
  close(): Promise<void>;
}

const optionNames = [
  "module",
  "options",
  "columns",
  "samples",
  "maySkip",
  "shuffle",
  "seed",
  "workers",
  "chunk",
  "ahead",
];

/**
 * Samples that worker threads prepare while the model trains: decoding, augmentation. Their memory
 * is handed over, not copied. The order is a pure function of (seed, epoch), and the samples come in
 * it whatever the number of workers: chunks are dealt out in turn and awaited in turn.
 *
 * @throws ArgumentError when an option is out of its range; while reading, when a sample cannot be
 *   prepared, with its name
 * @throws ExecutionError while reading, when a worker dies or the source is closed
 */
export function workerSource(options: WorkerSourceOptions): WorkerSource {
  requireOptions("workerSource", options, optionNames);
  const { samples, maySkip = false, shuffle = false, seed = 0 } = options;
  const { workers = 1, chunk = 64, ahead = 16 } = options;
  requireInstance("workerSource", "the module", options.module, URL);
  for (const [name, value] of Object.entries({ samples, workers, chunk, ahead })) {
    requireCount("workerSource", name, value);
  }
  requireFlag("workerSource", "maySkip", maySkip);
  requireFlag("workerSource", "shuffle", shuffle);
  checkSeed("workerSource", seed);
  // The buffer of a StreamLoader draws from index 0, shards from 1.
  const generatorOf = (epoch: number): RandomGenerator =>
    new RandomGenerator(seed, "shuffle", epoch, 2);
  const used = Math.min(workers, Math.ceil(samples / chunk));
  const setup = { module: options.module.href, options: options.options, columns: options.columns };
  const skipped = new Set<string>();
  let pool: WorkerPool | undefined;
  return {
    columns: options.columns,
    ...(!maySkip && { samples }),
    skipped,
    async *read(epoch) {
      const order = range(samples);
      if (shuffle) inRandomOrder(order, generatorOf(epoch));
      if (!pool || pool.hasFailed) pool = new WorkerPool(setup, used);
      const current = pool;
      const queue: ReturnType<WorkerPool["prepare"]>[] = [];
      let next = 0;
      for (;;) {
        while (next < samples && queue.length < used * ahead) {
          const wanted = current.prepare({ epoch, indices: order.slice(next, next + chunk) });
          // It is awaited later: until then its failure is not an unhandled one.
          wanted.catch(() => {});
          queue.push(wanted);
          next += chunk;
        }
        const delivery = queue.shift();
        if (!delivery) return;
        current.requireOpen();
        const { columns, skipped: names } = await delivery;
        for (const name of names) skipped.add(name);
        yield columns;
      }
    },
    async close() {
      const closing = pool;
      pool = undefined;
      await closing?.close();
    },
  };
}
