import {
  ArgumentError,
  checkShape,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  VersantError,
} from "../array/index.js";
import { makeNode, Node, type Primitive } from "../graph/index.js";
import type { StoredAttributes, StoredGraph, StoredNode, StoredPrimitive } from "./document.js";
import { type Rule, requireThat, rules, type Special } from "./rules.js";
import { evaluateSize, type Size, type Sizes } from "./size.js";

/** Where leaves come from that are no numbers. */
export interface Leaves {
  readonly inputs: readonly Node[];
  readonly state: (stored: StoredNode<"state">) => Node;
  readonly value: (stored: StoredNode<"value">, shape: Shape) => Node;
}

/**
 * The nodes that a document describes, for these sizes, and of them those that come out.
 *
 * @throws ArgumentError naming the node that cannot be as it is described
 */
export function buildGraph(graph: StoredGraph, leaves: Leaves, sizes: Sizes): Node[] {
  const nodes: Node[] = [];
  const numberOf = (size: Size): number => evaluateSize(size, sizes);
  graph.nodes.forEach((stored, position) => {
    try {
      nodes.push(buildNode(stored, nodes, leaves, sizes, numberOf));
    } catch (error) {
      if (!(error instanceof VersantError)) throw error;
      throw new ArgumentError(
        `GraphModel: node ${position} of the graph, ${stored.primitive}: ${error.message}`,
        { cause: error },
      );
    }
  });
  return graph.outputs.map((position) => nodes[position] as Node);
}

function buildNode(
  stored: StoredNode,
  nodes: readonly Node[],
  leaves: Leaves,
  sizes: Sizes,
  numberOf: (size: Size) => number,
): Node {
  const shape = checkShape(stored.primitive, stored.shape.map(numberOf));
  const inputs = stored.inputs.map((position) => nodes[position] as Node);
  const node = ((): Node => {
    switch (stored.primitive) {
      case "input":
        return leaves.inputs[stored.attributes.index] as Node;
      case "state":
        return leaves.state(stored);
      case "value":
        return leaves.value(stored, shape);
      case "scan":
        return buildScan(stored, inputs, leaves, sizes);
      default:
        return applyRule(stored, inputs, shape, numberOf);
    }
  })();
  const { primitive, dtype } = stored;
  if (primitive === "scan" || (node.dtype === dtype && sameShape(node.shape, shape))) return node;
  throw new ShapeError(
    `received ${dtype} ${formatShape(shape)} as what comes out, expected ${node.dtype} ` +
      `${formatShape(node.shape)}.`,
  );
}

function applyRule<P extends Exclude<StoredPrimitive, Special>>(
  stored: StoredNode<P>,
  inputs: readonly Node[],
  shape: Shape,
  numberOf: (size: Size) => number,
): Node {
  const { primitive, attributes, dtype } = stored as StoredNode<P> & { primitive: P };
  const rule = rules[primitive as P] as unknown as Rule<P>;
  requireInputs(inputs, rule.inputs);
  const readsScan = inputs.some((input) => input.is("scan"));
  requireThat(!readsScan || (primitive as Primitive) === "result", () => "a result of the scan");
  const x = inputs[0]?.shape ?? [];
  const parts = { stored: attributes as StoredAttributes[P], inputs, x, shape, dtype, numberOf };
  return makeNode(primitive as P, inputs, rule.attributes(parts));
}

function requireInputs({ length }: readonly Node[], count: number | null): void {
  requireThat(count === null ? length > 0 : length === count, () =>
    count === null ? "at least one input" : `${count} inputs, not ${length}`,
  );
}

function buildScan(
  { attributes: { carries, sequences, reverse, body } }: StoredNode<"scan">,
  inputs: readonly Node[],
  leaves: Leaves,
  sizes: Sizes,
): Node {
  const length = inputs[carries]?.shape[0] ?? 0;
  const counts = carries >= 0 && sequences > 0 && carries + sequences <= inputs.length;
  requireThat(
    counts && body.inputs.length === inputs.length,
    () => "an input of the body for each carry, sequence and constant",
  );
  requireThat(
    body.outputs.length >= carries,
    () => `an output of the body for each of ${carries} carries`,
  );
  requireThat(
    inputs.every((input) => !input.is("scan")),
    () => "results of another scan",
  );
  const formals = body.inputs.map(({ shape, dtype }, index): Node<"input"> => {
    const numbers = shape.map((size) => evaluateSize(size, sizes));
    const attributes = { index, shape: checkShape("scan", numbers), dtype };
    return new Node("input", [], attributes, inputs[index]?.tracked ?? false);
  });
  const outputs = buildGraph(body, { ...leaves, inputs: formals }, sizes);
  return makeNode("scan", inputs, {
    body: { inputs: formals, outputs },
    carries,
    sequences,
    length,
    reverse,
  });
}
