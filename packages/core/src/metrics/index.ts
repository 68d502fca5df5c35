export { accuracy } from "./accuracy.js";
export { type Metric, score } from "./metric.js";
export {
  meanAbsoluteError,
  meanSquaredError,
  type R2Options,
  r2,
  type UnitOptions,
} from "./regression.js";
