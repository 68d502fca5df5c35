import { ArgumentError, formatShape, requireList, type TypedArray } from "../array/index.js";
import type { Loader } from "../data/index.js";
import type { Metric } from "../metrics/index.js";
import { statisticsOf } from "../metrics/metric.js";
import { compile, concatenate, Tensor } from "../tensor/index.js";
import { Meter } from "./meter.js";

/** What a step computes of a batch: the model's answer and the mean loss, a scalar. */
export interface Outcome {
  readonly prediction: Tensor;
  readonly cost: Tensor;
}

/**
 * A compiled function from a batch to its loss and statistics. Its arguments are what a loader
 * reads: indices of samples in memory, or the columns of a stream. Gathering, converting, the model and everything
 * `body` does run as one Program, one for each batch size.
 */
export class Step {
  readonly #metrics: readonly Metric[];
  /** Number of statistics of each metric; known once the step was captured. */
  readonly #widths: number[] = [];
  readonly #compiled: (...args: Tensor[]) => Tensor;

  /** @param loader gathers the batch of the arguments */
  constructor(
    loader: Loader,
    metrics: readonly Metric[],
    body: (inputs: readonly Tensor[], target: Tensor, samples: number) => Outcome,
  ) {
    this.#metrics = metrics;
    this.#compiled = compile((...args: Tensor[]) => {
      const { inputs, target } = requireSamples(loader.gather(args));
      const { prediction, cost } = body(inputs, target, args[0]?.shape[0] ?? 0);
      const statistics = metrics.map((metric, index) => {
        const sums = statisticsOf(metric, prediction, target);
        this.#widths[index] = sums.size;
        return sums;
      });
      return concatenate([cost.reshape([1]), ...statistics]);
    });
  }

  /** The batch's mean loss, then the statistics of each metric. */
  run(args: readonly Tensor[]): TypedArray {
    return this.#compiled(...args).dataSync();
  }

  meter(): Meter {
    return new Meter(this.#metrics, this.#widths);
  }
}

/** The last tensor of a batch is the target, and all before it are what the model reads. */
export function requireSamples(batch: unknown): { inputs: readonly Tensor[]; target: Tensor } {
  requireList("Trainer", "the batch that the dataset gives", batch, Tensor);
  const inputs = batch.slice(0, -1);
  const target = batch.at(-1);
  if (inputs.length > 0 && target) return { inputs, target };
  const received = batch.map(({ shape }) => formatShape(shape)).join(", ");
  throw new ArgumentError(
    `Trainer: the dataset gives ${batch.length} tensors a batch (${received}), expected at least 2: ` +
      "what the model reads, and last the target of the loss.",
  );
}
