import type { Tensor } from "../tensor/index.js";
import type { Dataset } from "./dataset.js";
import type { StoredSamples } from "./stored.js";

/**
 * Batches, epoch after epoch: what a Trainer learns from and is measured on. Each comes in two moves:
 * `read` gets what differs from batch to batch, and `gather` makes the batch of it, inside the compiled
 * step. For other orders than those of `DataLoader`, `StreamLoader` and `text.BucketLoader` a class of
 * one's own implements it.
 */
export interface Loader<Batch extends readonly Tensor[] = readonly Tensor[]> {
  /** Samples of an epoch; undefined where only its end tells. */
  readonly samples: number | undefined;
  /** Batches of an epoch; undefined where only its end tells. */
  readonly length: number | undefined;
  /** The samples by index, where memory holds them. */
  readonly dataset?: Dataset;
  /** What batches are made of, where `dataset` does not tell; read by `storedSamples`. */
  readonly stored?: StoredSamples<Batch>;
  /** Loaders with one key share their compiled steps: their `gather` does the same. */
  readonly stepKey: object;
  /**
   * What the step is called with, batch by batch, the first axis of the first tensor being the samples.
   * One Program is compiled for each combination of shapes.
   *
   * @param epoch counted from 0; the same epoch reads the same
   */
  read(epoch: number): Iterable<readonly Tensor[]> | AsyncIterable<readonly Tensor[]>;
  /** The batch of what was read, by graph operations. */
  gather(read: readonly Tensor[]): Batch;
}

/** Tells a loader from a dataset, and from what is neither. */
export function isLoader(value: unknown): value is Loader {
  const { stepKey, read, gather } = (value ?? {}) as Partial<Loader>;
  return stepKey instanceof Object && typeof read === "function" && typeof gather === "function";
}
