import type { Buffer } from "../tensor/index.js";
import type { Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, decayRate, epsilon, type OptimizerOptions } from "./options.js";
import { biasCorrection, byGroup, Moments, StepCounts, stateOf } from "./state.js";
import { penalized } from "./weightDecay.js";

export interface AdamaxOptions extends OptimizerOptions {
  /** Default 0.002. */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the largest gradient, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the division from blowing up; at least 2^-126. Default 1e-8. */
  readonly epsilon?: number;
  /** lambda: adds lambda w to the gradient, as the penalty lambda |w|^2 / 2 would. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam with the infinity norm: gradients are measured against the largest of late, which rare
 * gradients do not wash out. With g the gradient plus weightDecay w, and t the number of steps
 * including this one:
 *
 *     m := beta1 m + (1 - beta1) g        u := max(beta2 u, |g| + epsilon)
 *     w := w - (learningRate / (1 - beta1^t)) m / u
 *
 * Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 2; epsilon as in
 * PyTorch.
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  readonly #mean: Moments;
  readonly #largest: Moments;
  readonly #steps: StepCounts;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(trained: Trained<AdamaxOptions>, options: AdamaxOptions = {}) {
    super(trained, options, {
      learningRate: atLeastZero(0.002),
      beta1: decayRate(0.9),
      beta2: decayRate(0.999),
      epsilon: epsilon(1e-8),
      weightDecay: atLeastZero(0),
    });
    this.#mean = new Moments("mean", this.slots);
    this.#largest = new Moments("largest", this.slots);
    this.#steps = new StepCounts(this.slots);
    this.state = stateOf([...this.#mean.buffers, ...this.#largest.buffers, this.#steps.buffer]);
  }

  protected override update(targets: readonly Target<AdamaxOptions>[]): void {
    const steps = this.#steps.advance(targets);
    for (const [group, members] of byGroup(targets)) {
      const { beta1, beta2, epsilon } = group.options;
      const sizes = group.rateFor(steps).divide(biasCorrection(beta1, steps));
      for (const target of members) {
        const { parameter, index } = target;
        const gradient = penalized(target);
        const mean = this.#mean.average(target, gradient, beta1);
        const faded = this.#largest.of(target).multiply(beta2);
        const largest = faded.maximum(gradient.abs().add(epsilon));
        this.#largest.assign(target, largest);
        const size = sizes.at(index).cast(parameter.dtype);
        parameter.assign(parameter.subtract(mean.divide(largest).multiply(size)));
      }
    }
  }
}
