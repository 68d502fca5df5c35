import type { Metric } from "../../src/metrics/index.js";
import type { Tensor } from "../../src/tensor/index.js";

/** A score over batches, as a training loop computes it. */
export function scoreOver(metric: Metric, batches: readonly (readonly [Tensor, Tensor])[]): number {
  const parts = batches.map((batch) => metric.statistics(...batch).dataSync());
  const [first] = parts;
  const totals = Float64Array.from(first ?? [], (_, index) =>
    parts.reduce((sum, part) => sum + (part[index] as number), 0),
  );
  return metric.result(totals);
}
