export { encodeOnnx, type OnnxOptions } from "./model.js";
