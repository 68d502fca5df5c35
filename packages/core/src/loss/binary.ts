import { requireOptions } from "../array/index.js";
import { customOperation, Tensor, type TensorLike, where } from "../tensor/index.js";
import { matchProbabilities, requireWeights } from "./check.js";
import { requireAboveZero } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

/**
 * max(log p, -100), as in PyTorch. At p = 0 the logarithm is taken of 1 instead, because 0 times its
 * infinite derivative would make the gradient NaN; a p below 0 still gives NaN, which is reported.
 */
function boundedLog(p: Tensor): Tensor {
  const impossible = p.equal(0);
  return where(impossible, -100, where(impossible, 1, p).log()).maximum(-100);
}

/** 1 - p */
const complement = (p: Tensor): Tensor => p.neg().add(1);

/** The least p (1 - p) that a slope is divided by: 1e-12, which PyTorch keeps in float32. */
const leastVariance = Math.fround(1e-12);

/**
 * -(y log p + (1 - y) log(1 - p)). Bounded logarithms have no slope where p is 0 or 1, and there the
 * wrong ones need one most: with respect to p it is (p - y) / max(p (1 - p), 1e-12), as in PyTorch.
 */
const costOfProbabilities = customOperation({
  name: "binaryCrossEntropy",
  forward: (p: Tensor, y: Tensor) =>
    boundedLog(p)
      .multiply(y)
      .add(boundedLog(complement(p)).multiply(complement(y)))
      .neg(),
  backward: (gradient, { inputs: [p, y] }) => [
    gradient.multiply(p.subtract(y).divide(p.multiply(complement(p)).maximum(leastVariance))),
    gradient.multiply(boundedLog(complement(p)).subtract(boundedLog(p))),
  ],
});

export interface BinaryCrossEntropyOptions extends LossOptions {
  /**
   * What the loss of each element is multiplied with, in a shape that broadcasts to theirs. The mean
   * still divides by the number of elements. Default: none.
   */
  readonly weights?: Tensor;
}

/**
 * Binary cross-entropy of probabilities: mean of -(y log p + (1 - y) log(1 - p)), with logarithms of
 * at least -100. The negative log-likelihood of y under Bernoulli(p). The derivative with respect to
 * p is (p - y) / max(p (1 - p), 1e-12): up to 1e12 where p is certain and wrong. That with respect to
 * y is log(1 - p) - log p with the same bounds, where PyTorch's is infinite. Where p comes from a
 * sigmoid, `binaryCrossEntropyWithLogits` is more accurate, and learns where the sigmoid saturates.
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
  const losses = costOfProbabilities(prediction, y);
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
    const negative = complement(y);
    losses = positive
      .multiply(logits.neg().maximum(0))
      .add(negative.multiply(positivePart))
      .add(positive.add(negative).multiply(correction));
  }
  return reduce(operation, weigh(operation, losses, weights), reduction);
}

function checkPositiveWeight(operation: string, weight: TensorLike, logits: Tensor): TensorLike {
  if (weight instanceof Tensor) requireWeights(operation, "positiveWeight", weight, logits);
  else requireAboveZero(operation, "positiveWeight", weight);
  return weight;
}

function weigh(operation: string, losses: Tensor, weights: Tensor | undefined): Tensor {
  if (weights === undefined) return losses;
  requireWeights(operation, "weights", weights, losses);
  return losses.multiply(weights);
}
