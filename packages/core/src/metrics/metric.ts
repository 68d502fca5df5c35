import { ArgumentError, describeValue, requireInstance } from "../array/index.js";
import { Tensor } from "../tensor/index.js";

/**
 * A score over a set that is seen batch by batch. Every batch gives sums over its elements; the sums
 * of all batches are added up in float64, and the score follows from the totals. A short last batch
 * so has exactly the weight of its elements.
 */
export interface Metric {
  /** What the score is called in logs and reports. */
  readonly name: string;
  /** Sums over a batch, a float32 vector: part of the compiled step. */
  readonly statistics: (prediction: Tensor, target: Tensor) => Tensor;
  /** The score, from the sums over everything seen; NaN as long as that is nothing: empty, or zeros. */
  readonly result: (totals: Float64Array) => number;
}

/** @throws ArgumentError for what has no name, or lacks one of the functions */
export function requireMetric(operation: string, metric: unknown): void {
  const { name, statistics, result } = (metric ?? {}) as Partial<Metric>;
  const isOne =
    typeof statistics === "function" &&
    typeof result === "function" &&
    typeof name === "string" &&
    name !== "";
  if (isOne) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(metric)} as a metric, expected one such as ` +
      "metrics.accuracy(): with a name and the functions statistics and result.",
  );
}

/** The sums over a batch, as a vector. */
export function statisticsOf(metric: Metric, prediction: Tensor, target: Tensor): Tensor {
  const sums: unknown = metric.statistics(prediction, target);
  requireInstance(metric.name, "the statistics", sums, Tensor);
  return sums.flatten();
}

/**
 * The score of a single batch.
 *
 * @throws ArgumentError, by the promise, for what is no metric
 */
export async function score(metric: Metric, prediction: Tensor, target: Tensor): Promise<number> {
  requireMetric("score", metric);
  const sums = await statisticsOf(metric, prediction, target).data();
  return metric.result(Float64Array.from(sums));
}
