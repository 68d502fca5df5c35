import { full, stack, type Tensor } from "../tensor/index.js";
import { matchLabels, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";

/** Samples, and the sum of log softmax(x)_y over them. */
function logLikelihood(operation: string, logits: Tensor, labels: Tensor): Tensor {
  const label = matchLabels(operation, logits, labels);
  const own = scoresAt(operation, logits.logSoftmax(1), label);
  return stack([full([], labels.size), own.sum()]);
}

/**
 * The mean of -log softmax(x)_y in nats, over all samples seen: logits (N, C) against class indices
 * (N,), int32 or uint8. The cross-entropy of a whole set, without what a penalty or class weights
 * add to the loss. log C for a model that knows nothing. A label outside of 0 to C - 1 fails the run
 * with an ExecutionError.
 */
export const logLoss = (): Metric => ({
  name: "log loss",
  statistics: (logits, labels) => logLikelihood("logLoss", logits, labels),
  result: ([samples = 0, sum = 0]) => -sum / samples,
});

/**
 * exp(log loss): the number of equally likely classes that would leave as much doubt. Logits (N, C)
 * against class indices (N,), int32 or uint8. C for a model that knows nothing, 1 for one that is
 * always right and sure. It is of the whole set, not a mean of perplexities of batches.
 */
export const perplexity = (): Metric => ({
  name: "perplexity",
  statistics: (logits, labels) => logLikelihood("perplexity", logits, labels),
  result: ([samples = 0, sum = 0]) => Math.exp(-sum / samples),
});
