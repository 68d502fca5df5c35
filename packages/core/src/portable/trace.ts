import { ArgumentError, requireInstance, requireList, requireOptions } from "../array/index.js";
import type { StateCell } from "../graph/index.js";
import { type AnyModule, Module } from "../nn/module.js";
import { captureFunction } from "../tensor/captured.js";
import { noGradient, Tensor } from "../tensor/index.js";
import type { GraphDocument, StateRole, StoredArgument, StoredGraph } from "./document.js";
import { Grid, type Sizes, symbolOf } from "./size.js";
import { GraphWriter, type NamedState } from "./store.js";
import {
  type Axes,
  checkAxes,
  checkNames,
  chooseSizes,
  type TraceOptions,
} from "./traceOptions.js";

const caller = "GraphModel.trace";

/** What answers: a model, or a function that calls one, with what comes before it. */
export type Forward = AnyModule | ((...inputs: Tensor[]) => Tensor);

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
  const isModule = forward instanceof Module;
  if (!isModule) requireInstance(caller, "what is traced", forward, Function, "or a Module");
  requireList(caller, "the examples", examples, Tensor);
  const { model = isModule ? forward : undefined } = options;
  if (model !== undefined) requireInstance(caller, "the model", model, Module);
  checkNames(examples, options.names);
  const axes = checkAxes(examples, options.axes);
  const known = statesOf(model);
  const others = [...known.keys()].flatMap(({ shape }) => shape);
  const grid = new Grid(chooseSizes(examples, axes, others));
  const run = isModule
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

function statesOf(model: AnyModule | undefined): Map<StateCell, { name: string; role: StateRole }> {
  const named = (role: StateRole, states: ReadonlyMap<string, StateCell> | undefined) =>
    [...(states ?? [])].map(([name, cell]) => [cell, { name, role }] as const);
  return new Map([
    ...named("parameter", model?.namedParameters()),
    ...named("buffer", model?.namedBuffers()),
  ]);
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
