export type { DifferenceOptions } from "./differences.js";
export { gradcheck } from "./gradcheck.js";
