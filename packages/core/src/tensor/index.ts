export { type Slice, slice } from "./arrange.js";
export { spendGradients } from "./backward.js";
export { observe } from "./capture.js";
export { concatenate, stack, where } from "./combine.js";
export {
  type Compiled,
  type CompileOptions,
  compile,
  compilerPasses,
  explain,
} from "./compiled.js";
export {
  arange,
  eye,
  full,
  type NestedNumbers,
  ones,
  type TensorOptions,
  tensor,
  zeros,
} from "./create.js";
export { NonFiniteError } from "./diagnose.js";
export { type CustomOperation, customOperation, gradients, noGradient } from "./differentiate.js";
export { type Profile, type ProfiledInstruction, profile } from "./profile.js";
export {
  manualSeed,
  nextSeed,
  type RandomState,
  rand,
  randn,
  randomState,
  restoreRandomState,
} from "./random.js";
export type { Axes, ReduceOptions } from "./reduce.js";
export { type ScanInput, type ScanStep, scan } from "./scan.js";
export { Buffer, evaluate, Parameter, RunTimeScalar } from "./state.js";
export { Tensor, type TensorLike } from "./tensor.js";
export type { WindowOptions } from "./windows.js";
