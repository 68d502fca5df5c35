import { ArgumentError, requireFlag, requireInstance, requireOptions } from "../array/index.js";
import {
  Buffer,
  evaluate,
  noGradient,
  type Parameter,
  type Tensor,
  zeros,
} from "../tensor/index.js";
import { captureState, restoreState } from "../tensor/stateDict.js";
import { requireDecay, requireParameters } from "./check.js";
import { stateOf } from "./state.js";

export interface AverageOptions {
  /** beta, from 0 to below 1: the average covers about the last 1 / (1 - beta) updates. */
  readonly decay: number;
  /**
   * Takes the plain mean while it is shorter than that, so that the initial weights have no part in
   * the average. Default true.
   */
  readonly warmUp?: boolean;
}

/**
 * A running mean of the weights, which goes on where they have come to jump about a minimum, and is
 * often the better model:
 *
 *     a := a + (w - a) max(1 - decay, 1 / t)     at the t-th update
 *     a := decay a + (1 - decay) w               without warmUp, from the weights at the beginning
 *
 * The mean of all updates is Polyak's and Juditsky's, "Acceleration of Stochastic Approximation by
 * Averaging", SIAM Journal on Control and Optimization 30, 1992.
 *
 * ```ts
 * const average = new optim.ExponentialMovingAverage(model.parameters(), { decay: 0.999 });
 * // in the step, which may be compiled:
 * optimizer.step();
 * average.update();
 * // to look at the model as it is on average:
 * const prediction = average.applied(() => model.forward(x));
 * ```
 *
 * Only parameters are averaged. Running statistics, as of a batch normalisation, stay those of the
 * last weights.
 */
export class ExponentialMovingAverage {
  readonly parameters: readonly Parameter[];
  readonly decay: number;
  readonly #averages: readonly Buffer[];
  /** Updates so far, counted only where they matter. */
  readonly #updates: Buffer | null;
  readonly #state: ReadonlyMap<string, Buffer>;

  /** @throws ArgumentError for a wrong list of parameters or a wrong option */
  constructor(parameters: readonly Parameter[], options: AverageOptions) {
    requireParameters("ExponentialMovingAverage", parameters);
    requireOptions("ExponentialMovingAverage", options, ["decay", "warmUp"]);
    const { decay, warmUp = true } = options;
    requireDecay("ExponentialMovingAverage", "decay", decay);
    requireFlag("ExponentialMovingAverage", "warmUp", warmUp);
    this.parameters = [...parameters];
    this.decay = decay;
    this.#averages = parameters.map((each, index) => new Buffer(each, `average.${index}`));
    this.#updates = warmUp ? new Buffer(zeros([], parameters[0]?.dtype), "updates") : null;
    this.#state = stateOf([...this.#averages, ...(this.#updates ? [this.#updates] : [])]);
  }

  /** Begins anew with the weights of now, where those of before are none that were trained. */
  reset(): void {
    this.parameters.forEach((parameter, index) => {
      (this.#averages[index] as Buffer).assign(parameter.detach());
    });
    if (this.#updates) this.#updates.assign(zeros([], this.#updates.dtype));
  }

  /** Counts the weights of now in; to be called after the optimiser's `step()`. */
  update(): void {
    noGradient(() => {
      const share = this.#nextShare();
      this.parameters.forEach((parameter, index) => {
        const average = this.#averages[index] as Buffer;
        const own = typeof share === "number" ? share : share.cast(parameter.dtype);
        average.assign(average.add(parameter.subtract(average).multiply(own)));
      });
    });
    evaluate([...this.#state.values()]);
  }

  /** What the weights of now count for. */
  #nextShare(): Tensor | number {
    if (!this.#updates) return 1 - this.decay;
    const updates = this.#updates.add(1);
    this.#updates.assign(updates);
    return updates.reciprocal().maximum(1 - this.decay);
  }

  /**
   * Does something with the averages in place of the weights, which come back whatever happens.
   * Inside `compile` too, where it costs nothing.
   *
   * @throws ArgumentError for what is no function, and for an asynchronous one: the weights would be
   *   back before it ends
   */
  applied<R>(action: () => R): R {
    requireInstance("ExponentialMovingAverage.applied", "the action", action, Function);
    const weights = this.parameters.map((parameter) => parameter.detach());
    this.#give(this.#averages);
    let result: R;
    try {
      result = action();
    } finally {
      this.#give(weights);
    }
    if (result instanceof Promise) {
      // Nobody will wait for it, and its failure must not end the process.
      result.catch(() => {});
      throw new ArgumentError(
        "ExponentialMovingAverage.applied: received a function that gives a Promise, expected one " +
          "that is done when it returns; read values outside of it.",
      );
    }
    return result;
  }

  #give(values: readonly Tensor[]): void {
    noGradient(() => {
      this.parameters.forEach((parameter, index) => {
        parameter.assign(values[index] as Tensor);
      });
    });
    evaluate(this.parameters);
  }

  /** The averages as they are now, by place in `parameters`, and the number of updates. */
  stateDict(): Map<string, Tensor> {
    return captureState(this.#state);
  }

  /**
   * Goes on from a saved state.
   *
   * @throws ArgumentError listing what does not fit; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, Tensor>): void {
    const operation = "ExponentialMovingAverage.loadStateDict";
    restoreState(operation, this.#state, dict, { mend: "Was it saved for the same model?" });
  }
}
