import {
  ArgumentError,
  checkSeed,
  RandomGenerator,
  requireAtLeast,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import type { Loader } from "./loader.js";
import { type LastBatch, requireEpoch, requireLastBatch } from "./loaderOptions.js";
import { type Run, SampleBuffer, ShuffleBuffer } from "./sampleBuffer.js";
import type { StoredSamples } from "./stored.js";
import {
  readingOf,
  requireSource,
  type StreamChunk,
  type StreamSource,
  samplesOf,
} from "./streamSource.js";

export interface StreamLoaderOptions<Batch extends readonly Tensor[] = readonly Tensor[]> {
  /** Samples a batch. */
  readonly batchSize: number;
  /**
   * Samples that are held back for shuffling: each sample that comes takes the place of one of them,
   * drawn at random, which goes into a batch. 0 keeps the order of the source. Default 0.
   */
  readonly shuffleBuffer?: number;
  /** Decides the draws together with the epoch. Default 0. */
  readonly seed?: number;
  /** What becomes of the samples that do not fill a batch: a smaller batch, or none. Default "keep". */
  readonly lastBatch?: LastBatch;
  /** Graph function of the columns of a batch, each (N, ...); it is part of the compiled step. */
  readonly transform?: (...columns: readonly Tensor[]) => Batch;
}

const optionNames = ["batchSize", "shuffleBuffer", "seed", "lastBatch", "transform"];

/**
 * Samples of a source in batches, for data that no memory holds: what is in memory is a chunk of the
 * source, the buffer for shuffling and the batches in use. What fits into memory is faster from a
 * `DataLoader`.
 *
 * The order is a pure function of (seed, epoch) and of the order of the source. A sample comes at
 * most `shuffleBuffer` samples early, however large the source: samples sorted by class need a
 * buffer as large as a class, or shards in random order besides.
 *
 * ```ts
 * const train = new StreamLoader(source, { batchSize: 64, shuffleBuffer: 10_000, seed: 1 });
 * await trainer.fit({ train, epochs: 3 });
 * ```
 *
 * @throws ArgumentError when an option is out of its range, or a known number of samples does not
 *   fill a batch
 */
export class StreamLoader<Batch extends readonly Tensor[] = readonly Tensor[]>
  implements Loader<Batch>
{
  readonly batchSize: number;
  /** Samples of an epoch, where the source knows them. */
  readonly samples: number | undefined;
  /** Batches of an epoch, where the source knows its samples. */
  readonly length: number | undefined;
  readonly #buffer: number;
  readonly #seed: number;
  readonly #drops: boolean;
  readonly #transform: ((...columns: readonly Tensor[]) => Batch) | undefined;

  constructor(
    readonly source: StreamSource,
    options: StreamLoaderOptions<Batch>,
  ) {
    requireSource("StreamLoader", source);
    requireOptions("StreamLoader", options, optionNames);
    const { batchSize, shuffleBuffer = 0, seed = 0, lastBatch = "keep", transform } = options;
    requireCount("StreamLoader", "batchSize", batchSize);
    requireAtLeast("StreamLoader", "shuffleBuffer", shuffleBuffer, 0);
    requireLastBatch("StreamLoader", lastBatch, source.samples, batchSize);
    if (transform) requireInstance("StreamLoader", "the transform", transform, Function);
    const { samples } = source;
    this.batchSize = batchSize;
    const dropped = lastBatch === "drop" ? (samples ?? 0) % batchSize : 0;
    this.samples = samples === undefined ? undefined : samples - dropped;
    this.length = this.samples === undefined ? undefined : Math.ceil(this.samples / batchSize);
    this.#buffer = shuffleBuffer;
    this.#seed = checkSeed("StreamLoader", seed);
    this.#drops = lastBatch === "drop";
    this.#transform = transform;
  }

  get stepKey(): object {
    return this;
  }

  /** The columns of the source, and the transform. */
  get stored(): StoredSamples<Batch> {
    const { columns } = this.source;
    return { columns, transform: (...given) => this.gather(given) };
  }

  /** What the transform makes of the columns of a batch; graph operations. */
  gather(columns: readonly Tensor[]): Batch {
    return this.#transform ? this.#transform(...columns) : (columns as readonly Tensor[] as Batch);
  }

  /** The columns of each batch of an epoch, as the source stores them, (N, ...). */
  async *read(epoch: number): AsyncGenerator<readonly Tensor[], void, undefined> {
    requireEpoch("StreamLoader", epoch);
    const { columns } = this.source;
    for await (const arrays of this.#batches(epoch)) {
      const samples = samplesOf(columns, arrays);
      yield columns.map(({ shape, dtype }, index) =>
        // The array is nobody else's: a batch is written once.
        tensor(arrays[index] ?? [], { shape: [samples, ...shape], dtype }),
      );
    }
  }

  /** The batches of an epoch, transformed. */
  async *batches(epoch: number): AsyncGenerator<Batch, void, undefined> {
    for await (const columns of this.read(epoch)) yield this.gather(columns);
  }

  /** What the source gave is compared with what it announced before the rest is dropped. */
  #requireSamples(epoch: number, given: number): void {
    const { samples } = this.source;
    const least = samples ?? (this.#drops ? this.batchSize : 1);
    if (samples === undefined ? given >= least : given === samples) return;
    throw new ArgumentError(
      `StreamLoader: the source gave ${given} samples in epoch ${epoch}, expected ` +
        `${samples === undefined ? "at least " : ""}${least}; ` +
        (given === 0
          ? "it is empty, or was read before."
          : samples === undefined
            ? 'they fill no batch, and lastBatch "drop" drops what does not.'
            : "it says one number and gives another."),
    );
  }

  /** Arrays of `batchSize` samples each, but for the last. */
  async *#batches(epoch: number): AsyncGenerator<StreamChunk, void, undefined> {
    const { columns } = this.source;
    const shuffled =
      this.#buffer > 0
        ? new ShuffleBuffer(
            columns,
            this.#buffer,
            new RandomGenerator(this.#seed, "shuffle", epoch),
          )
        : null;
    let batch = new SampleBuffer(columns, this.batchSize);
    let filled = 0;
    /** Copies a run into batches, and gives those that it fills. */
    const { batchSize } = this;
    function* fill({ chunk, from, count }: Run): Iterable<StreamChunk> {
      for (let done = 0; done < count; ) {
        const part = Math.min(count - done, batchSize - filled);
        batch.set(chunk, from + done, filled, part);
        done += part;
        filled += part;
        if (filled < batchSize) continue;
        yield batch.arrays;
        batch = new SampleBuffer(columns, batchSize);
        filled = 0;
      }
    }
    let given = 0;
    for await (const chunk of readingOf(this.source, epoch)) {
      const whole = { chunk, from: 0, count: samplesOf(columns, chunk) };
      given += whole.count;
      if (!shuffled && filled === 0 && whole.count === batchSize) {
        // A batch already: nothing is to be copied.
        yield chunk;
        continue;
      }
      for (const run of shuffled ? shuffled.exchange(whole) : [whole]) yield* fill(run);
    }
    for (const run of shuffled?.rest() ?? []) yield* fill(run);
    if (filled > 0 && !this.#drops) yield batch.first(filled);
    this.#requireSamples(epoch, given);
  }
}
