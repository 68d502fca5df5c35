import { requireOptions } from "../array/index.js";
import { type Tensor, where } from "../tensor/index.js";
import { requireVectors } from "./check.js";
import { requireAboveZero, requireAtLeastZero, requireNorm } from "./options.js";

/** |x|_2 over the last axis, with derivative 0 at 0, where it has none. */
export function euclideanNorm(x: Tensor): Tensor {
  const squares = x.square().sum(-1);
  const zero = squares.equal(0);
  return where(zero, 0, where(zero, 1, squares).sqrt());
}

export interface DistanceOptions {
  /** 1 for the sum of absolute differences, 2 for the Euclidean distance. Default 2. */
  readonly p?: 1 | 2;
  /** Added to each difference, so that equal vectors still have a direction. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * Distances of vectors, |a - b + epsilon|_p over the last axis: (..., D) and (..., D) to (...).
 *
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an option out of its range
 */
export function pairwiseDistance(a: Tensor, b: Tensor, options: DistanceOptions = {}): Tensor {
  requireOptions("pairwiseDistance", options, ["p", "epsilon"]);
  const { p = 2, epsilon = 1e-6 } = options;
  requireNorm("pairwiseDistance", "p", p);
  requireAtLeastZero("pairwiseDistance", "epsilon", epsilon);
  requireVectors("pairwiseDistance", { "the first vectors": a, "the second vectors": b });
  const difference = a.subtract(b).add(epsilon);
  return p === 1 ? difference.abs().sum(-1) : euclideanNorm(difference);
}

export interface SimilarityOptions {
  /** The least length that a vector is divided by; shorter ones by a constant. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Cosines of the angles between vectors over the last axis, a . b / (|a| |b|), from -1 to 1:
 * (..., D) and (..., D) to (...). The cosine distance is 1 less this. Of vectors shorter than epsilon
 * the gradient is the slope of the value, which PyTorch's is not.
 *
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an epsilon not above 0
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: SimilarityOptions = {}): Tensor {
  requireOptions("cosineSimilarity", options, ["epsilon"]);
  const { epsilon = 1e-8 } = options;
  requireAboveZero("cosineSimilarity", "epsilon", epsilon);
  requireVectors("cosineSimilarity", { "the first vectors": a, "the second vectors": b });
  const direction = (x: Tensor): Tensor =>
    x.divide(euclideanNorm(x).maximum(epsilon).unsqueeze(-1));
  return direction(a).multiply(direction(b)).sum(-1);
}
