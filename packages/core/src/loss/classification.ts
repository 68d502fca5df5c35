import { type Tensor, where } from "../tensor/index.js";
import { matchLabels, matchProbabilities } from "./check.js";
import { type LossOptions, reduce } from "./reduction.js";

/**
 * max(log p, -100), as in PyTorch. At p = 0 the logarithm is taken of 1 instead, because 0 times its
 * infinite derivative would make the gradient NaN; a p below 0 still gives NaN, which is reported.
 */
function boundedLog(p: Tensor): Tensor {
  const impossible = p.equal(0);
  return where(impossible, -100, where(impossible, 1, p).log()).maximum(-100);
}

/**
 * Binary cross-entropy of probabilities: mean of -(y log p + (1 - y) log(1 - p)), with logarithms of
 * at least -100. The negative log-likelihood of y under Bernoulli(p). Where p comes from a sigmoid,
 * `binaryCrossEntropyWithLogits` is more accurate, and still learns where the sigmoid saturates.
 *
 * @param prediction p in [0, 1], any shape
 * @param target y in [0, 1], of the same shape, or bool. That elements lie in [0, 1] is not checked:
 *   outside of it the loss is no likelihood and has no lower bound
 * @throws ShapeError, DTypeError when they do not fit
 */
export function binaryCrossEntropy(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions = {},
): Tensor {
  const y = matchProbabilities("binaryCrossEntropy", prediction, target);
  const negative = boundedLog(prediction.neg().add(1)).multiply(y.neg().add(1));
  return reduce(boundedLog(prediction).multiply(y).add(negative).neg(), options);
}

/**
 * Binary cross-entropy of logits x, where p = sigmoid(x): mean of
 * max(x, 0) - x y + log(1 + exp(-|x|)), which never overflows. The negative log-likelihood of y
 * under Bernoulli(sigmoid(x)).
 *
 * @param logits x, any shape
 * @param target y in [0, 1], of the same shape, or bool. That elements lie in [0, 1] is not checked:
 *   outside of it the loss is no likelihood and has no lower bound
 * @throws ShapeError, DTypeError when they do not fit
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options: LossOptions = {},
): Tensor {
  const y = matchProbabilities("binaryCrossEntropyWithLogits", logits, target);
  // At x = 0 maximum shares the gradient, 1/2 each, and |x| has none: together sigmoid(0) - y.
  // relu, whose derivative there is 0, would give -y.
  const correction = logits.abs().neg().exp().log1p();
  return reduce(logits.maximum(0).subtract(logits.multiply(y)).add(correction), options);
}

/**
 * Categorical cross-entropy of logits x: mean over samples of
 * -log softmax(x)_y = log(sum_j exp(x_j)) - x_y. The negative log-likelihood of class y under
 * Categorical(softmax(x)); for samples that belong to exactly one class each.
 *
 * @param logits x, (N, C)
 * @param labels y, (N,): class indices from 0 to C - 1, int32 or uint8
 * @returns a scalar, or (N,) without reduction
 * @throws ShapeError, DTypeError when they do not fit; ExecutionError for a label out of range
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  const y = matchLabels("crossEntropy", logits, labels);
  const label = "labels of crossEntropy";
  const chosen = logits.logSoftmax(1).takeAlong(y.unsqueeze(1), 1, label).squeeze(1);
  return reduce(chosen.neg(), options);
}
