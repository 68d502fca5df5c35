import { ExecutionError } from "../array/index.js";
import type { EncodedProgram } from "../program/encode.js";
import type { Failure } from "./device.js";

/** kernel/src/device.h */
const statuses = ["ok", "index", "nonFinite", "outOfMemory"] as const;

/**
 * What a status of the kernel means.
 *
 * @param info the instruction that failed, the index, and the size it had to stay below; for memory,
 *   the bytes that were needed
 * @throws ExecutionError when memory ran out
 */
export function failureOf(
  status: number,
  info: Float64Array,
  labels: EncodedProgram["labels"],
): Failure | null {
  const kind = statuses[status];
  const [instruction = 0, index = 0, size = 0] = info;
  const label = labels[instruction] ?? "";
  switch (kind) {
    case "ok":
      return null;
    case "index":
      return { kind, label, index, size };
    case "nonFinite":
      return { kind, label };
    default:
      throw outOfMemory(size);
  }
}

/** @param bytes how many were asked for at once */
export const outOfMemory = (bytes: number): ExecutionError =>
  new ExecutionError(
    `out of memory: ${bytes} bytes (${(bytes / 2 ** 30).toFixed(1)} GiB) were needed at once, more ` +
      "than this device could allocate; use smaller batches or smaller tensors.",
  );
