import {
  ArgumentError,
  describeValue,
  formatShape,
  requireMap,
  sameShape,
} from "../array/index.js";
import {
  type Buffer,
  evaluate,
  noGradient,
  Parameter,
  RunTimeScalar,
  spendGradients,
  Tensor,
} from "../tensor/index.js";

/** A parameter that takes part in a step. */
export interface Target {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
  /** Place in `parameters`, and so in every list of the optimiser's state. */
  readonly index: number;
}

/** Changes parameters by their gradients, so that the loss goes down. */
export abstract class Optimizer {
  readonly parameters: readonly Parameter[];
  readonly #learningRate: RunTimeScalar;

  /**
   * @throws ArgumentError for an empty list, for what is not a Parameter, for one that occurs twice,
   *   and for a learning rate that is negative or not finite
   */
  constructor(parameters: readonly Parameter[], learningRate: number) {
    this.parameters = checkParameters(parameters);
    this.#learningRate = new RunTimeScalar(checkAtLeastZero("learningRate", learningRate));
  }

  /** Step size; it may change between any two steps, and no compiled function is compiled anew. */
  get learningRate(): number {
    return this.#learningRate.value;
  }

  set learningRate(value: number) {
    this.#learningRate.value = checkAtLeastZero("learningRate", value);
  }

  /** The learning rate in the graph, for parameters of one dtype. */
  protected rateFor({ dtype }: Tensor): Tensor {
    return this.#learningRate.tensor(dtype === "float64" ? "float64" : "float32");
  }

  /** Moments, counters: everything besides the parameters that a step reads and changes. */
  protected abstract get state(): ReadonlyMap<string, Buffer>;

  /** Assigns the new parameters and state. */
  protected abstract update(targets: readonly Target[]): void;

  /** Forgets the gradients. Only needed to drop some: after `step()`, `backward()` replaces them. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.grad = null;
  }

  /**
   * One update of every parameter that has a gradient and is not frozen. The gradients stay
   * readable, and the next `backward()` replaces them.
   *
   * Outside of `compile` nothing looks whether gradients are finite: NaN would go into the weights.
   * A compiled step throws in its place and changes nothing.
   *
   * @throws ArgumentError when no parameter has a gradient
   */
  step(): void {
    const targets = this.parameters.flatMap((parameter, index): Target[] => {
      const gradient = parameter.requiresGrad ? parameter.grad : null;
      return gradient ? [{ parameter, gradient, index }] : [];
    });
    if (targets.length === 0) throw new ArgumentError(this.#nothingToDo());
    noGradient(() => this.update(targets));
    const changed = targets.map(({ parameter }) => parameter);
    evaluate([...changed, ...this.state.values()]);
    spendGradients(changed);
  }

  #nothingToDo(): string {
    return this.parameters.some(({ requiresGrad }) => requiresGrad)
      ? `${this.constructor.name}.step: none of the ${this.parameters.length} parameters has a ` +
          "gradient; call loss.backward() first, on a loss that depends on them."
      : `${this.constructor.name}.step: all ${this.parameters.length} parameters are frozen; call ` +
          "thaw() on the part of the model to be trained.";
  }

  /**
   * The optimiser's state as it is now, by name; places are those in `parameters`. The learning rate
   * is not in it: it is a decision, not a result.
   */
  stateDict(): Map<string, Tensor> {
    return new Map([...this.state].map(([name, buffer]) => [name, buffer.detach()]));
  }

  /**
   * Goes on from a saved state.
   *
   * @throws ArgumentError listing what does not fit; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, Tensor>): void {
    requireMap(`${this.constructor.name}.loadStateDict`, "the state dict", dict, Tensor);
    const problems = [...this.state].flatMap(([name, buffer]) => {
      const value = dict.get(name);
      if (!value) return [`${name} is missing`];
      if (value.dtype === buffer.dtype && sameShape(value.shape, buffer.shape)) return [];
      return [`${name} is ${describe(value)}, expected ${describe(buffer)}`];
    });
    problems.push(
      ...[...dict.keys()]
        .filter((name) => !this.state.has(name))
        .map((name) => `${name} is unknown`),
    );
    if (problems.length > 0) {
      throw new ArgumentError(
        `${this.constructor.name}.loadStateDict: nothing was loaded; ${problems.join("; ")}. Was it ` +
          "saved by the same kind of optimiser, for the same model?",
      );
    }
    for (const [name, buffer] of this.state) buffer.assign(dict.get(name) as Tensor);
  }
}

const describe = ({ dtype, shape }: Tensor): string => `${dtype} ${formatShape(shape)}`;

function checkParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  if (list.length === 0) {
    throw new ArgumentError(
      `optimiser: received ${Array.isArray(parameters) ? "an empty list" : typeof parameters}, ` +
        "expected a list of at least one Parameter, such as model.parameters().",
    );
  }
  list.forEach((each, index) => {
    if (!(each instanceof Parameter)) {
      const what = each instanceof Tensor ? `a ${each.constructor.name}` : typeof each;
      throw new ArgumentError(
        `optimiser: received ${what} as element ${index}, expected a Parameter; make one with ` +
          "new Parameter(tensor).",
      );
    }
    const first = list.indexOf(each);
    if (first !== index) {
      throw new ArgumentError(
        `optimiser: received ${each.label} twice, as elements ${first} and ${index}, expected each ` +
          "parameter once.",
      );
    }
  });
  return [...parameters];
}

export function checkAtLeastZero(name: string, value: number): number {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new ArgumentError(
      `optimiser: received ${name} ${describeValue(value)}, expected a finite number of at least 0.`,
    );
  }
  return value;
}

/** `value` if it can be a rate of exponential decay. */
export function checkDecay(name: string, value: number): number {
  if (!(typeof value === "number" && value >= 0 && value < 1)) {
    throw new ArgumentError(
      `optimiser: received ${name} ${describeValue(value)}, expected 0 <= ${name} < 1.`,
    );
  }
  return value;
}
