import {
  ArgumentError,
  checkSeed,
  RandomGenerator,
  range,
  requireCount,
  requireFlag,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import type { Dataset } from "./dataset.js";
import type { Loader } from "./loader.js";
import { type LastBatch, requireEpoch, requireLastBatch } from "./loaderOptions.js";
import { requireDataset } from "./requireDataset.js";

export interface DataLoaderOptions {
  /** Samples a batch: 1 is pure stochastic descent, the size of the dataset classical descent. */
  readonly batchSize: number;
  /** Draws the samples of an epoch in random order, without replacement. Default false. */
  readonly shuffle?: boolean;
  /** Decides the order together with the epoch. Default 0. */
  readonly seed?: number;
  /** What becomes of the samples that do not fill a batch: a smaller batch, or none. Default "keep". */
  readonly lastBatch?: LastBatch;
}

const optionNames = ["batchSize", "shuffle", "seed", "lastBatch"];

/**
 * A dataset in batches. The order of the samples is a pure function of (seed, epoch), so that any
 * epoch can be repeated without those before it.
 *
 * ```ts
 * for (let epoch = 0; epoch < 10; epoch++) {
 *   for (const [x, y] of loader.batches(epoch)) step(x, y);
 * }
 * ```
 *
 * @throws ArgumentError when an option is out of its range, or no batch can be filled
 */
export class DataLoader<Batch extends readonly Tensor[] = readonly Tensor[]>
  implements Loader<Batch>
{
  readonly batchSize: number;
  /** Samples of one epoch. */
  readonly samples: number;
  /** Batches of one epoch. */
  readonly length: number;
  readonly #seed: number;
  readonly #shuffled: boolean;

  constructor(
    readonly dataset: Dataset<Batch>,
    options: DataLoaderOptions,
  ) {
    requireDataset("DataLoader", dataset);
    requireOptions("DataLoader", options, optionNames);
    const { batchSize, shuffle = false, seed = 0, lastBatch = "keep" } = options;
    requireCount("DataLoader", "batchSize", batchSize);
    requireFlag("DataLoader", "shuffle", shuffle);
    if (dataset.length === 0) {
      throw new ArgumentError("DataLoader: the data set is empty, expected at least one sample.");
    }
    requireLastBatch("DataLoader", lastBatch, dataset.length, batchSize);
    this.batchSize = batchSize;
    this.samples = dataset.length - (lastBatch === "drop" ? dataset.length % batchSize : 0);
    this.length = Math.ceil(this.samples / batchSize);
    this.#seed = checkSeed("DataLoader", seed);
    this.#shuffled = shuffle;
  }

  /** The indices of an epoch's samples in the order they come; batches are successive runs of it. */
  order(epoch: number): Int32Array {
    requireEpoch("DataLoader", epoch);
    const all = range(this.dataset.length);
    if (this.#shuffled) shuffle(all, new RandomGenerator(this.#seed, "shuffle", epoch));
    return all.subarray(0, this.samples);
  }

  /** Loaders of one dataset share their steps. */
  get stepKey(): object {
    return this.dataset;
  }

  /** The indices of the samples of each batch of an epoch, int32 (N,). */
  *read(epoch: number): IterableIterator<readonly [indices: Tensor]> {
    const order = this.order(epoch);
    for (let start = 0; start < order.length; start += this.batchSize) {
      // A view: a step reads its indices where the epoch's order stands.
      yield [tensor(order.subarray(start, start + this.batchSize))];
    }
  }

  gather([indices]: readonly Tensor[]): Batch {
    return this.dataset.take(indices as Tensor);
  }

  /** The batches of an epoch, each gathered when it is asked for. */
  *batches(epoch: number): IterableIterator<Batch> {
    for (const read of this.read(epoch)) yield this.gather(read);
  }
}
