import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../../array/index.js";
import type { Parameter, Tensor } from "../../tensor/index.js";
import { requireAtLeastZero, requireParameters } from "../check.js";
import { type Probe, searchStrongWolfe } from "./lineSearch.js";
import { InverseHessian } from "./memory.js";
import { type Evaluation, Objective, requireFinite } from "./objective.js";
import { along, dot, largest } from "./vector.js";

export interface LBFGSOptions {
  /** Length of a step in units of Newton's; with a line search, of the first it tries. Default 1. */
  readonly learningRate?: number;
  /** Iterations of one `step`, at least 1. Default 20. */
  readonly iterations?: number;
  /** Steps that the curvature is known from, at least 1. Default 10. */
  readonly history?: number;
  /** A step ends where no element of the gradient is larger. Default 1e-7. */
  readonly gradientTolerance?: number;
  /** A step ends where neither a weight nor the loss changes by more. Default 1e-9. */
  readonly changeTolerance?: number;
  /** How the length of a step is found. Default "strongWolfe". */
  readonly lineSearch?: "strongWolfe" | "none";
}

const limits = ["learningRate", "gradientTolerance", "changeTolerance"] as const;
const counts = ["iterations", "history"] as const;

/**
 * Newton's method with a Hessian that is guessed from the last steps:
 *
 *     w := w - t H g
 *
 * For small problems whose gradient is that of all data: it needs tens of evaluations where gradient
 * descent needs thousands, and is led astray by the noise of batches. It evaluates the loss several
 * times a step, so `step` is given the function that does it, and cannot be compiled itself; the
 * function can, with `keepGradients`:
 *
 * ```ts
 * const optimizer = new optim.LBFGS(model.parameters());
 * const cost = optimizer.step(() => {
 *   const cost = loss.meanSquaredError(model.forward(x), y);
 *   cost.backward();
 *   return cost;
 * });
 * ```
 *
 * What it knows of the Hessian outlives steps, but is not saved: there is no state dict, and a new
 * LBFGS takes a few steps to know as much. It also starts anew when parameters were frozen or thawed.
 *
 * Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical
 * Programming 45, 1989. Tolerances are PyTorch's, and so is the path without line search, with one
 * exception: as long as no curvature is known, every iteration scales g by min(1, 1 / sum |g|), not
 * the very first alone. Line searches are others, and only iterations are counted, not evaluations.
 */
export class LBFGS {
  readonly parameters: readonly Parameter[];
  readonly options: Required<LBFGSOptions>;
  #hessian: InverseHessian;
  /** Those that the Hessian is about. */
  #trained: readonly Parameter[] = [];

  /** @throws ArgumentError for a wrong list of parameters or a wrong option */
  constructor(parameters: readonly Parameter[], options: LBFGSOptions = {}) {
    requireParameters("LBFGS", parameters);
    requireOptions("LBFGS", options, [...limits, ...counts, "lineSearch"]);
    const { learningRate = 1, iterations = 20, history = 10 } = options;
    const { gradientTolerance = 1e-7, changeTolerance = 1e-9 } = options;
    const { lineSearch = "strongWolfe" } = options;
    const tolerances = { gradientTolerance, changeTolerance };
    this.options = { learningRate, iterations, history, ...tolerances, lineSearch };
    for (const name of limits) requireAtLeastZero("LBFGS", name, this.options[name]);
    for (const name of counts) requireCount("LBFGS", name, this.options[name]);
    if (lineSearch !== "strongWolfe" && lineSearch !== "none") {
      throw new ArgumentError(
        `LBFGS: received lineSearch ${describeValue(lineSearch)}, expected "strongWolfe" or "none".`,
      );
    }
    this.parameters = [...parameters];
    this.#hessian = new InverseHessian(history);
  }

  /**
   * Several iterations, each of one or a few evaluations of the loss.
   *
   * @param closure computes the loss, calls its `backward()` and returns it
   * @returns the loss before the step
   * @throws ArgumentError when the closure returns no loss or leaves no gradient
   * @throws ExecutionError when the loss or its gradient is not finite; the weights are then those
   *   from before, for which they were
   */
  step(closure: () => Tensor): Tensor {
    requireInstance("LBFGS.step", "the closure", closure, Function);
    const { iterations, gradientTolerance, changeTolerance } = this.options;
    const objective = new Objective(this.#renewTrained(), closure);
    const first = objective.evaluate();
    requireFinite(first);
    let now = first;
    for (let count = 0; count < iterations; count++) {
      if (largest(now.gradient) <= gradientTolerance) break;
      const direction = this.#hessian.times(now.gradient).map((value) => -value);
      if (dot(now.gradient, direction) > -changeTolerance) break;
      const { change, next } = this.#move(objective, now, direction);
      this.#hessian.add(change, along(next.gradient, now.gradient, -1));
      const difference = Math.abs(next.loss - now.loss);
      now = next;
      if (largest(change) <= changeTolerance || difference < changeTolerance) break;
    }
    return first.cost;
  }

  /** The parameters that are trained now; the Hessian of others says nothing about them. */
  #renewTrained(): readonly Parameter[] {
    const trained = this.parameters.filter(({ requiresGrad }) => requiresGrad);
    const areSame =
      trained.length === this.#trained.length &&
      trained.every((each, index) => each === this.#trained[index]);
    if (!areSame) this.#hessian = new InverseHessian(this.options.history);
    this.#trained = trained;
    return trained;
  }

  /** Takes the weights along a direction; if the loss is not finite there, back again. */
  #move(objective: Objective, now: Evaluation, direction: Float64Array) {
    const { learningRate, lineSearch, changeTolerance } = this.options;
    const before = objective.weights;
    const probe = (step: number): Probe => {
      objective.weights = along(before, direction, step);
      const found = objective.evaluate();
      return { ...found, step, slope: dot(found.gradient, direction) };
    };
    // Before there is a curvature, the gradient says where to go but not how far.
    const sum = now.gradient.reduce((total, value) => total + Math.abs(value), 0);
    const length = learningRate * (this.#hessian.isEmpty ? Math.min(1, 1 / sum) : 1);
    const start = { ...now, step: 0, slope: dot(now.gradient, direction) };
    try {
      const shortest = changeTolerance / largest(direction);
      const next =
        lineSearch === "none" ? probe(length) : searchStrongWolfe(start, length, shortest, probe);
      requireFinite(next);
      objective.weights = along(before, direction, next.step);
      return { change: direction.map((value) => next.step * value), next };
    } catch (error) {
      objective.weights = before;
      throw error;
    }
  }
}
