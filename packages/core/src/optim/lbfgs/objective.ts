import { ArgumentError, ExecutionError, formatShape, requireInstance } from "../../array/index.js";
import { evaluate, type Parameter, spendGradients, Tensor, tensor } from "../../tensor/index.js";

/** A loss and its gradient at some weights. */
export interface Evaluation {
  readonly cost: Tensor;
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** A loss as a function of all trained weights in one vector; a closure computes it. */
export class Objective {
  readonly #parameters: readonly Parameter[];
  readonly #closure: () => Tensor;

  /** @param parameters those that are trained */
  constructor(parameters: readonly Parameter[], closure: () => Tensor) {
    this.#parameters = parameters;
    this.#closure = closure;
  }

  get weights(): Float64Array {
    return flatten(this.#parameters);
  }

  set weights(values: Float64Array) {
    let start = 0;
    for (const parameter of this.#parameters) {
      const { shape, dtype, size } = parameter;
      parameter.assign(tensor(values.subarray(start, start + size), { shape, dtype }));
      start += size;
    }
    evaluate(this.#parameters);
  }

  /**
   * The loss and its gradient at the weights of now.
   *
   * @throws ArgumentError when the closure returns no loss or leaves no gradient
   */
  evaluate(): Evaluation {
    for (const parameter of this.#parameters) parameter.grad = null;
    const cost: unknown = this.#closure();
    requireInstance("LBFGS.step", "the result of the closure", cost, Tensor);
    if (cost.size !== 1) {
      throw new ArgumentError(
        `LBFGS.step: the result of the closure has shape ${formatShape(cost.shape)}, expected a ` +
          "single number; reduce it with .mean().",
      );
    }
    if (this.#parameters.every(({ grad }) => grad === null)) {
      throw new ArgumentError(
        `LBFGS.step: none of the ${this.#parameters.length} trained parameters has a gradient; the ` +
          "closure has to call loss.backward(), on a loss that depends on them.",
      );
    }
    const gradient = flatten(
      this.#parameters.map(({ grad, size }) => grad ?? { size, dataSync: () => [] }),
    );
    spendGradients(this.#parameters);
    return { cost, loss: cost.itemSync(), gradient };
  }
}

/** @throws ExecutionError when the loss or an element of the gradient is not finite */
export function requireFinite({ loss, gradient }: Evaluation): void {
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return;
  throw new ExecutionError(
    `LBFGS.step: ${Number.isFinite(loss) ? "the gradient" : "the loss"} is not finite. The weights ` +
      "are those from before; choose a lower learningRate, or look for NaN in the data.",
  );
}

/** The elements of all, one after the other; those that are missing are 0. */
function flatten(parts: readonly { size: number; dataSync(): ArrayLike<number> }[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { size }) => sum + size, 0));
  let start = 0;
  for (const part of parts) {
    all.set(part.dataSync(), start);
    start += part.size;
  }
  return all;
}
