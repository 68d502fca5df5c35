import {
  ArgumentError,
  describeValue,
  formatShape,
  requireInstance,
  requireList,
  requireOptions,
  type Shape,
} from "../array/index.js";
import type { StateCell } from "../graph/index.js";
import { type AnyModule, Module } from "../nn/module.js";
import { captureFunction } from "../tensor/captured.js";
import { noGradient, Tensor } from "../tensor/index.js";
import type { GraphDocument, StateRole, StoredArgument, StoredGraph } from "./document.js";
import { Grid, type Sizes, symbolOf } from "./size.js";
import { GraphWriter, type NamedState } from "./store.js";

const caller = "GraphModel.trace";
const mostSymbols = 4;

/** What answers: a model, or a function that calls one, with what comes before it. */
export type Forward = AnyModule | ((...inputs: Tensor[]) => Tensor);

export interface TraceOptions {
  /**
   * The model that a function calls: it is put in evaluation mode, and its states keep their names.
   * Default: the traced module; of a function none, and every state is a constant.
   */
  readonly model?: AnyModule;
  /** What the inputs are called. Default "input", or of several "input0", "input1", ... */
  readonly names?: readonly string[];
  /**
   * Of each input the symbols of its axes, null for an axis of fixed size; those that are left out are
   * fixed. One symbol stands for one size wherever it occurs. Default `["N"]` for each.
   */
  readonly axes?: readonly (readonly (string | null)[])[];
}

/** A graph for all sizes, and the tensors that it reads. */
export interface Traced {
  readonly document: GraphDocument;
  readonly states: ReadonlyMap<string, NamedState>;
}

export function traceGraph(
  forward: Forward,
  examples: readonly Tensor[],
  options: TraceOptions,
): Traced {
  requireOptions(caller, options, ["model", "names", "axes"]);
  if (!(forward instanceof Module))
    requireInstance(caller, "what is traced", forward, Function, "or a Module");
  requireList(caller, "the examples", examples, Tensor);
  const { model = forward instanceof Module ? forward : undefined } = options;
  if (model !== undefined) requireInstance(caller, "the model", model, Module);
  checkNames(examples, options.names);
  const axes = checkAxes(examples, options.axes);
  const known = statesOf(model);
  const grid = new Grid(
    chooseSizes(
      examples,
      axes,
      [...known.keys()].flatMap(({ shape }) => shape),
    ),
  );
  const run =
    forward instanceof Module
      ? (...inputs: Tensor[]) => (forward as Module<Tensor[]>).forward(...inputs)
      : forward;
  const graphs = inEvaluation(model, () =>
    grid.points.map((sizes) => capture(run, examples, axes, sizes)),
  );
  const writer = new GraphWriter(grid, known);
  const graph = withoutUnread(writer.write(graphs), options.names);
  const sizes = grid.points[0] as Sizes;
  const bound = new Set(graph.inputs.flatMap(({ shape }) => shape.map(symbolOf)));
  for (const symbol of sizes.keys()) {
    if (bound.has(symbol)) continue;
    throw new ArgumentError(
      `${caller}: the answer depends on no input with an axis ${symbol}, expected one that decides its size; ` +
        "leave that axis fixed.",
    );
  }
  return {
    document: { format: 1, symbols: [...sizes.keys()], traced: [...sizes.values()], ...graph },
    states: writer.states,
  };
}

/** The inputs that the answer depends on, by name, and nodes that count only these. */
function withoutUnread(
  { inputs, nodes, outputs }: StoredGraph,
  names: readonly string[] | undefined,
): Pick<GraphDocument, "inputs" | "nodes" | "outputs"> {
  const read = [
    ...new Set(nodes.flatMap((node) => (node.primitive === "input" ? node.attributes.index : []))),
  ].sort((a, b) => a - b);
  if (read.length === 0) {
    throw new ArgumentError(`${caller}: the answer depends on no input, expected one that does.`);
  }
  const nameOf = (index: number): string =>
    names?.[index] ?? (read.length === 1 ? "input" : `input${read.indexOf(index)}`);
  return {
    inputs: read.map((index) => ({ name: nameOf(index), ...(inputs[index] as StoredArgument) })),
    nodes: nodes.map((node) =>
      node.primitive === "input"
        ? { ...node, attributes: { index: read.indexOf(node.attributes.index) } }
        : node,
    ),
    outputs,
  };
}

