export { gradients } from "./gradients.js";
export { residualsOf } from "./products.js";
export { substitute } from "./substitute.js";
