export * from "./activations.js";
export * from "./attention.js";
export * from "./autoEncoder.js";
export * from "./batchNorm.js";
export * from "./containers.js";
export {
  Conv1d,
  Conv2d,
  type ConvOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeOptions,
} from "./convolution.js";
export * from "./dropout.js";
export * from "./embedding.js";
export * from "./embeddingBag.js";
export * from "./flatten.js";
export * from "./linear.js";
export * from "./memoryNetwork.js";
export * from "./noise.js";
export * from "./normalization.js";
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from "./pooling.js";
export * from "./positional.js";
export * from "./prelu.js";
export * from "./recurrent/index.js";
export * from "./transformer.js";
export * from "./variationalAutoEncoder.js";
