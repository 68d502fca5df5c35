import {
  type Dataset,
  isLoader,
  type Loader,
  type Tensor,
  type TypedArray,
  tensor,
} from "@versant/core";
import type { Part } from "../experiment/part.js";

/** A sample as the model is given it: the bytes of its inputs, and those of its target. */
export interface Row {
  readonly input: Uint8Array;
  readonly target: Uint8Array | undefined;
}

/** Bytes that are gathered at a time, about: they stay in the cache until they are hashed. */
const chunkBytes = 2 ** 18;

/**
 * The rows of a part, some at a time. Of a loader whose samples are in memory they are those of its
 * dataset: in batches of unequal widths equal rows would differ by their padding.
 *
 * @param epoch of a stream, counted from 0; samples that are reached by index are those of any epoch
 */
export async function* readRows(part: Part, epoch = 0): AsyncGenerator<Row[], void, undefined> {
  for await (const batch of batchesOf(part, epoch)) {
    const columns = await Promise.all(batch.map(async (each) => bytesOf(await each.data())));
    yield rowsOf(columns, batch[0]?.shape[0] ?? 0);
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

const bytesOf = ({ buffer, byteOffset, byteLength }: TypedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The last column is the target; where there is one column only, it is the input. */
function rowsOf(columns: readonly Uint8Array[], count: number): Row[] {
  const inputs = joinRows(columns.length > 1 ? columns.slice(0, -1) : columns, count);
  const targets = columns.length > 1 ? joinRows(columns.slice(-1), count) : [];
  return inputs.map((input, row) => ({ input, target: targets[row] }));
}

/** The bytes of each row, one column after the other; views where there is one column. */
function joinRows(columns: readonly Uint8Array[], count: number): Uint8Array[] {
  const views = columns.map((column) => {
    const size = column.length / count;
    return (row: number): Uint8Array => column.subarray(row * size, (row + 1) * size);
  });
  const [only] = views;
  return Array.from({ length: count }, (_, row) =>
    only && views.length === 1 ? only(row) : Buffer.concat(views.map((view) => view(row))),
  );
}
