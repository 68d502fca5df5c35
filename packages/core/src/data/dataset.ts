import {
  ArgumentError,
  describeValue,
  formatShape,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../array/index.js";
import { evaluate, Tensor, tensor } from "../tensor/index.js";
import { requireDataset } from "./requireDataset.js";
import { columnName, type StoredSamples } from "./stored.js";
import type { StreamColumn } from "./streamSource.js";

/**
 * Samples that are reached by index. `take` is made of graph operations: inside `compile` the data
 * stay where and as they are stored, and one Program gathers, converts and trains.
 */
export interface Dataset<Batch extends readonly Tensor[] = readonly Tensor[]> {
  /** Number of samples. */
  readonly length: number;
  /** The samples with these indices, int32 (N,), as tensors whose first axis is N. */
  take(indices: Tensor): Batch;
  /**
   * What the samples are stored as, where batches are made of something else; read by `storedSamples`.
   * Default: batches as `take` gives them.
   */
  readonly stored?: StoredSamples<Batch> | undefined;
}

/**
 * Tensors that share their first axis, the samples. Sample i is `[tensors[0][i], tensors[1][i]]`.
 *
 * @param tensors in order, or by name; the names appear in errors
 * @param options.transform graph function of the gathered tensors, so that what is stored small
 *   becomes what the model reads: `(image, label) => [image.cast("float32").divide(255), label]`
 * @throws ShapeError when a tensor is a scalar or the numbers of samples differ
 * @throws ArgumentError when there is no tensor or no sample
 */
export class TensorDataset<
  const Columns extends readonly Tensor[] = readonly Tensor[],
  const Batch extends readonly Tensor[] = Columns,
> implements Dataset<Batch>
{
  readonly length: number;
  /** What the transform makes batches of. */
  readonly stored: StoredSamples<Batch>;
  readonly #columns: readonly Tensor[];

  constructor(
    tensors: Columns | Readonly<Record<string, Tensor>>,
    options: { readonly transform?: (...columns: Columns) => Batch } = {},
  ) {
    requireOptions("TensorDataset", options, ["transform"]);
    const { transform } = options;
    if (transform) requireInstance("TensorDataset", "the transform", transform, Function);
    if (tensors instanceof Tensor) {
      throw new ArgumentError(
        "TensorDataset: received a Tensor, expected a list of them: [inputs, targets].",
      );
    }
    const named = Array.isArray(tensors)
      ? tensors.map((column, position) => [`tensor ${position}`, column] as const)
      : Object.entries(tensors ?? {});
    for (const [name, column] of named) requireInstance("TensorDataset", name, column, Tensor);
    // Otherwise every batch would compute whole columns again.
    evaluate(named.map(([, column]) => column));
    this.length = countSamples(named);
    this.#columns = named.map(([, column]) => column);
    const isNamed = !Array.isArray(tensors);
    this.stored = {
      columns: named.map(
        ([name, { shape, dtype }], index): StreamColumn => ({
          name: isNamed ? name : columnName(index),
          shape: shape.slice(1),
          dtype,
        }),
      ),
      transform: (...columns) =>
        transform
          ? transform(...(columns as readonly Tensor[] as Columns))
          : (columns as readonly Tensor[] as Batch),
    };
  }

  take(indices: Tensor): Batch {
    return this.stored.transform(...this.#columns.map((column) => column.take(indices)));
  }
}

/** The number of samples that all columns have. */
function countSamples(columns: readonly (readonly [string, Tensor])[]): number {
  const described = columns.map(([name, { shape }]) => `${name} ${formatShape(shape)}`).join(", ");
  const sizes = new Set(columns.map(([, { shape }]) => shape[0]));
  const [length] = sizes;
  if (columns.length === 0) {
    throw new ArgumentError("TensorDataset: received no tensor, expected at least one.");
  }
  if (sizes.has(undefined)) {
    throw new ShapeError(
      `TensorDataset: received ${described}, expected tensors whose first axis counts the ` +
        "samples; a scalar has no axis.",
    );
  }
  if (sizes.size > 1) {
    throw new ShapeError(
      `TensorDataset: received ${described}, expected the same number of samples (first axis) ` +
        "in each; inputs and targets probably come from different files or splits.",
    );
  }
  if (!length) {
    throw new ArgumentError(
      `TensorDataset: received ${described}, expected at least one sample; the data set is empty.`,
    );
  }
  return length;
}

/**
 * Some samples of a dataset, in the given order; nothing is copied but the indices.
 *
 * @throws ArgumentError when there is no index, or one is not that of a sample
 */
export class Subset<Batch extends readonly Tensor[] = readonly Tensor[]> implements Dataset<Batch> {
  readonly length: number;
  /** Positions in the whole dataset; not to be written, as the graph reads them where they are. */
  readonly indices: Int32Array;
  /** What they are samples of. */
  readonly whole: Dataset<Batch>;
  readonly #positions: Tensor;

  constructor(whole: Dataset<Batch>, indices: ArrayLike<number>) {
    requireDataset("Subset", whole);
    if (!Array.isArray(indices) && !ArrayBuffer.isView(indices)) {
      throw new ArgumentError(
        `Subset: received ${describeValue(indices)} as indices, expected a list of integers.`,
      );
    }
    const list = indices as ArrayLike<number>;
    for (let position = 0; position < list.length; position++) {
      const index = list[position] as number;
      if (Number.isInteger(index) && index >= 0 && index < whole.length) continue;
      throw new ArgumentError(
        `Subset: received index ${index}, expected integers from 0 to ${whole.length - 1}, as ` +
          `the dataset has ${whole.length} samples.`,
      );
    }
    if (indices.length === 0) {
      throw new ArgumentError("Subset: received no index, expected at least one; it is empty.");
    }
    this.whole = whole;
    this.indices = new Int32Array(list);
    this.length = this.indices.length;
    this.#positions = tensor(this.indices);
  }

  get stored(): StoredSamples<Batch> | undefined {
    return this.whole.stored;
  }

  take(indices: Tensor): Batch {
    return this.whole.take(this.#positions.take(indices));
  }
}
