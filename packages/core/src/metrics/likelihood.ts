import { stack, type Tensor, where } from "../tensor/index.js";
import { type LabelOptions, matchLabels, requireLabelOptions, scoresAt } from "./labels.js";
import type { Metric } from "./metric.js";

/** Samples, and the sum of log softmax(x)_y over them. */
function logLikelihood(
  operation: string,
  logits: Tensor,
  target: Tensor,
  options: LabelOptions,
): Tensor {
  const { scores, labels, weights } = matchLabels(operation, logits, target, options);
  const own = scoresAt(operation, scores.logSoftmax(1), labels);
  // What does not count may be -Infinity or NaN, which no factor of 0 takes away.
  return stack([weights.sum(), where(weights.greater(0), own, 0).sum()]);
}

/**
 * The mean of -log softmax(x)_y in nats, over all samples seen: logits (N, C) against class indices
 * (N,), int32 or uint8; or (N, C, ...positions) against (N, ...positions), where each position is a
 * sample. The cross-entropy of a whole set, without what a penalty or class weights add to the loss.
 * log C for a model that knows nothing. A label outside of 0 to C - 1 fails the run with an
 * ExecutionError, but for `ignoredIndex`.
 */
export function logLoss(options: LabelOptions = {}): Metric {
  requireLabelOptions("logLoss", options);
  return {
    name: "log loss",
    statistics: (logits, labels) => logLikelihood("logLoss", logits, labels, options),
    result: ([samples = 0, sum = 0]) => -sum / samples,
  };
}

/**
 * exp(log loss): the number of equally likely classes that would leave as much doubt, of what `logLoss`
 * is given. C for a model that knows nothing, 1 for one that is always right and sure. It is of the
 * whole set, not a mean of perplexities of batches.
 */
export function perplexity(options: LabelOptions = {}): Metric {
  requireLabelOptions("perplexity", options);
  return {
    name: "perplexity",
    statistics: (logits, labels) => logLikelihood("perplexity", logits, labels, options),
    result: ([samples = 0, sum = 0]) => Math.exp(-sum / samples),
  };
}
