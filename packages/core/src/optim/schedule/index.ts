export { type SequenceOptions, sequence, type WarmUpOptions, warmUp } from "./compose.js";
export {
  type CosineOptions,
  type CosineRestartsOptions,
  cosine,
  cosineRestarts,
  type OneCycleOptions,
  oneCycle,
} from "./cosine.js";
export type { Schedule } from "./schedule.js";
export {
  constant,
  type ExponentialOptions,
  exponential,
  type LinearOptions,
  linear,
  type MultiStepOptions,
  multiStep,
  type StepOptions,
  step,
} from "./steps.js";
