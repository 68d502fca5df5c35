import type { Buffer } from "../tensor/index.js";
import type { Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, epsilon, type OptimizerOptions } from "./options.js";
import { Moments, stateOf } from "./state.js";
import { penalized } from "./weightDecay.js";

export interface AdagradOptions extends OptimizerOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Keeps the division from blowing up; at least 2^-126. Default 1e-10. */
  readonly epsilon?: number;
  /** lambda: adds lambda w to the gradient, as the penalty lambda |w|^2 / 2 would. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Steps that shrink in every coordinate with the gradients it has seen, so that rare features keep
 * large ones. With g the gradient plus weightDecay w:
 *
 *     s := s + g^2        w := w - learningRate g / (sqrt(s) + epsilon)
 *
 * Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic
 * Optimization", JMLR 12, 2011, with the diagonal matrix of figure 1.
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  readonly #sum: Moments;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option or a value out of its range */
  constructor(trained: Trained<AdagradOptions>, options: AdagradOptions = {}) {
    super(trained, options, {
      learningRate: atLeastZero(0.01),
      epsilon: epsilon(1e-10),
      weightDecay: atLeastZero(0),
    });
    this.#sum = new Moments("sumOfSquares", this.slots);
    this.state = stateOf(this.#sum.buffers);
  }

  protected override update(targets: readonly Target<AdagradOptions>[]): void {
    for (const target of targets) {
      const { parameter, group } = target;
      const gradient = penalized(target);
      const sum = this.#sum.assign(target, this.#sum.of(target).add(gradient.square()));
      const direction = gradient.divide(sum.sqrt().add(group.options.epsilon));
      parameter.assign(parameter.subtract(direction.multiply(group.rateFor(parameter))));
    }
  }
}
