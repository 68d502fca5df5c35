import {
  ArgumentError,
  type Dataset,
  GraphModel,
  type Loader,
  type nn,
  randomState,
  restoreRandomState,
  type Size,
  storedSamples,
  type Tensor,
  zeros,
} from "@versant/core";
import { type DeclaredSignature, deriveInput, deriveOutput } from "./derive.js";
import type { Signature } from "./signature.js";

/** A model with what its graph and signature are derived from: parts of a setup. */
export interface PortableParts {
  readonly model: nn.Module<readonly Tensor[]>;
  /** What it was trained on: says what is stored of a sample, and how that becomes an input. */
  readonly data: Dataset | Loader;
  readonly loss?: unknown;
  readonly preprocessing?: unknown;
  readonly signature?: DeclaredSignature | undefined;
}

/** What a model's file holds beside weights, so that it can be used without its author's code. */
export interface PortableModel {
  readonly graph: GraphModel;
  readonly signature: Signature;
}

/**
 * The model's forward pass as data, from what the dataset stores to the answer, and what goes in and
 * comes out. The random stream stays where it is.
 *
 * @throws ArgumentError for what cannot be traced, and for a signature that does not fit the model
 */
export function portableModel(parts: PortableParts): PortableModel {
  const state = randomState();
  try {
    return trace(parts);
  } finally {
    restoreRandomState(state);
  }
}

function trace({ model, data, loss, preprocessing, signature = {} }: PortableParts): PortableModel {
  const { columns, transform } = storedSamples(data);
  const examples = columns.map(({ dtype, shape }) => zeros([2, ...shape], dtype));
  const graph = GraphModel.trace(
    (...stored: Tensor[]) => model.forward(...transform(...stored).slice(0, -1)),
    examples,
    { model, names: columns.map(({ name }) => name) },
  );
  // The target is stored, too, and often nothing of the answer depends on it.
  const names = new Set(graph.inputs.map(({ name }) => name));
  const input = deriveInput(
    signature.input,
    columns.filter(({ name }) => names.has(name)),
    preprocessing,
  );
  const target = columns.findLast(({ name }) => !names.has(name));
  const output = deriveOutput(signature.output, {
    loss,
    shape: answerShape(graph),
    target,
    preprocessing,
  });
  return { graph, signature: { format: 1, input, output } };
}

/** The shape of an answer, without the samples' axis. */
export function answerShape(graph: GraphModel): number[] {
  const { nodes, outputs } = graph.toJSON();
  return fixedSizes(nodes[outputs[0] ?? 0]?.shape ?? []);
}

/**
 * The sizes behind the samples' axis.
 *
 * @throws ArgumentError when there is no such axis, or another size changes
 */
export function fixedSizes([samples, ...rest]: readonly Size[]): number[] {
  const isFixed = rest.every((size): size is number => typeof size === "number");
  if (isFixed && samples !== undefined && typeof samples !== "number") return rest as number[];
  throw new ArgumentError(
    "the model's answer does not have the samples as its first axis and fixed sizes behind it.",
  );
}
