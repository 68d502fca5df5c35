import { ArgumentError, requireCount, requireOptions } from "../array/index.js";
import { arange, type Tensor, tensor } from "../tensor/index.js";
import { flatten, lengthOf, requireIndex, requireSequences, type Sequence } from "./sequences.js";

export interface PadOptions {
  /** Of all rows: what is longer is cut at the end. Default: the longest sequence. */
  readonly length?: number;
  /** Default 0. */
  readonly paddingIndex?: number;
}

export interface Padded {
  /** int32 (N, T) */
  readonly indices: Tensor;
  /** int32 (N,): how many of each row are tokens; recurrent layers take them as `lengths`. */
  readonly lengths: Tensor;
  /** bool (N, T): true where a token stands, for attention. */
  readonly mask: Tensor;
}

/**
 * Sequences as rows of one length.
 *
 * @throws ArgumentError when there is no sequence, one holds something else than indices, or they
 *   would fill 2^31 places or more
 */
export function pad(sequences: readonly Sequence[], options: PadOptions = {}): Padded {
  requireOptions("pad", options, ["length", "paddingIndex"]);
  requireSequences("pad", "the sequences", sequences);
  const { paddingIndex = 0 } = options;
  requireIndex("pad", "paddingIndex", paddingIndex);
  const length = lengthOf("pad", sequences, options.length);
  if (sequences.length * length >= 2 ** 31) {
    throw new ArgumentError(
      `pad: received ${sequences.length} sequences for rows of ${length}, expected fewer than 2^31 ` +
        "indices in all; give a smaller length, or batches.",
    );
  }
  const indices = new Int32Array(sequences.length * length).fill(paddingIndex);
  sequences.forEach((sequence, row) => {
    indices.set(Array.from(sequence).slice(0, length), row * length);
  });
  const lengths = tensor(Int32Array.from(sequences, (each) => Math.min(each.length, length)));
  return {
    indices: tensor(indices, { shape: [sequences.length, length] }),
    lengths,
    mask: arange(length).less(lengths.unsqueeze(1)),
  };
}

export interface BagsOptions {
  /**
   * Places for indices, so that a compiled step fits all batches; for an `nn.EmbeddingBag` with
   * `includeLastOffset`. Default: as many as there are indices.
   */
  readonly capacity?: number;
}

export interface PackedBags {
  /** int32 (L,), or (capacity,) filled up with 0 */
  readonly indices: Tensor;
  /** int32 (N,): where each bag begins; with a capacity (N + 1,), the last is the end of the last. */
  readonly offsets: Tensor;
}

/**
 * Sequences one behind the other, as `nn.EmbeddingBag` takes them: nothing is padded.
 *
 * @throws ArgumentError when there is no sequence or no token, one holds something else than indices,
 *   or they are more than the capacity
 */
export function bags(sequences: readonly Sequence[], options: BagsOptions = {}): PackedBags {
  requireOptions("bags", options, ["capacity"]);
  requireSequences("bags", "the sequences", sequences);
  const { capacity } = options;
  const { indices, offsets } = flatten(sequences);
  if (capacity === undefined) {
    if (indices.length === 0) {
      throw new ArgumentError(
        "bags: all sequences are empty, expected at least one token; with a capacity they may be.",
      );
    }
    return { indices: tensor(indices), offsets: tensor(offsets.slice(0, -1)) };
  }
  requireCount("bags", "capacity", capacity);
  if (indices.length > capacity) {
    throw new ArgumentError(
      `bags: received ${indices.length} indices, expected at most the capacity of ${capacity}; ` +
        "raise it, or cut the sequences.",
    );
  }
  const filled = new Int32Array(capacity);
  filled.set(indices);
  return { indices: tensor(filled), offsets: tensor(offsets) };
}
