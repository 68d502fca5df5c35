import { Buffer, ones, type Tensor, where } from "../tensor/index.js";
import type { ParameterGroup, Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, decayRate, epsilon, type OptimizerOptions } from "./options.js";
import { biasCorrection, byGroup, Moments, membership, StepCounts, stateOf } from "./state.js";
import { penalized } from "./weightDecay.js";

export interface NAdamOptions extends OptimizerOptions {
  /** Default 0.002. */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the division from blowing up; at least 2^-126. Default 1e-8. */
  readonly epsilon?: number;
  /** lambda: adds lambda w to the gradient, as the penalty lambda |w|^2 / 2 would. Default 0. */
  readonly weightDecay?: number;
  /** psi: how fast the momentum rises from about beta1 / 2 to beta1. Default 0.004. */
  readonly momentumDecay?: number;
}

/** mu of each step count: beta1 (1 - 0.96^(t psi) / 2). */
function momentumAt(steps: Tensor, { options }: ParameterGroup<NAdamOptions>): Tensor {
  const { beta1, momentumDecay } = options;
  const rise = steps.multiply(momentumDecay * Math.log(0.96)).exp();
  return rise.multiply(-beta1 / 2).add(beta1);
}

/**
 * Adam with Nesterov's momentum: the step looks ahead along the mean of gradients. With g the
 * gradient plus weightDecay w, t the number of steps including this one, and psi momentumDecay:
 *
 *     mu_t := beta1 (1 - 0.96^(t psi) / 2)    M := mu_1 mu_2 ... mu_t
 *     m := beta1 m + (1 - beta1) g            v := beta2 v + (1 - beta2) g^2
 *     d := g (1 - mu_t) / (1 - M) + m mu_(t+1) / (1 - M mu_(t+1))
 *     w := w - learningRate d / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016, algorithm 2; its details
 * as in PyTorch.
 */
export class NAdam extends Optimizer<NAdamOptions> {
  readonly #first: Moments;
  readonly #second: Moments;
  readonly #steps: StepCounts;
  /** M of each parameter. */
  readonly #product: Buffer;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(trained: Trained<NAdamOptions>, options: NAdamOptions = {}) {
    super(trained, options, {
      learningRate: atLeastZero(0.002),
      beta1: decayRate(0.9),
      beta2: decayRate(0.999),
      epsilon: epsilon(1e-8),
      weightDecay: atLeastZero(0),
      momentumDecay: atLeastZero(0.004),
    });
    this.#first = new Moments("firstMoment", this.slots);
    this.#second = new Moments("secondMoment", this.slots);
    this.#steps = new StepCounts(this.slots);
    const { shape, dtype } = this.#steps.buffer;
    this.#product = new Buffer(ones(shape, dtype), "momentumProduct");
    const moments = [...this.#first.buffers, ...this.#second.buffers];
    this.state = stateOf([...moments, this.#steps.buffer, this.#product]);
  }

  protected override update(targets: readonly Target<NAdamOptions>[]): void {
    const steps = this.#steps.advance(targets);
    let products: Tensor = this.#product;
    for (const [group, members] of byGroup(targets)) {
      const { beta1, beta2, epsilon } = group.options;
      const momentum = momentumAt(steps, group);
      const next = momentumAt(steps.add(1), group);
      const mine = membership(members, steps).equal(1);
      products = where(mine, products.multiply(momentum), products);
      const rate = group.rateFor(steps);
      const rest = (list: Tensor): Tensor => list.neg().add(1);
      const ofGradient = rate.multiply(rest(momentum)).divide(rest(products));
      const ofMean = rate.multiply(next).divide(rest(products.multiply(next)));
      const scales = biasCorrection(beta2, steps).sqrt().reciprocal();
      for (const target of members) {
        const { parameter, index } = target;
        const own = (list: Tensor): Tensor => list.at(index).cast(parameter.dtype);
        const gradient = penalized(target);
        const mean = this.#first.average(target, gradient, beta1);
        const square = this.#second.average(target, gradient.square(), beta2);
        const deviation = square.sqrt().multiply(own(scales)).add(epsilon);
        const ahead = gradient.multiply(own(ofGradient)).add(mean.multiply(own(ofMean)));
        parameter.assign(parameter.subtract(ahead.divide(deviation)));
      }
    }
    this.#product.assign(products);
  }
}
