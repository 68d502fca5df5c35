import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError, StreamLoader, type StreamSource, type Tensor } from "@versant/core";
import { requireCount, requireOptions } from "@versant/core/internal";
import { encodeSafetensors, type StoredTensor } from "../weights/safetensors.js";

/** Ends the names of shards of a set that is not complete yet. */
export const partEnding = ".safetensors.part";

/**
 * Writes what a source gives in its first epoch as files that `shards` reads, `samples` in each:
 * CSV that is parsed once, images that are decoded once. In memory is one shard at a time. The files
 * get their names when all are written, so that a run that fails leaves no set that looks complete.
 *
 * @param folder is made where it is missing; it must hold no shards
 * @returns the number of samples
 * @throws ArgumentError when the folder holds shards already, or the source gives none
 */
export async function writeShards(
  folder: string,
  source: StreamSource,
  options: { readonly samples: number },
): Promise<number> {
  requireOptions("writeShards", options, ["samples"]);
  requireCount("writeShards", "samples", options.samples);
  mkdirSync(folder, { recursive: true });
  const there = readdirSync(folder).find((name) => /\.safetensors(\.part)?$/.test(name));
  if (there !== undefined) {
    throw new ArgumentError(
      `writeShards: the folder ${resolve(folder)} holds ${there}, expected no shards; they would ` +
        "be taken for samples of this set.",
    );
  }
  const parts: string[] = [];
  let written = 0;
  try {
    const loader = new StreamLoader(source, { batchSize: options.samples });
    for await (const batch of loader.read(0)) {
      const part = join(folder, `${parts.length}${partEnding}`);
      parts.push(part);
      writeFileSync(part, encodeSafetensors(tensorsOf(source, batch)));
      written += batch[0]?.shape[0] ?? 0;
    }
  } catch (error) {
    for (const part of parts) rmSync(part, { force: true });
    throw error;
  }
  // As many digits in each name, so that their order is that of the samples.
  const digits = Math.max(5, String(parts.length - 1).length);
  for (const [index, part] of parts.entries()) {
    const name = `shard-${String(index).padStart(digits, "0")}.safetensors`;
    renameSync(part, join(folder, name));
  }
  return written;
}

function tensorsOf(source: StreamSource, batch: readonly Tensor[]): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [index, tensor] of batch.entries()) {
    const { shape, dtype } = tensor;
    tensors.set(source.columns[index]?.name ?? "", { shape, dtype, data: tensor.dataSync() });
  }
  return tensors;
}
