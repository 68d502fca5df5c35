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

/** Numbers the walks, so that a node which one of them has seen is told apart without a set. */
let walks = 0;

/**
 * Every node that `roots` depend on, inputs before users. Iterative, because a graph may be tens of
 * thousands of nodes deep. `stop` keeps a node but not what lies behind it.
 */
export function topologicalOrder(
  roots: readonly Node[],
  stop: ((node: Node) => boolean) | null = null,
): Node[] {
  const walk = ++walks;
  const order: Node[] = [];
  /** The path to the node at hand, and which input of each node comes next. */
  const path: Node[] = [];
  const next: number[] = [];
  const enter = (node: Node): void => {
    node.walk = walk;
    path.push(node);
    next.push(stop?.(node) ? node.inputs.length : 0);
  };
  for (const root of roots) {
    if (root.walk !== walk) enter(root);
    for (let node = path.at(-1); node; node = path.at(-1)) {
      const { inputs } = node;
      let position = next.pop() as number;
      while (inputs[position]?.walk === walk) position++;
      const input = inputs[position];
      if (input) {
        next.push(position + 1);
        enter(input);
      } else {
        path.pop();
        order.push(node);
      }
    }
  }
  return order;
}
