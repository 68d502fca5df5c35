import { requireOptions } from "../array/index.js";
import { Tensor, type TensorLike, where } from "../tensor/index.js";
import { matchProbabilities, requireWeights } from "./check.js";
import { checkAboveZero } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

/**
 * max(log p, -100), as in PyTorch. At p = 0 the logarithm is taken of 1 instead, because 0 times its
 * infinite derivative would make the gradient NaN; a p below 0 still gives NaN, which is reported.
 */
function boundedLog(p: Tensor): Tensor {
  const impossible = p.equal(0);
  return where(impossible, -100, where(impossible, 1, p).log()).maximum(-100);
}

export interface BinaryCrossEntropyOptions extends LossOptions {
  /**
   * What the loss of each element is multiplied with, in a shape that broadcasts to theirs. The mean
   * still divides by the number of elements. Default: none.
   */
  readonly weights?: Tensor;
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
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const operation = "binaryCrossEntropy";
  requireOptions(operation, options, ["weights", "reduction"]);
  const y = matchProbabilities(operation, prediction, target);
  const negative = boundedLog(prediction.neg().add(1)).multiply(y.neg().add(1));
  const losses = boundedLog(prediction).multiply(y).add(negative).neg();
  return reduce(operation, weigh(operation, losses, options.weights), options.reduction);
}

export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /**
   * c: how many times the part of y = 1 counts; one number, or one for each class where the last axis
   * is classes. Negatives over positives balances the two. Default 1.
   */
  readonly positiveWeight?: TensorLike;
}

/**
 * Binary cross-entropy of logits x, where p = sigmoid(x): mean of
 * max(x, 0) - x y + log(1 + exp(-|x|)), which never overflows. The negative log-likelihood of y
 * under Bernoulli(sigmoid(x)). With a `positiveWeight` c it is -(c y log p + (1 - y) log(1 - p)).
 *
 * @param logits x, any shape
 * @param target y in [0, 1], of the same shape, or bool. That elements lie in [0, 1] is not checked:
 *   outside of it the loss is no likelihood and has no lower bound
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for a positive weight that is a
 *   number not above 0
 */
export function binaryCrossEntropyWithLogits(
  logits: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const operation = "binaryCrossEntropyWithLogits";
  requireOptions(operation, options, ["weights", "positiveWeight", "reduction"]);
  const y = matchProbabilities(operation, logits, target);
  const { weights, positiveWeight, reduction } = options;
  const correction = logits.abs().neg().exp().log1p();
  // At x = 0 maximum shares the gradient, 1/2 each, and |x| has none: together sigmoid(0) - y.
  // relu, whose derivative there is 0, would give -y.
  const positivePart = logits.maximum(0);
  let losses: Tensor;
  if (positiveWeight === undefined) {
    losses = positivePart.subtract(logits.multiply(y)).add(correction);
  } else {
    // -log p = max(-x, 0) + correction and -log(1 - p) = max(x, 0) + correction: nothing cancels.
    const positive = y.multiply(checkPositiveWeight(operation, positiveWeight, logits));
    const negative = y.neg().add(1);
    losses = positive
      .multiply(logits.neg().maximum(0))
      .add(negative.multiply(positivePart))
      .add(positive.add(negative).multiply(correction));
  }
  return reduce(operation, weigh(operation, losses, weights), reduction);
}

function checkPositiveWeight(operation: string, weight: TensorLike, logits: Tensor): TensorLike {
  if (weight instanceof Tensor) requireWeights(operation, "positiveWeight", weight, logits);
  else checkAboveZero(operation, "positiveWeight", weight);
  return weight;
}

function weigh(operation: string, losses: Tensor, weights: Tensor | undefined): Tensor {
  if (weights === undefined) return losses;
  requireWeights(operation, "weights", weights, losses);
  return losses.multiply(weights);
}
