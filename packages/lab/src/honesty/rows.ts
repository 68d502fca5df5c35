import {
  type Dataset,
  isLoader,
  type Loader,
  type Tensor,
  type TypedArray,
  tensor,
} from "@versant/core";
import type { Part } from "../experiment/part.js";

/** What the samples of a batch are made of. */
export interface ColumnRecord {
  readonly dtype: string;
  /** Of one sample; -1 where batches differ in a length. */
  readonly shape: readonly number[];
}

/** Samples as the model is given them, one after the other. */
export interface Rows {
  readonly count: number;
  /** Of every tensor of a batch, the target last. */
  readonly columns: readonly ColumnRecord[];
  /** The bytes of the inputs, row by row; good until the next rows are read. */
  readonly inputs: Uint8Array;
  /** The last column; absent where there is one column only, which is the input. */
  readonly target?: TypedArray;
}

/** Bytes that are gathered at a time, about: they stay in the cache until they are hashed. */
const chunkBytes = 2 ** 19;

/**
 * The rows of a part, some at a time. Of a loader whose samples are in memory they are those of its
 * dataset: in batches of unequal widths equal rows would differ by their padding.
 *
 * @param epoch of a stream, counted from 0; samples that are reached by index are those of any epoch
 */
export async function* readRows(part: Part, epoch = 0): AsyncGenerator<Rows, void, undefined> {
  const join = new Joiner();
  for await (const batch of batchesOf(part, epoch)) {
    const data = await Promise.all(batch.map((each) => each.data()));
    const count = batch[0]?.shape[0] ?? 0;
    const target = data.length > 1 ? data.at(-1) : undefined;
    const inputs = (target ? data.slice(0, -1) : data).map(bytesOf);
    yield {
      count,
      columns: batch.map(({ dtype, shape }) => ({ dtype, shape: shape.slice(1) })),
      inputs: join.rows(inputs, count),
      ...(target && { target }),
    };
  }
}

type Batches = AsyncGenerator<readonly Tensor[], void, undefined>;

function batchesOf(part: Part, epoch: number): Batches {
  if (!isLoader(part)) return inChunks(part);
  return part.dataset ? inChunks(part.dataset) : streamed(part, epoch);
}

async function* streamed(loader: Loader, epoch: number): Batches {
  for await (const read of loader.read(epoch)) yield loader.gather(read);
}

async function* inChunks(dataset: Dataset): Batches {
  const take = (start: number, count: number): readonly Tensor[] =>
    dataset.take(tensor(Int32Array.from({ length: count }, (_, row) => start + row)));
  const first = await Promise.all(take(0, 1).map((each) => each.data()));
  const bytes = first.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const chunk = Math.max(1, Math.floor(chunkBytes / Math.max(bytes, 1)));
  for (let start = 0; start < dataset.length; start += chunk) {
    yield take(start, Math.min(chunk, dataset.length - start));
  }
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Writes columns beside each other, in a memory that is used again. */
class Joiner {
  #memory = new Uint8Array(0);

  /** The bytes of each row, one column after the other; a single column as it is. */
  rows(columns: readonly Uint8Array[], count: number): Uint8Array {
    const [only] = columns;
    if (only && columns.length === 1) return only;
    const length = columns.reduce((sum, column) => sum + column.length, 0);
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    let at = 0;
    for (let row = 0; row < count; row++) {
      for (const column of columns) {
        const size = column.length / count;
        this.#memory.set(column.subarray(row * size, (row + 1) * size), at);
        at += size;
      }
    }
    return this.#memory.subarray(0, length);
  }
}
