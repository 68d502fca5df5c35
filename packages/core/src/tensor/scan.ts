import {
  ArgumentError,
  formatShape,
  requireFlag,
  requireInstance,
  requireList,
  requireOptions,
  ShapeError,
} from "../array/index.js";
import { residualsOf, substitute } from "../gradient/index.js";
import { makeNode, Node, nodesSoFar, type SubGraph, topologicalOrder } from "../graph/index.js";
import { recordBody, tap } from "./tap.js";
import { Tensor } from "./tensor.js";

export interface ScanInput {
  /** What is handed from one iteration to the next: the initial values. */
  readonly carries: readonly Tensor[];
  /** Tensors (T, ...) of which iteration t sees slice t. */
  readonly sequences: readonly Tensor[];
  /** Iterate from T - 1 down to 0. Default false. */
  readonly reverse?: boolean;
}

export interface ScanStep {
  /** The next carries, of the same shapes and dtypes. */
  readonly carries: readonly Tensor[];
  /** What is stacked into the outputs (T, ...). */
  readonly outputs: readonly Tensor[];
}

/**
 * A loop inside the graph: for t = 0, ..., T - 1, `body(carries, slices)` gives the next carries and
 * one slice of each output. The body is recorded once, so neither compile time nor the size of the
 * Program grows with T. Tensors that the body takes from outside are constants of the loop;
 * gradients flow into carries, sequences and constants.
 */
export function scan(
  body: (carries: Tensor[], slices: Tensor[]) => ScanStep,
  input: ScanInput,
): { carries: Tensor[]; outputs: Tensor[] } {
  requireInstance("scan", "the body", body, Function);
  requireOptions("scan", input, ["carries", "sequences", "reverse"], "the input");
  const { carries, sequences, reverse = false } = input;
  requireFlag("scan", "reverse", reverse);
  requireList("scan", "the carries", carries, Tensor);
  requireList("scan", "the sequences", sequences, Tensor);
  const length = sequences[0]?.shape[0];
  if (length === undefined) {
    throw new ArgumentError("scan: received no sequence with an axis, expected at least one.");
  }
  const odd = sequences.find((sequence) => sequence.shape[0] !== length);
  if (odd) {
    throw new ShapeError(
      `scan: received sequences of length ${length} and ${odd.shape[0]} (shape ` +
        `${formatShape(odd.shape)}), expected one length.`,
    );
  }
  const formals: Node<"input">[] = [];
  const formal = (like: Node, shape: readonly number[]): Tensor => {
    const attributes = { index: formals.length, shape, dtype: like.dtype };
    const node = new Node("input", [], attributes, like.tracked);
    formals.push(node);
    return new Tensor(node);
  };
  const carried = carries.map(({ node }) => formal(node, node.shape));
  const sliced = sequences.map(({ node }) => formal(node, node.shape.slice(1)));
  const before = nodesSoFar();
  const { result: step, taps } = recordBody(length, () => checkStep(body(carried, sliced)));
  if (step.carries.length !== carries.length) {
    throw new ArgumentError(
      `scan: the body returned ${step.carries.length} carries, expected ${carries.length}.`,
    );
  }
  const read = taps.map(({ value }) => value);
  const results = [...step.carries, ...step.outputs, ...read].map((each) => each.node);
  const { subGraph, outside } = close(results, formals, before);
  const inputs = [...carries, ...sequences].map((each) => each.node);
  // What a gradient will need of every iteration is stacked beside the outputs.
  const residuals = results.some((each) => each.tracked)
    ? residualsOf(subGraph, carries.length, inputs.length).filter(
        (each) => !subGraph.outputs.includes(each, carries.length),
      )
    : [];
  const node = makeNode("scan", [...inputs, ...outside], {
    body: { inputs: subGraph.inputs, outputs: [...subGraph.outputs, ...residuals] },
    carries: carries.length,
    sequences: sequences.length,
    length,
    reverse,
  });
  const tensors = results.map((_, index) => new Tensor(makeNode("result", [node], { index })));
  const stacked = tensors.splice(carries.length + step.outputs.length);
  taps.forEach(({ receive }, index) => {
    tap(stacked[index] as Tensor, receive);
  });
  return { carries: tensors.slice(0, carries.length), outputs: tensors.slice(carries.length) };
}

function checkStep(step: ScanStep): ScanStep {
  requireOptions("scan", step, ["carries", "outputs"], "the result of the body");
  requireList("scan", "the carries that the body returned", step.carries, Tensor);
  requireList("scan", "the outputs that the body returned", step.outputs, Tensor);
  return step;
}

/**
 * Turns what the body took from outside into further inputs. Outside is every node older than the
 * body, every value that is known, and every state, be it another leaf because it was thawed.
 */
function close(
  results: readonly Node[],
  formals: Node<"input">[],
  before: number,
): { subGraph: SubGraph; outside: Node[] } {
  const isFormal = new Set<Node>(formals);
  const isOutside = (node: Node): boolean =>
    !isFormal.has(node) &&
    (node.id <= before ||
      node.storage !== null ||
      node.is("value") ||
      node.is("state") ||
      node.is("input") ||
      (node.is("detach") && node.tracked));
  const outside = topologicalOrder(results, isOutside).filter(isOutside);
  const replacements = new Map<Node, Node>();
  for (const node of outside) {
    const attributes = { index: formals.length, shape: node.shape, dtype: node.dtype };
    const input = new Node("input", [], attributes, node.tracked);
    formals.push(input);
    replacements.set(node, input);
  }
  return { subGraph: { inputs: formals, outputs: substitute(results, replacements) }, outside };
}
