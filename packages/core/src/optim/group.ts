import { ArgumentError, requireOptions } from "../array/index.js";
import { type Parameter, RunTimeScalar, Tensor } from "../tensor/index.js";
import { requireAtLeastZero, requireParameters } from "./check.js";
import {
  type OptimizerOptions,
  type OptionTable,
  type Resolved,
  resolveOptions,
} from "./options.js";

/**
 * What an optimiser trains: a list of parameters, or groups of them, each with options of its own
 * where they differ from those of all: `{ parameters: head.parameters(), learningRate: 0.1 }`.
 */
export type Trained<O extends OptimizerOptions> =
  | readonly Parameter[]
  | readonly (O & { readonly parameters: readonly Parameter[] })[];

/** Parameters that are trained with the same options. */
export class ParameterGroup<O extends OptimizerOptions = OptimizerOptions> {
  readonly #operation: string;
  readonly #learningRate: RunTimeScalar;

  constructor(
    operation: string,
    readonly parameters: readonly Parameter[],
    /** As they were when the optimiser was made; `learningRate` here is the initial one. */
    readonly options: Resolved<O>,
  ) {
    this.#operation = operation;
    this.#learningRate = new RunTimeScalar(options.learningRate, { atLeastZero: true });
  }

  /** Step size; it may change between any two steps, and no compiled function is compiled anew. */
  get learningRate(): number {
    return this.#learningRate.value;
  }

  set learningRate(value: number) {
    ParameterGroup.setRates([this], () => value);
  }

  /** @throws ArgumentError for a rate out of its range; none is set then */
  static setRates<G extends ParameterGroup>(
    groups: readonly G[],
    rateOf: (group: G) => number,
  ): void {
    const rates = groups.map(rateOf);
    groups.forEach((group, index) => {
      requireAtLeastZero(group.#operation, "learningRate", rates[index]);
    });
    groups.forEach((group, index) => {
      group.#learningRate.value = rates[index] as number;
    });
  }

  /** The learning rate in the graph, in the dtype of what it is multiplied with. */
  rateFor({ dtype }: Tensor): Tensor {
    return this.#learningRate.tensor(dtype === "float64" ? "float64" : "float32");
  }
}

/**
 * The groups of an optimiser; a list of parameters is one.
 *
 * @throws ArgumentError for what is neither, a parameter that occurs twice, or a wrong option
 */
export function groupsOf<O extends OptimizerOptions>(
  operation: string,
  trained: Trained<O>,
  options: O,
  table: OptionTable<O>,
): readonly ParameterGroup<O>[] {
  const names = Object.keys(table);
  requireOptions(operation, options, names);
  // Also for groups, so that a wrong option for all is told as such.
  const shared = resolveOptions(operation, table, options);
  if (!isGrouped(trained)) {
    requireParameters(operation, trained);
    return [new ParameterGroup(operation, [...trained], shared)];
  }
  const groups = trained.map((given, index) => {
    const place = `${operation}: group ${index}`;
    requireOptions(place, given, ["parameters", ...names], "the group");
    const { parameters } = given;
    requireParameters(place, parameters);
    const all = resolveOptions<O>(place, table, given, shared);
    return new ParameterGroup<O>(place, [...parameters], all);
  });
  requireDisjoint(operation, groups);
  return groups;
}

function requireDisjoint(operation: string, groups: readonly ParameterGroup[]): void {
  const owners = new Map<Parameter, number>();
  groups.forEach(({ parameters }, index) => {
    for (const parameter of parameters) {
      const before = owners.get(parameter);
      if (before !== undefined) {
        throw new ArgumentError(
          `${operation}: received ${parameter.label} in group ${before} and in group ${index}, ` +
            "expected each parameter once.",
        );
      }
      owners.set(parameter, index);
    }
  });
}

type Groups<O extends OptimizerOptions> = Exclude<Trained<O>, readonly Parameter[]>;

function isGrouped<O extends OptimizerOptions>(trained: Trained<O>): trained is Groups<O> {
  const [first]: readonly unknown[] = Array.isArray(trained) ? trained : [];
  return typeof first === "object" && first !== null && !(first instanceof Tensor);
}
