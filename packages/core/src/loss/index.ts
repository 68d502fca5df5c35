export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from "./binary.js";
export {
  type CrossEntropyOptions,
  crossEntropy,
  type NegativeLogLikelihoodOptions,
  negativeLogLikelihood,
} from "./classification.js";
export { type Loss, weightedSum } from "./combination.js";
export {
  cosineSimilarity,
  type DistanceOptions,
  pairwiseDistance,
  type SimilarityOptions,
} from "./distance.js";
export { type DivergenceOptions, gaussianDivergence, klDivergence } from "./divergence.js";
export {
  type ContrastiveOptions,
  type CosineEmbeddingOptions,
  contrastive,
  cosineEmbedding,
  type TripletMarginOptions,
  tripletMargin,
} from "./embedding.js";
export {
  type GaussianNegativeLogLikelihoodOptions,
  gaussianNegativeLogLikelihood,
  type PoissonNegativeLogLikelihoodOptions,
  poissonNegativeLogLikelihood,
} from "./likelihood.js";
export { hinge, type MultiMarginOptions, multiMargin } from "./margin.js";
export { type ElasticNetOptions, elasticNetPenalty, l1Penalty, l2Penalty } from "./penalty.js";
export type { LossOptions, Reduction } from "./reduction.js";
export {
  type HuberOptions,
  huber,
  meanAbsoluteError,
  meanAbsoluteError as mae,
  meanSquaredError,
  meanSquaredError as mse,
  type SmoothL1Options,
  smoothL1,
} from "./regression.js";
