import { ArgumentError, requireOptions } from "../array/index.js";
import { type Buffer, type Parameter, type Tensor, where } from "../tensor/index.js";
import { checkAtLeastZero, checkDecay, Optimizer, type Target } from "./optimizer.js";
import { Moments, StepCounts, stateOf } from "./state.js";

export interface SGDOptions {
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

const optionNames = ["learningRate", "momentum", "dampening", "nesterov", "weightDecay"];

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
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly #velocity: Moments | null;
  readonly #steps: StepCounts | null;
  protected override readonly state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for an unknown option, a value out of its range, nesterov without plain momentum */
  constructor(parameters: readonly Parameter[], options: SGDOptions = {}) {
    requireOptions("SGD", options, optionNames);
    const { learningRate = 0.01, momentum = 0, dampening = 0 } = options;
    const { nesterov = false, weightDecay = 0 } = options;
    super(parameters, learningRate);
    this.momentum = checkDecay("momentum", momentum);
    this.dampening = checkDecay("dampening", dampening);
    this.weightDecay = checkAtLeastZero("weightDecay", weightDecay);
    this.nesterov = nesterov;
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ArgumentError(
        `SGD: received nesterov with momentum ${momentum} and dampening ${dampening}, expected a ` +
          "momentum above 0 and no dampening.",
      );
    }
    this.#velocity = momentum > 0 ? new Moments("velocity", parameters) : null;
    // Only with dampening does the first step differ from the others.
    this.#steps = momentum > 0 && dampening > 0 ? new StepCounts(parameters) : null;
    const counters = this.#steps ? [this.#steps.buffer] : [];
    this.state = stateOf([...(this.#velocity?.buffers ?? []), ...counters]);
  }

  protected override update(targets: readonly Target[]): void {
    const steps = this.#steps?.advance(targets) ?? null;
    for (const target of targets) {
      const { parameter, gradient } = target;
      const decayed = this.weightDecay
        ? gradient.add(parameter.multiply(this.weightDecay))
        : gradient;
      const direction = this.#direction(target, decayed, steps);
      parameter.assign(parameter.subtract(direction.multiply(this.rateFor(parameter))));
    }
  }

  #direction(target: Target, gradient: Tensor, steps: Tensor | null): Tensor {
    if (!this.#velocity) return gradient;
    const share = steps?.at(target.index).equal(1);
    const added = share ? where(share, gradient, gradient.multiply(1 - this.dampening)) : gradient;
    const before = this.#velocity.of(target).multiply(this.momentum);
    const velocity = before.add(added);
    this.#velocity.assign(target, velocity);
    return this.nesterov ? gradient.add(velocity.multiply(this.momentum)) : velocity;
  }
}
