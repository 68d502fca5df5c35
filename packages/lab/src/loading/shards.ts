import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  ArgumentError,
  RandomGenerator,
  type StreamChunk,
  type StreamColumn,
  type StreamSource,
} from "@versant/core";
import {
  checkSeed,
  describeValue,
  shuffle as inRandomOrder,
  range,
  requireCount,
  requireFlag,
  requireOptions,
  sizeOf,
} from "@versant/core/internal";
import { bytesOf, elementsOf, readLayout, type StoredLayout } from "../weights/safetensors.js";
import { partEnding } from "./writeShards.js";

export interface ShardsOptions {
  /** The tensors that are read from each shard, in the order of a batch's columns. */
  readonly columns: readonly string[];
  /** Takes the shards in another order every epoch. Default false. */
  readonly shuffle?: boolean;
  /** Decides that order together with the epoch. Default 0. */
  readonly seed?: number;
  /** Bytes that are read at a time, about; one stretch is read ahead. Default 1 MiB. */
  readonly stretch?: number;
}

/** A file of a set. */
interface Shard {
  readonly path: string;
  readonly samples: number;
  /** The columns, in the order that was asked for. */
  readonly tensors: readonly StoredLayout[];
}

/**
 * Samples from the safetensors files of a folder, in the order of their names, for data of any size:
 * each file holds some samples as tensors (N, ...) of the same names, and is read by stretches.
 * `writeShards` writes such a folder, and so does any program that writes safetensors.
 *
 * @throws ArgumentError when the folder holds no shard or a set that is not complete, one is truncated or no safetensors file, or
 *   columns are missing, of different lengths, or not the same in all shards
 */
export function shards(folder: string, options: ShardsOptions): StreamSource {
  requireOptions("shards", options, ["columns", "shuffle", "seed", "stretch"]);
  const { columns: names, shuffle = false, seed = 0, stretch = 2 ** 20 } = options;
  requireFlag("shards", "shuffle", shuffle);
  checkSeed("shards", seed);
  requireCount("shards", "stretch", stretch);
  // The buffer of a StreamLoader draws from index 0.
  const generatorOf = (epoch: number): RandomGenerator =>
    new RandomGenerator(seed, "shuffle", epoch, 1);
  if (!Array.isArray(names) || names.length === 0) {
    throw new ArgumentError(
      `shards: received columns ${describeValue(names)}, expected a list of names such as ` +
        '["image", "label"].',
    );
  }
  const set = shardFiles(folder).map((path) => openShard(path, names));
  const columns = commonColumns(set);
  const sampleBytes = columns.reduce(
    (sum, { shape, dtype }) => sum + sizeOf(shape) * bytesOf(dtype),
    0,
  );
  const atOnce = Math.max(1, Math.floor(stretch / Math.max(1, sampleBytes)));
  return {
    columns,
    samples: set.reduce((sum, shard) => sum + shard.samples, 0),
    async *read(epoch) {
      const order = range(set.length);
      if (shuffle) inRandomOrder(order, generatorOf(epoch));
      for (const place of order) yield* readShard(set[place] as Shard, columns, atOnce);
    },
  };
}

function shardFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new ArgumentError(
      `shards: cannot read the folder ${resolve(folder)} ` +
        `(${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  const part = names.find((name) => name.endsWith(partEnding));
  if (part !== undefined) {
    throw new ArgumentError(
      `shards: the folder ${resolve(folder)} holds ${part}, expected a complete set; writeShards was ` +
        "ended before it was done, so delete the folder and write it again.",
    );
  }
  const found = names.filter((name) => name.endsWith(".safetensors")).sort();
  if (found.length === 0) {
    throw new ArgumentError(
      `shards: the folder ${resolve(folder)} holds no .safetensors file, expected at least one; ` +
        "writeShards makes them.",
    );
  }
  return found.map((name) => join(folder, name));
}

/** Reads the header of a shard. */
function openShard(path: string, names: readonly string[]): Shard {
  const file = openSync(path, "r");
  try {
    const layout = readLayout(path, fstatSync(file).size, (start, end) => {
      const bytes = new Uint8Array(end - start);
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start));
    });
    const tensors = names.map((name) => {
      const found = layout.find(({ key }) => key === name);
      if (found && found.shape.length > 0) return found;
      const there = layout.map(({ key }) => key).join(", ");
      throw new ArgumentError(
        `${path}: ${found ? `tensor "${name}" is a scalar` : `there is no tensor "${name}"`}, ` +
          `expected one whose first axis counts the samples; the file has ${there}.`,
      );
    });
    const counts = tensors.map(({ shape }) => shape[0] as number);
    const [samples = 0] = counts;
    if (counts.some((count) => count !== samples)) {
      const described = tensors.map(({ key }, index) => `${key} ${counts[index]}`).join(", ");
      throw new ArgumentError(
        `${path}: received different numbers of samples (${described}), expected the same in each; ` +
          "the columns come from different sets.",
      );
    }
    return { path, samples, tensors };
  } finally {
    closeSync(file);
  }
}

/** @throws ArgumentError when a shard has another shape or dtype than the first */
function commonColumns([first, ...others]: readonly Shard[]): StreamColumn[] {
  const columns = (first?.tensors ?? []).map(({ key, shape, dtype }) => {
    return { name: key, shape: shape.slice(1), dtype };
  });
  for (const { path, tensors } of others) {
    tensors.forEach(({ key, shape, dtype }, index) => {
      const expected = columns[index];
      const rest = shape.slice(1);
      if (expected?.dtype === dtype && expected.shape.join() === rest.join()) return;
      throw new ArgumentError(
        `${path}: samples of "${key}" are ${dtype} (${rest.join(", ")}), expected ` +
          `${expected?.dtype} (${expected?.shape.join(", ")}) as in ${first?.path}.`,
      );
    });
  }
  return columns;
}

/** The samples of a shard, so many at once; the next ones are read while these are used. */
async function* readShard(
  shard: Shard,
  columns: readonly StreamColumn[],
  atOnce: number,
): AsyncGenerator<StreamChunk, void, undefined> {
  const file = await open(shard.path, "r");
  const chunkAt = (start: number): Promise<StreamChunk> | null => {
    if (start >= shard.samples) return null;
    const chunk = readChunk(file, shard, columns, start, Math.min(atOnce, shard.samples - start));
    // It is awaited later: until then its failure is not an unhandled one.
    chunk.catch(() => {});
    return chunk;
  };
  let ahead = chunkAt(0);
  try {
    for (let next = atOnce; ahead; next += atOnce) {
      const chunk = await ahead;
      ahead = chunkAt(next);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => {});
    await file.close();
  }
}

async function readChunk(
  file: FileHandle,
  { path, tensors }: Shard,
  columns: readonly StreamColumn[],
  from: number,
  count: number,
): Promise<StreamChunk> {
  return Promise.all(
    columns.map(async ({ shape, dtype }, index) => {
      const width = sizeOf(shape) * bytesOf(dtype);
      const bytes = new Uint8Array(count * width);
      const position = (tensors[index]?.start ?? 0) + from * width;
      const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
      if (bytesRead === bytes.length) return elementsOf(dtype, bytes.buffer);
      throw new ArgumentError(
        `${path}: received ${bytesRead} bytes at ${position}, expected ${bytes.length}; the file ` +
          "was shortened while it was read.",
      );
    }),
  );
}
