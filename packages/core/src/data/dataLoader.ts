import {
  ArgumentError,
  checkSeed,
  describeValue,
  Generator,
  range,
  requireCount,
  requireFlag,
  requireOptions,
  shuffle,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import type { Dataset } from "./dataset.js";
import { requireDataset } from "./requireDataset.js";

export interface DataLoaderOptions {
  /** Samples a batch: 1 is pure stochastic descent, the size of the dataset classical descent. */
  readonly batchSize: number;
  /** Draws the samples of an epoch in random order, without replacement. Default false. */
  readonly shuffle?: boolean;
  /** Decides the order together with the epoch. Default 0. */
  readonly seed?: number;
  /** What becomes of the samples that do not fill a batch: a smaller batch, or none. Default "keep". */
  readonly lastBatch?: "keep" | "drop";
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
export class DataLoader<Batch extends readonly Tensor[] = readonly Tensor[]> {
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
    if (lastBatch !== "keep" && lastBatch !== "drop") {
      throw new ArgumentError(
        `DataLoader: received lastBatch ${describeValue(lastBatch)}, expected "keep" or "drop".`,
      );
    }
    if (dataset.length === 0) {
      throw new ArgumentError("DataLoader: the data set is empty, expected at least one sample.");
    }
    if (lastBatch === "drop" && dataset.length < batchSize) {
      throw new ArgumentError(
        `DataLoader: ${dataset.length} samples do not fill one batch of ${batchSize}, and ` +
          'lastBatch "drop" drops what does not; use a smaller batchSize or lastBatch "keep".',
      );
    }
    this.batchSize = batchSize;
    this.samples = dataset.length - (lastBatch === "drop" ? dataset.length % batchSize : 0);
    this.length = Math.ceil(this.samples / batchSize);
    this.#seed = checkSeed(seed);
    this.#shuffled = shuffle;
  }

  /** The indices of an epoch's samples in the order they come; batches are successive runs of it. */
  order(epoch: number): Int32Array {
    if (!Number.isInteger(epoch) || epoch < 0) {
      throw new ArgumentError(
        `DataLoader: received epoch ${epoch}, expected an integer of at least 0.`,
      );
    }
    const all = range(this.dataset.length);
    if (this.#shuffled) shuffle(all, new Generator(this.#seed, "shuffle", epoch));
    return all.subarray(0, this.samples);
  }

  /** The batches of an epoch, each gathered when it is asked for. */
  *batches(epoch: number): IterableIterator<Batch> {
    const order = this.order(epoch);
    for (let start = 0; start < order.length; start += this.batchSize) {
      yield this.dataset.take(tensor(order.subarray(start, start + this.batchSize)));
    }
  }
}
