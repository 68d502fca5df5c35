/** `versant/figures`: what pictures are computed from, in browsers as in Node. */
export {
  type Axis,
  type AxisValue,
  axisOf,
  positionOf,
  suitsLog,
  ticksOf,
  valueAt,
} from "./figures/axis.js";
export { chosen } from "./figures/chosen.js";
export { arrowPath, type ErrorPanel, errorPanels } from "./figures/errors.js";
export { heightsOf } from "./figures/landscape.js";
export { indexAt, overfittingStep } from "./figures/overfitting.js";
export { bestSoFar, frontOf } from "./figures/search.js";
