export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
} from "./classification.js";
export type { LossOptions, Reduction } from "./reduction.js";
export {
  meanAbsoluteError,
  meanAbsoluteError as mae,
  meanSquaredError,
  meanSquaredError as mse,
} from "./regression.js";
