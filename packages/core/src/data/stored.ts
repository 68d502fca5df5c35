import { ArgumentError, describeValue } from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import type { Dataset } from "./dataset.js";
import { isLoader, type Loader } from "./loader.js";
import { requireDataset } from "./requireDataset.js";
import type { StreamColumn } from "./streamSource.js";

/** What a batch is made of, as it is stored, and how. */
export interface StoredSamples<Batch extends readonly Tensor[] = readonly Tensor[]> {
  /** Name, dtype and shape of each column, as one sample has it. */
  readonly columns: readonly StreamColumn[];
  /** The batch of some samples, from their columns (N, ...), by graph operations. */
  readonly transform: (...columns: readonly Tensor[]) => Batch;
}

/**
 * What samples are before anything has been made of them: the bytes of an image, say, and the transform
 * that makes numbers of the bytes. A model that is to be used where no dataset is takes these.
 *
 * A dataset that says nothing by `stored` has its batches themselves for columns.
 *
 * @throws ArgumentError for what is neither a dataset nor a loader, and for a loader that does not tell
 */
export function storedSamples(data: Dataset | Loader): StoredSamples {
  if (!isLoader(data)) {
    requireDataset("storedSamples", data);
    return data.stored ?? asTaken(data);
  }
  if (data.stored) return data.stored;
  if (data.dataset) return storedSamples(data.dataset);
  throw new ArgumentError(
    `storedSamples: received ${describeValue(data)} that has neither stored nor dataset, expected a loader ` +
      "that says what its batches are made of; give it a property `stored` of columns and transform.",
  );
}

/** Batches as they are; nothing is computed to learn their shapes. */
function asTaken(dataset: Dataset): StoredSamples {
  const batch = dataset.take(tensor(Int32Array.of(0)));
  return {
    columns: batch.map(({ shape, dtype }, index) => ({
      name: columnName(index),
      shape: shape.slice(1),
      dtype,
    })),
    transform: (...columns) => columns,
  };
}

/** What a column is called that nobody named. */
export const columnName = (index: number): string => `input${index}`;
