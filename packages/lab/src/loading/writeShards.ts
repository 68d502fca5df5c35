import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError, StreamLoader, type StreamSource } from "@versant/core";
import { requireCount, requireOptions } from "@versant/core/internal";
import { encodeSafetensors } from "../weights/safetensors.js";

/**
 * Writes what a source gives in its first epoch as files that `shards` reads, `samples` in each:
 * CSV that is parsed once, images that are decoded once. In memory is one shard at a time.
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
  const there = readdirSync(folder).find((name) => name.endsWith(".safetensors"));
  if (there !== undefined) {
    throw new ArgumentError(
      `writeShards: the folder ${resolve(folder)} holds ${there}, expected no shards; they would ` +
        "be taken for samples of this set.",
    );
  }
  let file = 0;
  let written = 0;
  const loader = new StreamLoader(source, { batchSize: options.samples });
  for await (const batch of loader.read(0)) {
    const tensors = source.columns.map(({ name }, index) => {
      const { shape = [], dtype = "float32" } = batch[index] ?? {};
      return [name, { shape, dtype, data: batch[index]?.dataSync() ?? [] }] as const;
    });
    const name = `shard-${String(file++).padStart(5, "0")}.safetensors`;
    writeFileSync(join(folder, name), encodeSafetensors(new Map(tensors as never)));
    written += batch[0]?.shape[0] ?? 0;
  }
  return written;
}