function capture(
  run: (...inputs: Tensor[]) => Tensor,
  examples: readonly Tensor[],
  axes: readonly Axes[],
  sizes: Sizes,
) {
  const args = examples.map(({ shape, dtype }, index) => ({
    shape: shape.map((size, axis) => sizes.get(axes[index]?.[axis] ?? "") ?? size),
    dtype,
  }));
  const { graph } = captureFunction(
    (...inputs: Tensor[]) => {
      const result: unknown = noGradient(() => run(...inputs));
      requireInstance(
        caller,
        "the result",
        result,
        Tensor,
        "a model of several answers is traced one by one",
      );
      return result;
    },
    args,
    false,
  );
  const [update] = graph.updates;
  if (update) {
    const { name } = update.state.attributes.cell;
    throw new ArgumentError(
      `${caller}: the forward pass gives ${name || "a state"} another value in evaluation mode, expected one ` +
        "that only reads; assign where this.training is true.",
    );
  }
  // Behind the answer stands what probes read.
  return { inputs: graph.inputs, outputs: graph.outputs.slice(0, 1) };
}

type Axes = readonly (string | null)[];

function checkNames(examples: readonly Tensor[], given: readonly string[] | undefined): void {
  if (examples.length === 0) {
    throw new ArgumentError(`${caller}: received no example, expected one for each input.`);
  }
  if (given === undefined) return;
  const valid = Array.isArray(given) && given.every((name) => typeof name === "string" && name);
  if (valid && given.length === examples.length && new Set(given).size === given.length) return;
  throw new ArgumentError(
    `${caller}: received ${describeValue(given)} as the names, expected a different text for each of ` +
      `${examples.length} inputs.`,
  );
}

function checkAxes(
  examples: readonly Tensor[],
  given: readonly Axes[] | undefined,
): readonly Axes[] {
  if (given === undefined) return examples.map(() => ["N"]);
  const isName = (name: unknown): boolean =>
    name === null || (typeof name === "string" && /^\p{L}\w*$/u.test(name));
  const valid =
    Array.isArray(given) &&
    given.length === examples.length &&
    given.every((each) => Array.isArray(each) && each.every(isName));
  if (!valid) {
    throw new ArgumentError(
      `${caller}: received ${describeValue(given)} as axes, expected a list for each of ${examples.length} inputs, ` +
        'such as [["N", "T"]]: a name for each axis whose size changes, null for one that is fixed.',
    );
  }
  if (new Set(given.flat()).size > mostSymbols + 1) {
    throw new ArgumentError(
      `${caller}: received axes of more than ${mostSymbols} names, expected few; each doubles the work.`,
    );
  }
  return given;
}

function statesOf(model: AnyModule | undefined): Map<StateCell, { name: string; role: StateRole }> {
  const named = (role: StateRole, states: ReadonlyMap<string, StateCell> | undefined) =>
    [...(states ?? [])].map(([name, cell]) => [cell, { name, role }] as const);
  return new Map([
    ...named("parameter", model?.namedParameters()),
    ...named("buffer", model?.namedBuffers()),
  ]);
}

/**
 * Three sizes for each symbol, near that of the example, where the function is known to work, and none
 * that is a size of something else: what is equal by chance would look as if it had to be.
 */
function chooseSizes(examples: readonly Tensor[], axes: readonly Axes[], others: Shape) {
  const found = new Map<string, number>();
  const taken = new Set([0, 1, ...others]);
  examples.forEach(({ shape }, input) => {
    const names = axes[input] ?? [];
    if (names.length > shape.length) {
      throw new ArgumentError(
        `${caller}: received ${names.length} axes for input ${input}, expected at most ${shape.length}, as its ` +
          `example has shape ${formatShape(shape)}.`,
      );
    }
    shape.forEach((size, axis) => {
      const name = names[axis] ?? null;
      if (name === null) taken.add(size);
      else if ((found.get(name) ?? size) === size) found.set(name, size);
      else {
        throw new ArgumentError(
          `${caller}: received examples in which ${name} is ${found.get(name)} and ${size}, expected one size; ` +
            "give axes of different sizes different names.",
        );
      }
    });
  });
  const next = (example: number): number => {
    for (let size = example; size > 1; size--) if (!taken.has(size)) return size;
    let size = Math.max(2, example + 1);
    while (taken.has(size)) size++;
    return size;
  };
  const choose = (example: number): number => {
    const size = next(example);
    taken.add(size);
    return size;
  };
  return new Map(
    [...found].map(([name, size]) => [name, [choose(size), choose(size), choose(size)] as const]),
  );
}

/** Runs `fn` with a model in evaluation mode, and puts back the modes of its modules. */
function inEvaluation<R>(model: AnyModule | undefined, fn: () => R): R {
  const modules = model?.modules() ?? [];
  const modes = modules.map(({ training }) => training);
  try {
    model?.eval();
    return fn();
  } finally {
    modules.forEach((module, index) => {
      module.training = modes[index] as boolean;
    });
  }
}
