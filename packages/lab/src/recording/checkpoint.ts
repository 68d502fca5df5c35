import { type LoopState, type TrainingState, tensor } from "@versant/core";
import { ArgumentError } from "@versant/core/internal";
import { nameNonFinite, readNonFinite } from "../files/canonical.js";
import type { ObjectStore } from "../files/objects.js";
import type { Payloads } from "../ledger/events.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../weights/safetensors.js";

type Kept = Pick<Payloads["checkpoint"], "tensors" | "loop" | "bytes">;

/**
 * Keeps the state of training as two objects: tensors as safetensors, the loop as JSON. Both name the
 * run, so that no other run shares them and they can go when they are superseded. Reading the tensors
 * copies them; hashing and writing happen beside the event loop.
 */
export async function writeCheckpoint(
  objects: ObjectStore,
  run: string,
  { loop, tensors }: TrainingState,
): Promise<Kept> {
  const stored = new Map<string, StoredTensor>();
  for (const [name, each] of tensors) {
    stored.set(name, { dtype: each.dtype, shape: each.shape, data: each.dataSync() });
  }
  const bytes = encodeSafetensors(stored, { "versant.run": run });
  // Not in canonical form: the order of scores is that of their metrics.
  const text = JSON.stringify({ run, loop }, nameNonFinite);
  return {
    tensors: await objects.put(bytes),
    loop: await objects.put(text),
    bytes: bytes.byteLength + Buffer.byteLength(text),
  };
}

/**
 * The state that was kept; nothing in it is run.
 *
 * @throws ArgumentError when an object is missing, altered, or of another run
 */
export async function readCheckpoint(
  objects: ObjectStore,
  run: string,
  { tensors, loop }: Pick<Kept, "tensors" | "loop">,
): Promise<TrainingState> {
  const { tensors: stored } = decodeSafetensors(
    await objects.get(tensors),
    `checkpoint ${tensors}`,
  );
  const text = new TextDecoder().decode(await objects.get(loop));
  const parsed: { run?: unknown; loop?: LoopState } = JSON.parse(text, readNonFinite);
  if (parsed.run !== run || !parsed.loop) {
    throw new ArgumentError(
      `the checkpoint ${loop} is one of the run ${String(parsed.run)}, expected one of ${run}.`,
    );
  }
  return {
    loop: parsed.loop,
    tensors: new Map(
      [...stored].map(([name, { data, shape, dtype }]) => [name, tensor(data, { shape, dtype })]),
    ),
  };
}
