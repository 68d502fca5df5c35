export { exportOnnx } from "./exportOnnx.js";
export { encodeOnnx, type OnnxOptions, type Probabilities } from "./model.js";
