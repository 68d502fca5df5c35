import { ArgumentError, describeValue } from "../array/index.js";
import { requireFinite } from "../tensor/finite.js";
import {
  Buffer,
  evaluate,
  noGradient,
  observe,
  type Parameter,
  type Tensor,
  tensor,
  zeros,
} from "../tensor/index.js";
import { captureState, restoreState } from "../tensor/stateDict.js";
import { requireParameters } from "./check.js";
import { stateOf } from "./state.js";

/**
 * Gradients of several batches as those of one large batch, which need not fit into memory at once:
 *
 *     G := G + weight g,  W := W + weight     after each `backward()`
 *     g := G / W,  G := 0,  W := 0            before the optimiser's `step()`
 *
 * With the number of samples as weight and a loss that is a mean over samples, the result is the
 * gradient of all samples together, to rounding. Outside of `compile`, `backward()` adds up by
 * itself; compiled functions need this, because their gradients do not outlive a run:
 *
 * ```ts
 * const accumulator = new optim.GradientAccumulator(model.parameters());
 * const gather = (x: Tensor, y: Tensor) => {
 *   const cost = loss.crossEntropy(model.forward(x), y);
 *   cost.backward();
 *   accumulator.add(x.shape[0]);
 *   return cost;
 * };
 * const collect = compile(gather);
 * const update = compile((x: Tensor, y: Tensor) => {
 *   const cost = gather(x, y);
 *   accumulator.apply();
 *   optimizer.step();
 *   return cost;
 * });
 * ```
 */
export class GradientAccumulator {
  readonly parameters: readonly Parameter[];
  readonly #sums: ReadonlyMap<Parameter, Buffer>;
  readonly #weight: Buffer;
  /** Those that ever had a gradient: the others shall have none after `apply` either. */
  readonly #involved = new Set<Parameter>();
  /** They only become more, so that their number tells which they are. */
  readonly #readInvolved = () => this.#involved.size;

  /** @throws ArgumentError for an empty list, for what is not a Parameter, for one that occurs twice */
  constructor(parameters: readonly Parameter[]) {
    requireParameters("GradientAccumulator", parameters);
    this.parameters = [...parameters];
    this.#sums = new Map(
      parameters.map((parameter, index) => {
        const { shape, dtype } = parameter;
        return [parameter, new Buffer(zeros(shape, dtype), `gradient.${index}`)];
      }),
    );
    this.#weight = new Buffer(zeros([], parameters[0]?.dtype), "gradientWeight");
  }

  /**
   * Adds the gradients of the last `backward()` and forgets them, so that the next begins anew.
   *
   * @param weight of this batch, above 0: its number of samples
   * @throws ArgumentError when the weight is out of its range, or no parameter has a gradient
   */
  add(weight = 1): void {
    if (!(Number.isFinite(weight) && weight > 0)) {
      throw new ArgumentError(
        `GradientAccumulator.add: received weight ${describeValue(weight)}, expected a finite ` +
          "number above 0, such as the number of samples.",
      );
    }
    const present = this.parameters.filter(({ requiresGrad, grad }) => requiresGrad && grad);
    if (present.length === 0) {
      throw new ArgumentError(
        `GradientAccumulator.add: none of the ${this.parameters.length} parameters has a gradient; ` +
          "call loss.backward() first.",
      );
    }
    noGradient(() => {
      for (const parameter of present) {
        const sum = this.#sumOf(parameter);
        if (parameter.grad) sum.assign(sum.add(parameter.grad.multiply(weight)));
        parameter.grad = null;
        this.#involved.add(parameter);
      }
      this.#weight.assign(this.#weight.add(weight));
    });
    this.#settle();
  }

  /**
   * Makes the weighted mean of all that was added the gradients, and starts anew.
   *
   * @throws NonFiniteError when nothing was added since the last time: of a compiled function it is
   *   the run that throws, and changes nothing
   */
  apply(): void {
    // A function that was captured while they were fewer would leave the new ones out.
    observe(this.#readInvolved);
    noGradient(() => {
      const share = this.#weight.reciprocal();
      requireFinite(
        "GradientAccumulator.apply: the mean of 0 gradients (call add() after each backward() first)",
        share,
      );
      for (const parameter of this.#involved) {
        if (!parameter.requiresGrad) continue;
        parameter.grad = this.#sumOf(parameter).multiply(share.cast(parameter.dtype));
      }
      this.clear();
    });
  }

  /** Forgets what was added. */
  clear(): void {
    for (const buffer of this.#buffers) buffer.assign(zeros(buffer.shape, buffer.dtype));
    this.#settle();
  }

  /** What was added so far, and which parameters ever had a gradient. */
  stateDict(): Map<string, Tensor> {
    const involved = this.parameters.map((parameter) => Number(this.#involved.has(parameter)));
    return captureState(stateOf(this.#buffers)).set("involved", tensor(Uint8Array.from(involved)));
  }

  /**
   * Goes on from a saved state.
   *
   * @throws ArgumentError listing what does not fit; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, Tensor>): void {
    const rest = new Map(dict);
    rest.delete("involved");
    const mend = "Was it saved for the same model?";
    restoreState("GradientAccumulator.loadStateDict", stateOf(this.#buffers), rest, { mend });
    const involved = dict.get("involved")?.dataSync() ?? [];
    this.parameters.forEach((parameter, index) => {
      if (involved[index]) this.#involved.add(parameter);
    });
  }

  get #buffers(): readonly Buffer[] {
    return [...this.#sums.values(), this.#weight];
  }

  #sumOf(parameter: Parameter): Buffer {
    return this.#sums.get(parameter) as Buffer;
  }

  /** Outside of `compile`, computes the new contents at once. */
  #settle(): void {
    evaluate(this.#buffers);
  }
}
