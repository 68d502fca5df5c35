import type { EncodedProgram } from "../program/encode.js";
import type { Failure } from "./device.js";

/** kernel/src/device.h */
const statuses = ["ok", "index", "nonFinite", "outOfMemory"] as const;

/**
 * What a status of the kernel means.
 *
 * @param info the instruction that failed, the index, and the size it had to stay below
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
      throw new RangeError("The kernel could not allocate the memory that this Program works in.");
  }
}
