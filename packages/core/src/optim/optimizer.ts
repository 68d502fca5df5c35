import { ArgumentError } from "../array/index.js";
import {
  type Buffer,
  evaluate,
  noGradient,
  type Parameter,
  spendGradients,
  type Tensor,
} from "../tensor/index.js";
import { captureState, restoreState } from "../tensor/stateDict.js";
import { groupsOf, ParameterGroup, type Trained } from "./group.js";
import {
  atLeastZero,
  type OptimizerOptions,
  type OptionTable,
  type OwnOptionTable,
} from "./options.js";
import { shrink } from "./proximal.js";

/** A parameter of an optimiser. */
export interface Slot<O extends OptimizerOptions = OptimizerOptions> {
  readonly parameter: Parameter;
  readonly group: ParameterGroup<O>;
  /** Place in `parameters`, and so in every list of the optimiser's state. */
  readonly index: number;
}

/** A parameter that takes part in a step. */
export interface Target<O extends OptimizerOptions = OptimizerOptions> extends Slot<O> {
  readonly gradient: Tensor;
}

/** Changes parameters by their gradients, so that the loss goes down. */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** In the order given; a list of parameters is one group. */
  readonly groups: readonly ParameterGroup<O>[];
  /** Those of all groups, one after the other. */
  readonly parameters: readonly Parameter[];
  protected readonly slots: readonly Slot<O>[];

  /**
   * @throws ArgumentError for an empty list, for what is not a Parameter, for one that occurs twice,
   *   for an unknown option and for one out of its range
   */
  constructor(trained: Trained<O>, options: O, ownTable: OwnOptionTable<O>) {
    const table = { ...ownTable, proximalL1: atLeastZero(0) } as OptionTable<O>;
    this.groups = groupsOf(new.target.name, trained, options, table);
    const slots = this.groups.flatMap((group) =>
      group.parameters.map((parameter) => ({ parameter, group })),
    );
    this.slots = slots.map((slot, index) => ({ ...slot, index }));
    this.parameters = slots.map(({ parameter }) => parameter);
  }

  /**
   * The step size of the first group. Setting it sets those of all groups, in the proportions that
   * they had when the optimiser was made; each group has a `learningRate` of its own besides.
   */
  get learningRate(): number {
    return this.#first.learningRate;
  }

  set learningRate(value: number) {
    const first = this.#first;
    const before = first.options.learningRate;
    if (before === 0 && this.groups.length > 1) {
      throw new ArgumentError(
        `${this.constructor.name}: received learningRate ${value} for all groups, expected a first ` +
          "group with an initial rate above 0, which the others follow in proportion; set " +
          "optimizer.groups[i].learningRate one by one.",
      );
    }
    ParameterGroup.setRates(this.groups, (group) =>
      group === first ? value : value * (group.options.learningRate / before),
    );
  }

  get #first(): ParameterGroup<O> {
    return this.groups[0] as ParameterGroup<O>;
  }

  /** Moments, counters: everything besides the parameters that a step reads and changes. */
  protected abstract get state(): ReadonlyMap<string, Buffer>;

  /** Assigns the new parameters and state. */
  protected abstract update(targets: readonly Target<O>[]): void;

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
    const targets = this.slots.flatMap((slot): Target<O>[] => {
      const gradient = slot.parameter.requiresGrad ? slot.parameter.grad : null;
      return gradient ? [{ ...slot, gradient }] : [];
    });
    if (targets.length === 0) throw new ArgumentError(this.#nothingToDo());
    noGradient(() => this.update(targets));
    const changed = targets.map(({ parameter }) => parameter);
    evaluate([...changed, ...this.state.values()]);
    const shrinking = targets.filter(({ group }) => group.options.proximalL1 > 0);
    if (shrinking.length > 0) {
      // From the weights as they are after the step, which are known by now.
      noGradient(() => shrink(shrinking));
      evaluate(changed);
    }
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
   * The optimiser's state as it is now, by name; places are those in `parameters`. Learning rates
   * are not in it: they are decisions, not results.
   */
  stateDict(): Map<string, Tensor> {
    return captureState(this.state);
  }

  /**
   * Goes on from a saved state.
   *
   * @throws ArgumentError listing what does not fit; nothing is changed then
   */
  loadStateDict(dict: ReadonlyMap<string, Tensor>): void {
    const operation = `${this.constructor.name}.loadStateDict`;
    const mend = "Was it saved by the same kind of optimiser, for the same model?";
    restoreState(operation, this.state, dict, { mend });
  }
}
