export {
  checkLayer,
  type LayerByExample,
  type LayerByFixture,
  type LayerCheck,
} from "./checkLayer.js";
export type { DifferenceOptions } from "./differences.js";
export type { EncodedTensor, ScaledTensor } from "./encoded.js";
export { gradcheck } from "./gradcheck.js";
export type { LayerFixture, TrainingFixture } from "./layer/fixture.js";
export type { Refusal } from "./layer/refusal.js";
