import {
  ArgumentError,
  ExecutionError,
  formatShape,
  makeArray,
  Storage,
  sizeOf,
  type TypedArray,
} from "../array/index.js";
import type { Device, Failure } from "../device/index.js";
import { defaultDevice } from "../device/index.js";
import {
  type Graph,
  makeNode,
  type Node,
  scalarSourcesOf,
  structureOf,
  topologicalOrder,
} from "../graph/index.js";
import { isCapturing } from "./capture.js";
import { type Loaded, load } from "./load.js";

// Eager execution: the unevaluated part of a graph becomes a Program whose inputs are the values
// already known. Programs are kept by structure, so that a loop which builds the same graph again
// and again compiles it once.

const capacity = 256;
const programs = new Map<string, Loaded>();

const noNodes: ReadonlySet<Node> = new Set();

const isKnown = (node: Node): boolean => node.storage !== null;

/**
 * Throws where nodes stand for values that only a run of another function has: its arguments and
 * states, or the slices and carries of a loop.
 */
export function requireNoForeign(order: readonly Node[], own: ReadonlySet<Node>): void {
  const foreign = order.find((node) => (node.is("input") || node.is("state")) && !own.has(node));
  if (!foreign) return;
  throw new ArgumentError(
    `a tensor of shape ${formatShape(foreign.shape)} was read or used outside of the function that ` +
      "it belongs to: what is made inside compile(), or inside the body of scan(), has a value only " +
      "while that runs. Return it from there (from a scan as an output), and use what comes back.",
  );
}

/** Rebuilds the graph behind `roots` with an `input` leaf for every known value. */
function withInputs(order: readonly Node[], roots: readonly Node[], known: readonly Node[]): Graph {
  const replaced = new Map<Node, Node>();
  const inputs = known.map((node, index) => {
    const input = makeNode("input", [], { index, shape: node.shape, dtype: node.dtype });
    replaced.set(node, input);
    return input;
  });
  const find = (node: Node): Node => replaced.get(node) ?? node;
  for (const node of order) {
    if (replaced.has(node) || node.inputs.length === 0) continue;
    replaced.set(node, makeNode(node.primitive, node.inputs.map(find), node.attributes));
  }
  return { inputs, outputs: roots.map(find), updates: [], checks: [] };
}

function programFor(
  device: Device,
  order: readonly Node[],
  roots: readonly Node[],
  known: readonly Node[],
): Loaded {
  const key = `${device.name} ${structureOf(order, roots)}`;
  const cached = programs.get(key);
  if (cached) return cached;
  requireNoForeign(order, noNodes);
  const loaded = load(device, withInputs(order, roots, known));
  if (programs.size >= capacity) {
    const oldest = programs.keys().next();
    if (!oldest.done) programs.delete(oldest.value);
  }
  programs.set(key, loaded);
  return loaded;
}

/** What was to be computed when a run failed. */
const failed = new WeakSet<Node>();

/** Whether `node` depends on what was to be computed when a run failed. */
export const isBehindFailure = (node: Node): boolean =>
  topologicalOrder([node], isKnown).some((each) => failed.has(each) && !isKnown(each));

/** Computes the values of nodes that are not known yet, all in one Program. */
export function evaluateNodes(nodes: readonly Node[]): void {
  const roots = [...new Set(nodes)].filter((node) => !isKnown(node));
  if (roots.length === 0) return;
  if (isCapturing()) {
    throw new ExecutionError(
      "a value was read inside compile(): the function runs once to record what it computes, " +
        "before there are values. Return the tensor and read it outside, or compute with it.",
    );
  }
  const order = topologicalOrder(roots, isKnown);
  const known = order.filter(isKnown);
  const { executable } = programFor(defaultDevice(), order, roots, known);
  const outputs = roots.map((node) => makeArray(node.dtype, sizeOf(node.shape)));
  const inputs = known.map((node) => (node.storage as Storage).read());
  const scalars = Float64Array.from(scalarSourcesOf(order), (source) => source.read());
  const failure = executable.run(inputs, outputs, scalars);
  if (failure) {
    for (const node of order) if (!isKnown(node)) failed.add(node);
    throw failureError(failure);
  }
  roots.forEach((node, index) => {
    node.storage = new Storage(node.dtype, sizeOf(node.shape), outputs[index] as TypedArray);
    node.storage.held = true;
    if (!node.tracked) node.inputs = [];
  });
}

/** The elements; not to be written. */
export function readNow(node: Node): TypedArray {
  if (!node.storage) evaluateNodes([node]);
  return (node.storage as Storage).read();
}

export async function readSoon(node: Node): Promise<TypedArray> {
  evaluateNodes([node]);
  return (node.storage as Storage).readAsync();
}

export const copyOf = (data: TypedArray): TypedArray => data.slice();

/** The error of a run that failed; nothing has changed. */
export function failureError(failure: Failure): ExecutionError {
  if (failure.kind === "index") {
    const { label, index, size } = failure;
    const expected = size > 0 ? `0 to ${size - 1}` : "none: there is nothing to take";
    return new ExecutionError(`${label}: received index ${index}, expected ${expected}.`);
  }
  return new ExecutionError(`${failure.label} is not finite.`);
}
