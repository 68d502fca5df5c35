import { ArgumentError } from "../array/index.js";
import { type Buffer, type Tensor, where } from "../tensor/index.js";
import type { Trained } from "./group.js";
import { Optimizer, type Target } from "./optimizer.js";
import { atLeastZero, decayRate, flag, type OptimizerOptions } from "./options.js";
import { Moments, StepCounts, stateOf } from "./state.js";
import { penalized } from "./weightDecay.js";

export interface SGDOptions extends OptimizerOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** mu, from 0 to below 1. Default 0. */
  readonly momentum?: number;
  /** d: how much of a gradient is kept out of the velocity, except of the first. Default 0. */
  readonly dampening?: number;
  /** Look ahead along the velocity (Nesterov 1983, as in Sutskever et al. 2013). Default false. */
  readonly nesterov?: boolean;
  /** lambda: adds lambda w to the gradient, as the penalty lambda |w|^2 / 2 would. Default 0. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent; stochastic where each step sees a batch. With g the gradient plus weightDecay w:
 *
 *     w := w - learningRate g                            without momentum
 *     v := momentum v + (1 - dampening) g                (v := g in the first step)
 *     w := w - learningRate v                            with momentum
 *     w := w - learningRate (g + momentum v)             with nesterov
 *
 * as in PyTorch; momentum after Polyak 1964.
 */
export class SGD extends Optimizer<SGDOptions> {
  readonly #velocity: Moments;
  readonly #steps: StepCounts | null;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option, a value out of its range, nesterov without plain momentum */
  constructor(trained: Trained<SGDOptions>, options: SGDOptions = {}) {
    super(trained, options, {
      learningRate: atLeastZero(0.01),
      momentum: decayRate(0),
      dampening: decayRate(0),
      nesterov: flag(false),
      weightDecay: atLeastZero(0),
    });
    for (const { options } of this.groups) {
      const { nesterov, momentum, dampening } = options;
      if (nesterov && (momentum === 0 || dampening !== 0)) {
        throw new ArgumentError(
          `SGD: received nesterov with momentum ${momentum} and dampening ${dampening}, expected a ` +
            "momentum above 0 and no dampening.",
        );
      }
    }
    const moving = this.slots.filter(({ group }) => group.options.momentum > 0);
    this.#velocity = new Moments("velocity", moving);
    // Only with dampening does the first step differ from the others.
    const dampened = moving.some(({ group }) => group.options.dampening > 0);
    this.#steps = dampened ? new StepCounts(this.slots) : null;
    const counters = this.#steps ? [this.#steps.buffer] : [];
    this.state = stateOf([...this.#velocity.buffers, ...counters]);
  }

  protected override update(targets: readonly Target<SGDOptions>[]): void {
    const steps = this.#steps?.advance(targets) ?? null;
    for (const target of targets) {
      const { parameter, group } = target;
      const direction = this.#direction(target, penalized(target), steps);
      parameter.assign(parameter.subtract(direction.multiply(group.rateFor(parameter))));
    }
  }

  #direction(target: Target<SGDOptions>, gradient: Tensor, steps: Tensor | null): Tensor {
    const { momentum, dampening, nesterov } = target.group.options;
    if (momentum === 0) return gradient;
    const first = dampening > 0 ? steps?.at(target.index).equal(1) : undefined;
    const added = first ? where(first, gradient, gradient.multiply(1 - dampening)) : gradient;
    const before = this.#velocity.of(target).multiply(momentum);
    const velocity = this.#velocity.assign(target, before.add(added));
    return nesterov ? gradient.add(velocity.multiply(momentum)) : velocity;
  }
}
