import type { Node } from "./node.js";

/**
 * A captured function, ready to be compiled: what goes in, what comes out, which cells change, and
 * what has to be finite before they may.
 */
export interface Graph {
  /** The leaves that stand for arguments, by index. */
  readonly inputs: readonly Node<"input">[];
  readonly outputs: readonly Node[];
  /** Each cell's new content, computed from the contents before the run. */
  readonly updates: readonly Update[];
  /** The loss and the gradients: if one holds a value that is not finite, no cell changes. */
  readonly checks: readonly Check[];
}

export interface Update {
  readonly state: Node<"state">;
  readonly value: Node;
}

export interface Check {
  readonly node: Node;
  /** What the value is, for the error: "loss", "gradient of hidden.0.weight". */
  readonly label: string;
}

/** All roots of a graph: outputs, new contents, checked values. */
export const rootsOf = (graph: Graph): Node[] => [
  ...graph.outputs,
  ...graph.updates.map(({ value }) => value),
  ...graph.checks.map(({ node }) => node),
];

/**
 * Every node that `roots` depend on, inputs before users. Iterative, because a graph may be tens of
 * thousands of nodes deep. `stop` keeps a node but not what lies behind it.
 */
export function topologicalOrder(
  roots: readonly Node[],
  stop: (node: Node) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ node: root, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const inputs = stop(top.node) ? [] : top.node.inputs;
      const input = inputs[top.next++];
      if (!input) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}
