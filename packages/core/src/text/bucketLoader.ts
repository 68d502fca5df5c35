import {
  ArgumentError,
  checkSeed,
  describeValue,
  RandomGenerator,
  range,
  requireCount,
  requireInstance,
  requireOptions,
  shuffle,
} from "../array/index.js";
import type { Loader } from "../data/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { SequenceDataset } from "./sequenceDataset.js";

export interface BucketLoaderOptions {
  /** Sequences a batch. */
  readonly batchSize: number;
  /** Decides the order together with the epoch. Default 0. */
  readonly seed?: number;
  /** Batches that are drawn together and sorted by length. Default 64; 1 sorts nothing. */
  readonly pool?: number;
}

/** Sequences of similar length. */
interface Bucket {
  readonly indices: Int32Array;
  /** T of the batch. */
  readonly tokens: number;
}

type SequenceBatch = readonly [indices: Tensor, targets: Tensor];

/**
 * Batches of sequences of similar length, each padded only as far as its longest needs, so that little
 * of what a model reads is padding. Sequences are drawn in random order, pool after pool is sorted by
 * length and cut into batches, and the batches come in random order: a pure function of (seed, epoch).
 * A batch has a power of two as its T, or that of the dataset where it is less: few shapes, and one
 * Program is compiled for each.
 *
 * ```ts
 * const dataset = new text.SequenceDataset(sequences, labels);
 * const train = new text.BucketLoader(dataset, { batchSize: 32, seed: 1 });
 * await trainer.fit({ train, epochs: 5 });
 * ```
 *
 * @throws ArgumentError when an option is out of its range, or the dataset has no sequences
 */
export class BucketLoader implements Loader<SequenceBatch> {
  readonly batchSize: number;
  /** Sequences of one epoch. */
  readonly samples: number;
  /** Batches of one epoch. */
  readonly length: number;
  readonly #seed: number;
  readonly #pool: number;

  constructor(
    readonly dataset: SequenceDataset,
    options: BucketLoaderOptions,
  ) {
    requireInstance(
      "BucketLoader",
      "the dataset",
      dataset,
      SequenceDataset,
      "a Subset hides the lengths, so split sequences before they become a dataset",
    );
    requireOptions("BucketLoader", options, ["batchSize", "seed", "pool"]);
    const { batchSize, seed = 0, pool = 64 } = options;
    requireCount("BucketLoader", "batchSize", batchSize);
    requireCount("BucketLoader", "pool", pool);
    this.batchSize = batchSize;
    this.samples = dataset.length;
    this.length = Math.ceil(dataset.length / batchSize);
    this.#seed = checkSeed("BucketLoader", seed);
    this.#pool = pool;
  }

  get stepKey(): object {
    return this;
  }

  /** Of each batch which sequences, int32 (N,), and the places of its rows, int32 (T,). */
  *read(epoch: number): IterableIterator<readonly [indices: Tensor, places: Tensor]> {
    for (const { indices, tokens } of this.#buckets(epoch)) {
      yield [tensor(indices), tensor(range(tokens))];
    }
  }

  /** Of the places only the shape is used, which decides the Program. */
  gather([indices, places]: readonly Tensor[]): SequenceBatch {
    return this.dataset.take(indices as Tensor, places?.shape[0]);
  }

  /** The batches of an epoch, each gathered when it is asked for. */
  *batches(epoch: number): IterableIterator<SequenceBatch> {
    for (const read of this.read(epoch)) yield this.gather(read);
  }

  #buckets(epoch: number): Bucket[] {
    if (!Number.isInteger(epoch) || epoch < 0) {
      throw new ArgumentError(
        `BucketLoader: received epoch ${describeValue(epoch)}, expected an integer of at least 0.`,
      );
    }
    const { batchSize, dataset } = this;
    const lengthAt = (index: number): number => dataset.lengths[index] as number;
    const generator = new RandomGenerator(this.#seed, "shuffle", epoch);
    const order = shuffle(range(dataset.length), generator);
    const batches: Int32Array[] = [];
    for (let start = 0; start < order.length; start += this.#pool * batchSize) {
      const drawn = order.subarray(start, start + this.#pool * batchSize);
      if (this.#pool > 1) drawn.sort((a, b) => lengthAt(a) - lengthAt(b));
      for (let first = 0; first < drawn.length; first += batchSize) {
        batches.push(drawn.subarray(first, first + batchSize));
      }
    }
    return Array.from(shuffle(range(batches.length), generator), (position) => {
      const indices = batches[position] as Int32Array;
      const longest = indices.reduce((most, index) => Math.max(most, lengthAt(index)), 0);
      return { indices, tokens: Math.min(roundUp(longest), dataset.tokens) };
    });
  }
}

/** The smallest power of two that is not below `count`; 1 for 0. */
const roundUp = (count: number): number => 2 ** (32 - Math.clz32(Math.max(count, 1) - 1));
