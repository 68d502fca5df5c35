import { type DType, requireInstance, requireList, type Shape } from "../array/index.js";
import { type Graph, Node, nodesSoFar } from "../graph/index.js";
import { recordCapture, type Tap } from "./capture.js";
import { fixOutside } from "./outside.js";
import type { GradientOwner } from "./slots.js";
import { observeVariants } from "./tap.js";
import { Tensor } from "./tensor.js";

/** What of an argument a Program depends on. */
export interface Argument {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A fact outside the graph that a captured function looked at; another value needs a new capture. */
export interface Guard {
  readonly read: () => unknown;
  readonly value: unknown;
}

/** A function as a graph. */
export interface CapturedFunction {
  readonly graph: Graph;
  readonly guards: readonly Guard[];
  /** Random draws of a run. */
  readonly draws: number;
  /** The function returned one tensor, not a list. */
  readonly single: boolean;
  /** The outputs after those of the function: gradients to keep, then values that are read. */
  readonly gradientOwners: readonly GradientOwner[];
  readonly taps: readonly Tap[];
}

const argumentMend =
  "a number that changes between calls is a RunTimeScalar, one that does not is part of the function";

export function signatureOf(args: readonly Tensor[]): Argument[] {
  return args.map((arg, index) => {
    requireInstance("compile", `argument ${index}`, arg, Tensor, argumentMend);
    return { shape: arg.shape, dtype: arg.dtype };
  });
}

/** Runs `fn` once on placeholders and records what it computes, changes and depends on. */
export function captureFunction<A extends readonly Tensor[]>(
  fn: (...args: A) => Tensor | readonly Tensor[],
  args: readonly Argument[],
  keepGradients: boolean,
): CapturedFunction {
  const before = nodesSoFar();
  const inputs = args.map(
    ({ shape, dtype }, index) => new Node("input", [], { index, shape, dtype }, false),
  );
  const placeholders = inputs.map((node) => new Tensor(node));
  const { capture, result } = recordCapture((recording) => {
    observeVariants();
    const returned = fn(...(placeholders as unknown as A));
    const list: unknown = returned instanceof Tensor ? [returned] : returned;
    if (!Array.isArray(list)) {
      requireInstance(
        "compile",
        "the result of the function",
        list,
        Tensor,
        "or a list of Tensors",
      );
    }
    requireList("compile", "the result of the function", list, Tensor);
    const nodes = list.map((each) => each.node);
    for (const finish of recording.finishers) finish();
    return { nodes, single: returned instanceof Tensor };
  });
  const outputs: Node[] = [...result.nodes];
  const gradientOwners: GradientOwner[] = [];
  if (keepGradients) {
    for (const owner of capture.gradients.owners) {
      const { gradient } = capture.gradients.of(owner);
      if (!gradient) continue;
      gradientOwners.push(owner);
      outputs.push(gradient);
    }
  }
  outputs.push(...capture.taps.map(({ value }) => value.node));
  const updates = capture.updates();
  const checks = updates.length > 0 ? capture.checks : [];
  const own = new Set<Node>(inputs);
  for (const { leaf } of capture.cells.values()) own.add(leaf);
  return {
    graph: fixOutside({ inputs, outputs, updates, checks }, own, before),
    guards: [...capture.guards].map(([read, value]) => ({ read, value })),
    draws: capture.draws,
    single: result.single,
    gradientOwners,
    taps: capture.taps,
  };
}
