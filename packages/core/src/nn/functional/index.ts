export {
  elu,
  type GeluOptions,
  gelu,
  leakyRelu,
  type SoftplusOptions,
  silu,
  softplus,
  step,
} from "./activations.js";
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
} from "./adaptivePooling.js";
export { type AttentionOptions, scaledDotProductAttention } from "./attention.js";
export { type ConvGeometry, conv1d, conv2d, type WithBias } from "./convolution.js";
export {
  type ConvTransposeGeometry,
  convTranspose1d,
  convTranspose2d,
} from "./convTranspose.js";
export { dropout } from "./dropout.js";
export {
  type AffineOptions,
  batchNorm,
  type ChannelStatistics,
  channelStatistics,
  groupNorm,
  layerNorm,
  rmsNorm,
} from "./normalization.js";
export {
  type AvgPoolOptions,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
} from "./pooling.js";
export { sinusoidalEncoding } from "./positional.js";
export type { PerAxis } from "./windows.js";
