import type { Buffer, Tensor } from "../tensor/index.js";
import type { Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, decayRate, epsilon, flag, type OptimizerOptions } from "./options.js";
import { Moments, stateOf } from "./state.js";
import { penalized } from "./weightDecay.js";

export interface RMSPropOptions extends OptimizerOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Decay of the mean of squared gradients, from 0 to below 1. Default 0.99. */
  readonly alpha?: number;
  /** Keeps the division from blowing up; at least 2^-126. Default 1e-8. */
  readonly epsilon?: number;
  /** mu, from 0 to below 1. Default 0. */
  readonly momentum?: number;
  /** Divides by the deviation of gradients from their mean (Graves 2013). Default false. */
  readonly centered?: boolean;
  /** lambda: adds lambda w to the gradient, as the penalty lambda |w|^2 / 2 would. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Steps of about the learning rate in every coordinate: gradients are divided by the root of their
 * late mean square. With g the gradient plus weightDecay w:
 *
 *     s := alpha s + (1 - alpha) g^2                 d := g / (sqrt(s) + epsilon)
 *     a := alpha a + (1 - alpha) g                   d := g / (sqrt(s - a^2) + epsilon)   if centered
 *     w := w - learningRate d                        without momentum
 *     u := momentum u + d,  w := w - learningRate u  with momentum
 *
 * as in PyTorch; Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012;
 * centred after Graves, "Generating Sequences With Recurrent Neural Networks", 2013, equations 38 to
 * 45.
 */
export class RMSProp extends Optimizer<RMSPropOptions> {
  /** s, or where centred the variance s - a^2. */
  readonly #square: Moments;
  readonly #mean: Moments;
  readonly #velocity: Moments;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(trained: Trained<RMSPropOptions>, options: RMSPropOptions = {}) {
    super(trained, options, {
      learningRate: atLeastZero(0.01),
      alpha: decayRate(0.99),
      epsilon: epsilon(1e-8),
      momentum: decayRate(0),
      centered: flag(false),
      weightDecay: atLeastZero(0),
    });
    const centered = this.slots.filter(({ group }) => group.options.centered);
    const moving = this.slots.filter(({ group }) => group.options.momentum > 0);
    this.#square = new Moments("square", this.slots);
    this.#mean = new Moments("mean", centered);
    this.#velocity = new Moments("velocity", moving);
    const moments = [this.#square, this.#mean, this.#velocity];
    this.state = stateOf(moments.flatMap(({ buffers }) => buffers));
  }

  protected override update(targets: readonly Target<RMSPropOptions>[]): void {
    for (const target of targets) {
      const { parameter, group } = target;
      const { epsilon, momentum } = group.options;
      const gradient = penalized(target);
      const deviation = this.#meanSquare(target, gradient).sqrt().add(epsilon);
      let direction = gradient.divide(deviation);
      if (momentum > 0) {
        const before = this.#velocity.of(target).multiply(momentum);
        direction = this.#velocity.assign(target, before.add(direction));
      }
      parameter.assign(parameter.subtract(direction.multiply(group.rateFor(parameter))));
    }
  }

  /** s, or s - a^2, with this gradient in it. */
  #meanSquare(target: Target<RMSPropOptions>, gradient: Tensor): Tensor {
    const { alpha, centered } = target.group.options;
    if (!centered) return this.#square.average(target, gradient.square(), alpha);
    // The difference of both would cancel, and might fall below 0. Its own recursion does not:
    // s - a^2 := alpha (s - a^2 + (1 - alpha) (g - a)^2) with the a of before.
    const spread = gradient
      .subtract(this.#mean.of(target))
      .square()
      .multiply(1 - alpha);
    this.#mean.average(target, gradient, alpha);
    const variance = this.#square.of(target).add(spread).multiply(alpha);
    return this.#square.assign(target, variance);
  }
}
