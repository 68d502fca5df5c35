import { requireOptions } from "../array/index.js";
import type { Buffer, Parameter, Tensor } from "../tensor/index.js";
import { checkAtLeastZero, checkDecay, Optimizer, type Target } from "./optimizer.js";
import { Moments, StepCounts, stateOf } from "./state.js";

export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the division from blowing up. Default 1e-8. */
  readonly epsilon?: number;
  /** lambda. Default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
}

const optionNames = ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"];

/**
 * 1 - beta^t for each step count t. In float32 the difference itself would keep only 4 digits of
 * 1 - 0.999; with u = tanh(-t ln(beta) / 2) it equals 2 u / (1 + u), where nothing cancels.
 */
function biasCorrection(beta: number, steps: Tensor): Tensor {
  // tanh(100 t) is 1 for t >= 1, which is what beta = 0 needs; its logarithm is infinite.
  const half = Math.min(-Math.log(beta) / 2, 100);
  const u = steps.multiply(half).tanh();
  return u.multiply(2).divide(u.add(1));
}

/** What Adam and AdamW share: the moments and the step, all but the weight decay. */
abstract class AdaptiveMoments extends Optimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly #first: Moments;
  readonly #second: Moments;
  readonly #steps: StepCounts;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  constructor(parameters: readonly Parameter[], options: AdamOptions, defaultDecay: number) {
    requireOptions(new.target.name, options, optionNames);
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999 } = options;
    const { epsilon = 1e-8, weightDecay = defaultDecay } = options;
    super(parameters, learningRate);
    this.beta1 = checkDecay("beta1", beta1);
    this.beta2 = checkDecay("beta2", beta2);
    this.epsilon = checkAtLeastZero("epsilon", epsilon);
    this.weightDecay = checkAtLeastZero("weightDecay", weightDecay);
    this.#first = new Moments("firstMoment", parameters);
    this.#second = new Moments("secondMoment", parameters);
    this.#steps = new StepCounts(parameters);
    this.state = stateOf([...this.#first.buffers, ...this.#second.buffers, this.#steps.buffer]);
  }

  /** The parameter and the gradient that the step starts from. */
  protected abstract decay(target: Target): { value: Tensor; gradient: Tensor };

  protected override update(targets: readonly Target[]): void {
    const { beta1, beta2, epsilon } = this;
    const steps = this.#steps.advance(targets);
    // What all elements of a parameter share is computed for all parameters at once.
    const sizes = this.rateFor(steps).divide(biasCorrection(beta1, steps));
    const scales = biasCorrection(beta2, steps).sqrt().reciprocal();
    for (const target of targets) {
      const { parameter, index } = target;
      const { value, gradient } = this.decay(target);
      const own = (list: Tensor): Tensor => list.at(index).cast(parameter.dtype);
      const mean = average(this.#first.of(target), gradient, beta1);
      const square = average(this.#second.of(target), gradient.square(), beta2);
      const deviation = square.sqrt().multiply(own(scales)).add(epsilon);
      this.#first.assign(target, mean);
      this.#second.assign(target, square);
      parameter.assign(value.subtract(mean.divide(deviation).multiply(own(sizes))));
    }
  }
}

/** beta before + (1 - beta) now */
const average = (before: Tensor, now: Tensor, beta: number): Tensor =>
  before.multiply(beta).add(now.multiply(1 - beta));

/**
 * Adam: steps of about the learning rate in every coordinate, whatever the scale of its gradient.
 * With g the gradient plus weightDecay w, and t the number of steps including this one:
 *
 *     m := beta1 m + (1 - beta1) g        v := beta2 v + (1 - beta2) g^2
 *     w := w - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1. Weight decay
 * acts as an L2 penalty does, through the moments; see AdamW.
 */
export class Adam extends AdaptiveMoments {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    super(parameters, options, 0);
  }

  protected override decay({ parameter, gradient }: Target) {
    const { weightDecay } = this;
    const decayed = weightDecay ? gradient.add(parameter.multiply(weightDecay)) : gradient;
    return { value: parameter, gradient: decayed };
  }
}

/**
 * Adam with decoupled weight decay: before Adam's step, w := w - learningRate weightDecay w, which
 * the moments do not see.
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
 */
export class AdamW extends AdaptiveMoments {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(parameters: readonly Parameter[], options: AdamOptions = {}) {
    super(parameters, options, 0.01);
  }

  protected override decay({ parameter, gradient }: Target) {
    const { weightDecay } = this;
    if (weightDecay === 0) return { value: parameter, gradient };
    const kept = this.rateFor(parameter).multiply(-weightDecay).add(1);
    return { value: parameter.multiply(kept), gradient };
  }
}
