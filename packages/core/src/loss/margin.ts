import { requireOptions } from "../array/index.js";
import { arange, type Tensor, where } from "../tensor/index.js";
import { matchSigns, requireFloating } from "./check.js";
import { expandClassWeights, matchLabels } from "./labels.js";
import { requireAtLeastZero, requireNorm } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

/**
 * Hinge loss of two classes: mean of max(0, 1 - y x), with derivative 0 where y x = 1. It is 0 for
 * what lies on its side of the margin, however far, and so only the samples near the boundary, the
 * support vectors, shape it. With an L2 penalty on the weights of a linear model it makes a support
 * vector machine.
 * Cortes and Vapnik, "Support-Vector Networks", 1995. PyTorch's `hinge_embedding_loss` is another
 * function, of distances; see `contrastive`.
 *
 * @param scores x, any shape
 * @param target y, of the same shape: bool, or 1 and -1 in the dtype of the scores. That floating
 *   targets are no 0 and 1 is not checked: every 0 would cost 1 and teach nothing
 * @throws ShapeError, DTypeError when they do not fit
 */
export function hinge(scores: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  requireOptions("hinge", options, ["reduction"]);
  requireFloating("hinge", "the scores", scores, "the scores come first, then the target");
  const y = matchSigns("hinge", scores, target, "scores");
  return reduce("hinge", scores.multiply(y).neg().add(1).relu(), options.reduction);
}

export interface MultiMarginOptions extends LossOptions {
  /** How much higher than the others the score of the label should be. Default 1. */
  readonly margin?: number;
  /** 1 for violations of the margin, 2 for their squares. Default 1. */
  readonly p?: 1 | 2;
  /** w, (C,): what the loss of a sample of each class is multiplied with. Default: nothing. */
  readonly classWeights?: Tensor;
}

/**
 * Hinge loss of C classes: mean over samples of
 * w_y / C sum_{j != y} max(0, margin - x_y + x_j)^p, with derivative 0 at the margin. The mean
 * divides by the number of samples, whatever their weights.
 * Weston and Watkins, "Support Vector Machines for Multi-Class Pattern Recognition", ESANN 1999.
 *
 * @param scores x, (N, C), or (N, C, ...positions) with a class for each position
 * @param labels y, (N, ...positions): class indices from 0 to C - 1, int32 or uint8
 * @returns a scalar, or (N, ...positions) without reduction
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an option out of its
 *   range; ExecutionError for a label out of range
 */
export function multiMargin(
  scores: Tensor,
  labels: Tensor,
  options: MultiMarginOptions = {},
): Tensor {
  const operation = "multiMargin";
  requireOptions(operation, options, ["margin", "p", "classWeights", "reduction"]);
  const { margin = 1, p = 1, classWeights, reduction } = options;
  requireAtLeastZero(operation, "margin", margin);
  requireNorm(operation, "p", p);
  const y = matchLabels(operation, "scores", scores, labels).unsqueeze(1);
  const ofLabel = (ofClasses: Tensor): Tensor => ofClasses.takeAlong(y, 1, "labels of multiMargin");
  const [, classes, ...positions] = scores.shape as [number, number, ...number[]];
  const isLabel = arange(classes)
    .reshape([classes, ...positions.map(() => 1)])
    .equal(y);
  const excess = scores.subtract(ofLabel(scores)).add(margin).relu();
  const violations = where(isLabel, 0, p === 1 ? excess : excess.square());
  const weighed =
    classWeights === undefined
      ? violations
      : violations.multiply(ofLabel(expandClassWeights(operation, classWeights, scores)));
  return reduce(operation, weighed.mean(1), reduction);
}
