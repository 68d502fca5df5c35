export { gradients } from "./gradients.js";
export { substitute } from "./substitute.js";
