import type { Buffer, Tensor } from "../tensor/index.js";
import type { Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, decayRate, epsilon, flag, type OptimizerOptions } from "./options.js";
import { biasCorrection, byGroup, Moments, StepCounts, stateOf } from "./state.js";
import { decayed, penalized } from "./weightDecay.js";

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.001. */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the division from blowing up; at least 2^-126. Default 1e-8. */
  readonly epsilon?: number;
  /** lambda. Default 0 for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
  /**
   * Divides by the largest v so far, so that steps never grow again where gradients have become
   * rare (Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR 2018, algorithm 2).
   * Default false.
   */
  readonly amsgrad?: boolean;
}

/** What Adam and AdamW share: the moments and the step, all but the weight decay. */
abstract class AdaptiveMoments extends Optimizer<AdamOptions> {
  readonly #first: Moments;
  readonly #second: Moments;
  readonly #largest: Moments;
  readonly #steps: StepCounts;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  constructor(trained: Trained<AdamOptions>, options: AdamOptions, weightDecay: number) {
    super(trained, options, {
      learningRate: atLeastZero(0.001),
      beta1: decayRate(0.9),
      beta2: decayRate(0.999),
      epsilon: epsilon(1e-8),
      weightDecay: atLeastZero(weightDecay),
      amsgrad: flag(false),
    });
    const bounded = this.slots.filter(({ group }) => group.options.amsgrad);
    this.#first = new Moments("firstMoment", this.slots);
    this.#second = new Moments("secondMoment", this.slots);
    this.#largest = new Moments("largestSecondMoment", bounded);
    this.#steps = new StepCounts(this.slots);
    const moments = [this.#first, this.#second, this.#largest];
    this.state = stateOf([...moments.flatMap(({ buffers }) => buffers), this.#steps.buffer]);
  }

  /** The parameter and the gradient that the step starts from. */
  protected abstract decay(target: Target<AdamOptions>): { value: Tensor; gradient: Tensor };

  protected override update(targets: readonly Target<AdamOptions>[]): void {
    const steps = this.#steps.advance(targets);
    for (const [group, members] of byGroup(targets)) {
      const { beta1, beta2, epsilon, amsgrad } = group.options;
      // What all elements of a parameter share is computed for all parameters at once.
      const sizes = group.rateFor(steps).divide(biasCorrection(beta1, steps));
      const scales = biasCorrection(beta2, steps).sqrt().reciprocal();
      for (const target of members) {
        const { parameter, index } = target;
        const { value, gradient } = this.decay(target);
        const own = (list: Tensor): Tensor => list.at(index).cast(parameter.dtype);
        const mean = this.#first.average(target, gradient, beta1);
        const second = this.#second.average(target, gradient.square(), beta2);
        const square = amsgrad ? this.#largest.grow(target, second) : second;
        const deviation = square.sqrt().multiply(own(scales)).add(epsilon);
        parameter.assign(value.subtract(mean.divide(deviation).multiply(own(sizes))));
      }
    }
  }
}

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
  constructor(trained: Trained<AdamOptions>, options: AdamOptions = {}) {
    super(trained, options, 0);
  }

  protected override decay(target: Target<AdamOptions>) {
    return { value: target.parameter, gradient: penalized(target) };
  }
}

/**
 * Adam with decoupled weight decay: before Adam's step, w := w - learningRate weightDecay w, which
 * the moments do not see.
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
 */
export class AdamW extends AdaptiveMoments {
  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(trained: Trained<AdamOptions>, options: AdamOptions = {}) {
    super(trained, options, 0.01);
  }

  protected override decay(target: Target<AdamOptions>) {
    return { value: decayed(target), gradient: target.gradient };
  }
}
