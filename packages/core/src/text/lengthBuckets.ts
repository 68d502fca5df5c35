import {
  ArgumentError,
  Generator,
  range,
  requireCount,
  requireInstance,
  requireOptions,
  shuffle,
} from "../array/index.js";

export interface LengthBucketsOptions {
  readonly batchSize: number;
  /** Decides the order together with the epoch. Default 0. */
  readonly seed?: number;
  /** Batches that are drawn together and sorted by length. Default 64; 1 sorts nothing. */
  readonly pool?: number;
}

/** A batch of sequences of similar length. */
export interface LengthBatch {
  /** Which sequences. */
  readonly indices: Int32Array;
  /** The smallest power of two that holds the longest: few shapes, so few Programs are compiled. */
  readonly tokens: number;
}

/**
 * The batches of an epoch, each of sequences of similar length, so that little of them is padding.
 * Sequences are drawn in random order, pool after pool is sorted by length and cut into batches, and the
 * batches come in random order: a pure function of (seed, epoch).
 *
 * ```ts
 * for (const { indices, tokens } of lengthBuckets(lengths, epoch, { batchSize: 32 })) {
 *   const [inputs, targets] = dataset.take(tensor(indices), tokens);
 *   step(inputs, targets);
 * }
 * ```
 *
 * @param lengths of the sequences, in tokens
 * @throws ArgumentError when an option is out of its range, or there is no sequence
 */
export function lengthBuckets(
  lengths: readonly number[],
  epoch: number,
  options: LengthBucketsOptions,
): LengthBatch[] {
  requireOptions("lengthBuckets", options, ["batchSize", "seed", "pool"]);
  const { batchSize, seed = 0, pool = 64 } = options;
  requireCount("lengthBuckets", "batchSize", batchSize);
  requireCount("lengthBuckets", "pool", pool);
  requireInstance("lengthBuckets", "the lengths", lengths, Array);
  if (!Number.isInteger(epoch) || epoch < 0) {
    throw new ArgumentError(
      `lengthBuckets: received epoch ${epoch}, expected an integer of at least 0.`,
    );
  }
  if (lengths.length === 0) {
    throw new ArgumentError("lengthBuckets: received no length, expected at least one.");
  }
  const wrong = lengths.findIndex((length) => !Number.isInteger(length) || length < 0);
  if (wrong >= 0) {
    throw new ArgumentError(
      `lengthBuckets: received ${lengths[wrong]} as length ${wrong}, expected the number of tokens.`,
    );
  }
  const generator = new Generator(seed, "shuffle", epoch);
  const order = shuffle(range(lengths.length), generator);
  const batches: Int32Array[] = [];
  for (let start = 0; start < order.length; start += pool * batchSize) {
    const drawn = order.slice(start, start + pool * batchSize);
    if (pool > 1) drawn.sort((a, b) => (lengths[a] as number) - (lengths[b] as number));
    for (let first = 0; first < drawn.length; first += batchSize) {
      batches.push(drawn.subarray(first, first + batchSize));
    }
  }
  return [...shuffle(range(batches.length), generator)].map((position) => {
    const indices = batches[position] as Int32Array;
    const longest = indices.reduce((most, each) => Math.max(most, lengths[each] as number), 1);
    return { indices, tokens: 2 ** Math.ceil(Math.log2(longest)) };
  });
}
