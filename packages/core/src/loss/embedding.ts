import { requireFlag, requireOptions } from "../array/index.js";
import { type Tensor, where } from "../tensor/index.js";
import { matchSigns, requireVectors } from "./check.js";
import { cosineSimilarity, euclideanNorm, pairwiseDistance } from "./distance.js";
import { requireAboveZero, requireAtLeastZero, requireCosine, requireNorm } from "./options.js";
import { type LossOptions, reduce } from "./reduction.js";

export interface TripletMarginOptions extends LossOptions {
  /** How much farther than the positive the negative should be. Default 1. */
  readonly margin?: number;
  /** Norm of the distance d. Default 2. */
  readonly p?: 1 | 2;
  /** As in `pairwiseDistance`. Default 1e-6. */
  readonly epsilon?: number;
  /** Take the negative's distance to the positive where that is the smaller. Default false. */
  readonly swap?: boolean;
}

/**
 * Triplet loss: mean of max(0, d(a, p) - d(a, n) + margin), which brings the anchor a nearer to p, of
 * its own kind, than to n, of another. With `swap`, d(a, n) becomes min(d(a, n), d(p, n)).
 * Balntas, Riba, Ponsa and Mikolajczyk, "Learning local feature descriptors with triplets and
 * shallow convolutional neural networks", BMVC 2016.
 *
 * @param anchor a, (..., D), as the other two
 * @returns a scalar, or (...) without reduction
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for an option out of its range
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const operation = "tripletMargin";
  requireOptions(operation, options, ["margin", "p", "epsilon", "swap", "reduction"]);
  const { margin = 1, p = 2, epsilon = 1e-6, swap = false, reduction } = options;
  requireAtLeastZero(operation, "margin", margin);
  requireNorm(operation, "p", p);
  requireAtLeastZero(operation, "epsilon", epsilon);
  requireFlag(operation, "swap", swap);
  requireVectors(operation, {
    "the anchor": anchor,
    "the positive": positive,
    "the negative": negative,
  });
  const distance = (a: Tensor, b: Tensor): Tensor => pairwiseDistance(a, b, { p, epsilon });
  const near = distance(anchor, positive);
  const direct = distance(anchor, negative);
  const far = swap ? direct.minimum(distance(positive, negative)) : direct;
  const losses = near.subtract(far).add(margin).clamp({ min: 0 });
  return reduce(operation, losses, reduction);
}

export interface ContrastiveOptions extends LossOptions {
  /** The distance from which pairs of different kinds no longer repel each other. Default 1. */
  readonly margin?: number;
}

/**
 * Contrastive loss of pairs at Euclidean distance d: mean of d^2 / 2 where y = 1, and of
 * max(0, margin - d)^2 / 2 where y = -1. Springs: like pairs attract each other, unlike pairs repel
 * each other while they are nearer than the margin, but not from the very same point, where no
 * direction leads away.
 * Hadsell, Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping", CVPR 2006,
 * equation 4, where pairs of one kind have Y = 0.
 *
 * @param first one vector of each pair, (..., D)
 * @param second the other, (..., D)
 * @param target y, (...): bool, or floating, where 1 is for pairs of one kind and -1 for others; only
 *   the sign counts, and 0 is as -1
 * @returns a scalar, or (...) without reduction
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for a margin not above 0
 */
export function contrastive(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: ContrastiveOptions = {},
): Tensor {
  const operation = "contrastive";
  requireOptions(operation, options, ["margin", "reduction"]);
  const { margin = 1, reduction } = options;
  requireAboveZero(operation, "margin", margin);
  requireVectors(operation, { "the first vectors": first, "the second vectors": second });
  const difference = first.subtract(second);
  const attraction = difference.square().sum(-1);
  const repulsion = euclideanNorm(difference).neg().add(margin).relu().square();
  const losses = byKind(operation, target, attraction, repulsion).multiply(0.5);
  return reduce(operation, losses, reduction);
}

export interface CosineEmbeddingOptions extends LossOptions {
  /** The cosine up to which vectors of different kinds may be alike, from -1 to 1. Default 0. */
  readonly margin?: number;
}

/**
 * Cosine embedding loss of pairs: mean of 1 - cos(a, b) where y = 1, and of
 * max(0, cos(a, b) - margin) where y = -1. Lengths do not matter; PyTorch adds 1e-12 to their
 * squares.
 *
 * @param first a, (..., D)
 * @param second b, (..., D)
 * @param target y, (...): bool, or floating, where 1 is for pairs of one kind and -1 for others; only
 *   the sign counts, and 0 is as -1
 * @returns a scalar, or (...) without reduction
 * @throws ShapeError, DTypeError when they do not fit; ArgumentError for a margin out of its range
 */
export function cosineEmbedding(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: CosineEmbeddingOptions = {},
): Tensor {
  const operation = "cosineEmbedding";
  requireOptions(operation, options, ["margin", "reduction"]);
  const { margin = 0, reduction } = options;
  requireCosine(operation, "margin", margin);
  requireVectors(operation, { "the first vectors": first, "the second vectors": second });
  const cosine = cosineSimilarity(first, second);
  const excess = cosine.subtract(margin).clamp({ min: 0 });
  const losses = byKind(operation, target, cosine.neg().add(1), excess);
  return reduce(operation, losses, reduction);
}

/** `alike` for the pairs of one kind, `unlike` for the others. */
function byKind(operation: string, target: Tensor, alike: Tensor, unlike: Tensor): Tensor {
  return where(matchSigns(operation, alike, target, "pairs").greater(0), alike, unlike);
}
