export { type Group, isGroup, type Partition, partition, type Unit } from "./partition.js";
export { isLarge, type Pass } from "./passes.js";
export {
  isReduction,
  isUnrolled,
  keptAxes,
  overColumns,
  passOf,
  type Reduction,
} from "./reductions.js";
export { assignStages, behindViews, type Stages, sink, usersOf } from "./stages.js";
