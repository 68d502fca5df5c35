import type { Tensor } from "../tensor/index.js";
import type { Target } from "./optimizer.js";
import type { OptimizerOptions } from "./options.js";

export interface WeightDecayOptions extends OptimizerOptions {
  readonly weightDecay?: number;
}

/** The gradient of the loss with the penalty weightDecay |w|^2 / 2: g + weightDecay w. */
export function penalized({ parameter, gradient, group }: Target<WeightDecayOptions>): Tensor {
  const { weightDecay } = group.options;
  return weightDecay ? gradient.add(parameter.multiply(weightDecay)) : gradient;
}

/** The parameter decayed apart from its gradient: w - learningRate weightDecay w. */
export function decayed({ parameter, group }: Target<WeightDecayOptions>): Tensor {
  const { weightDecay } = group.options;
  if (weightDecay === 0) return parameter;
  return parameter.multiply(group.rateFor(parameter).multiply(-weightDecay).add(1));
}
