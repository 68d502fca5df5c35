import { ArgumentError, describeValue, requireAtLeast } from "../array/index.js";

/** What becomes of the samples that do not fill a batch: a smaller batch, or none. */
export type LastBatch = "keep" | "drop";

/**
 * @param samples those of an epoch, where they are known
 * @throws ArgumentError when `lastBatch` is neither "keep" nor "drop", or drops every sample
 */
export function requireLastBatch(
  operation: string,
  lastBatch: unknown,
  samples: number | undefined,
  batchSize: number,
): void {
  if (lastBatch !== "keep" && lastBatch !== "drop") {
    throw new ArgumentError(
      `${operation}: received lastBatch ${describeValue(lastBatch)}, expected "keep" or "drop".`,
    );
  }
  if (lastBatch === "drop" && samples !== undefined && samples < batchSize) {
    throw new ArgumentError(
      `${operation}: ${samples} samples do not fill one batch of ${batchSize}, and lastBatch ` +
        '"drop" drops what does not; use a smaller batchSize or lastBatch "keep".',
    );
  }
}

/** @throws ArgumentError when `epoch` is not an integer of at least 0 */
export const requireEpoch = (operation: string, epoch: unknown): void =>
  requireAtLeast(operation, "epoch", epoch, 0);
