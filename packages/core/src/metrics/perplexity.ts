import { full, stack } from "../tensor/index.js";
import { checkLabels } from "./accuracy.js";
import type { Metric } from "./metric.js";

/**
 * exp(mean of -log softmax(x)_y), over all samples seen: the number of equally likely classes that
 * would leave as much doubt. Logits (N, C) against class indices (N,), int32 or uint8. C for a model
 * that knows nothing, 1 for one that is always right and sure. It is of the whole set, not a mean of
 * perplexities of batches.
 */
export const perplexity = (): Metric => ({
  name: "perplexity",
  statistics: (logits, labels) => {
    checkLabels("perplexity", logits, labels);
    const own = logits.logSoftmax(1).takeAlong(labels.cast("int32").unsqueeze(1), 1);
    return stack([full([], labels.size), own.sum()]);
  },
  result: ([samples = 0, logLikelihood = 0]) => Math.exp(-logLikelihood / samples),
});
