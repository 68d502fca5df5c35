import { ExecutionError, formatShape, isFloating, type TypedArray } from "../array/index.js";
import type { Device } from "../device/index.js";
import { binary, constantLike, select, zerosLike } from "../graph/build.js";
import { type Graph, labelOf, type Node, topologicalOrder } from "../graph/index.js";
import { load } from "./load.js";

/** The loss or a gradient was NaN or infinite; no parameter has changed. */
export class NonFiniteError extends ExecutionError {
  override name = "NonFiniteError";

  constructor(
    message: string,
    /** The first value that went non-finite, in the order of computation. */
    readonly tensor: string,
  ) {
    super(message);
  }
}

function nameOf(node: Node): string {
  if (node.is("state")) return node.attributes.cell.name || "a parameter";
  if (node.is("input")) return `argument ${node.attributes.index}`;
  if (node.is("scalar")) return "a run-time scalar";
  if (node.is("value")) return `a tensor from outside, ${formatShape(node.shape)}`;
  return labelOf(node);
}

/** What depends on a constant of -Infinity, as masks and paddings have it: its own is no mistake. */
function behindMasks(order: readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const node of order) {
    const isMask = node.is("constant") && node.attributes.value === -Infinity;
    if (isMask || node.inputs.some((input) => found.has(input))) found.add(node);
  }
  return found;
}

/** 0 in place of -Infinity; NaN and Infinity stay. */
const withoutMask = (node: Node): Node =>
  select(binary("equal", node, constantLike(-Infinity, node)), zerosLike(node), node);

/**
 * Replays a failed run on the same values, with every intermediate value checked, and names the
 * first that is not finite. Nothing has changed since: states are written only by runs that succeed.
 */
export function diagnose(
  device: Device,
  graph: Graph,
  label: string,
  inputs: readonly TypedArray[],
): NonFiniteError {
  // Not all of the graph: what nobody uses, as moments of a frozen parameter, may be infinite.
  const failed = graph.checks.filter((check) => check.label === label).map(({ node }) => node);
  const order = topologicalOrder(failed);
  const masked = behindMasks(order);
  const checks = order
    .filter((node) => isFloating(node.dtype) && !node.is("constant") && !node.is("scan"))
    .map((node) => ({
      node: masked.has(node) ? withoutMask(node) : node,
      label: nameOf(node),
    }));
  const { executable, inventory } = load(device, { ...graph, outputs: [], updates: [], checks });
  inventory.bindings.forEach((binding, slot) => {
    executable.bind(slot, binding.kind === "state" ? binding.cell.storage : binding.storage);
  });
  const scalars = Float64Array.from(inventory.scalars, (source) => source.read());
  const failure = executable.run(inputs, [], scalars);
  const first = failure?.label ?? label;
  return new NonFiniteError(
    `${label} is not finite; the first value that is not: ${first}. Nothing was updated. A smaller ` +
      "learning rate, or inputs scaled to about 1, is the usual mend.",
    first,
  );
}
