import {
  ArgumentError,
  describeValue,
  isFloating,
  requireInstance,
  requireOptions,
  sameShape,
} from "../array/index.js";
import { Tensor, where } from "../tensor/index.js";
import { matchTarget } from "./check.js";
import { expandClassWeights, matchLabels, requireScores } from "./labels.js";
import { requireIndex, requireShare } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

export interface NegativeLogLikelihoodOptions extends LossOptions {
  /** w, (C,): how many times a sample of each class counts. Default: once. */
  readonly classWeights?: Tensor;
  /** Samples with this label cost nothing and do not count in the mean. Default: there is none. */
  readonly ignoredIndex?: number;
}

export interface CrossEntropyOptions extends NegativeLogLikelihoodOptions {
  /** s: the share of each target that is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Categorical cross-entropy of logits x: mean over samples of
 * -log softmax(x)_y = log(sum_j exp(x_j)) - x_y. The negative log-likelihood of class y under
 * Categorical(softmax(x)); for samples that belong to exactly one class each.
 *
 * Targets may also be probabilities q of all classes: -sum_c q_c log softmax(x)_c. Label smoothing
 * replaces q, which is 1 at y and 0 elsewhere for a label, by (1 - s) q + s / C (Szegedy et al.,
 * "Rethinking the Inception Architecture", CVPR 2016, section 7).
 *
 * With class weights w it is -sum_c w_c q_c log softmax(x)_c. The mean over labels is then a
 * weighted one, divided by the sum of w_y; over probabilities it divides by the number of samples.
 *
 * @param logits x, (N, C), or (N, C, ...positions) with a class for each position
 * @param target labels y, (N, ...positions): class indices from 0 to C - 1, int32 or uint8; or
 *   probabilities q, floating, of the shape of the logits. That they sum to 1 is not checked
 * @returns a scalar, or (N, ...positions) without reduction; NaN for a mean if all are ignored
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an option out of its
 *   range; ExecutionError for a label out of range
 */
export function crossEntropy(
  logits: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const operation = "crossEntropy";
  requireOptions(operation, options, [
    "classWeights",
    "ignoredIndex",
    "labelSmoothing",
    "reduction",
  ]);
  const { labelSmoothing: smoothing = 0 } = options;
  requireShare(operation, "labelSmoothing", smoothing);
  requireScores(operation, "logits", logits);
  requireInstance(operation, "the labels", target, Tensor);
  if (isFloating(target.dtype) && sameShape(target.shape, logits.shape)) {
    return costOfProbabilities(operation, logits, target, smoothing, options);
  }
  const labels = matchLabels(operation, "logits", logits, target);
  return costOfLabels(operation, logits.logSoftmax(1), labels, smoothing, options);
}

/**
 * Negative log-likelihood of labels: mean over samples of -log p_y, as `crossEntropy` is of logits.
 * For models that end in log-probabilities, which `x.logSoftmax(1)` gives.
 *
 * @param logProbabilities log p, (N, C) or (N, C, ...positions)
 * @param labels y, (N, ...positions): class indices from 0 to C - 1, int32 or uint8
 * @returns a scalar, or (N, ...positions) without reduction; NaN for a mean if all are ignored
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an option out of its
 *   range; ExecutionError for a label out of range
 */
export function negativeLogLikelihood(
  logProbabilities: Tensor,
  labels: Tensor,
  options: NegativeLogLikelihoodOptions = {},
): Tensor {
  const operation = "negativeLogLikelihood";
  requireOptions(operation, options, ["classWeights", "ignoredIndex", "reduction"]);
  const y = matchLabels(operation, "log-probabilities", logProbabilities, labels);
  return costOfLabels(operation, logProbabilities, y, 0, options);
}

function costOfLabels(
  operation: string,
  logProbabilities: Tensor,
  labels: Tensor,
  smoothing: number,
  { classWeights, ignoredIndex, reduction }: NegativeLogLikelihoodOptions,
): Tensor {
  if (ignoredIndex !== undefined) requireIndex(operation, "ignoredIndex", ignoredIndex);
  const ignored = ignoredIndex === undefined ? null : labels.equal(ignoredIndex);
  const indices = (ignored ? where(ignored, 0, labels) : labels).unsqueeze(1);
  const ofLabel = (ofClasses: Tensor): Tensor =>
    ofClasses.takeAlong(indices, 1, `labels of ${operation}`).squeeze(1);
  const spread =
    classWeights === undefined
      ? null
      : expandClassWeights(operation, classWeights, logProbabilities);

  let weights = spread && ofLabel(spread);
  let losses = ofLabel(logProbabilities).neg();
  if (weights) losses = losses.multiply(weights);
  if (smoothing > 0) {
    const even = spread ? logProbabilities.multiply(spread) : logProbabilities;
    losses = losses.multiply(1 - smoothing).subtract(even.mean(1).multiply(smoothing));
  }
  if (ignored) {
    losses = where(ignored, 0, losses);
    weights = weights ? where(ignored, 0, weights) : ignored.not().cast(losses.dtype);
  }
  if (!weights) return reduce(operation, losses, reduction);
  const total = weights.sum();
  return reduce(operation, losses, reduction, { mean: (each) => each.sum().divide(total) });
}

function costOfProbabilities(
  operation: string,
  logits: Tensor,
  target: Tensor,
  smoothing: number,
  { classWeights, ignoredIndex, reduction }: CrossEntropyOptions,
): Tensor {
  if (ignoredIndex !== undefined) {
    throw new ArgumentError(
      `${operation}: received ignoredIndex ${describeValue(ignoredIndex)} and targets that are ` +
        "probabilities, expected labels with it.",
    );
  }
  let q = matchTarget(operation, logits, target);
  if (smoothing > 0) q = q.multiply(1 - smoothing).add(smoothing / (logits.shape[1] as number));
  if (classWeights !== undefined) {
    q = q.multiply(expandClassWeights(operation, classWeights, logits));
  }
  return reduce(operation, logits.logSoftmax(1).multiply(q).sum(1).neg(), reduction);
}
