import { isElementwise, isLeaf, isView, type Node } from "../../graph/index.js";
import { isReduction } from "./reductions.js";

// When nodes run, in steps so coarse that what may run together stands in the same one.

/** When each node runs, and who needs it. */
export interface Stages {
  readonly stages: Map<Node, number>;
  readonly users: ReadonlyMap<Node, readonly Node[]>;
  /** Nodes whose values are asked for. */
  readonly kept: ReadonlySet<Node>;
}

/** What a node reads in the end: views are ways of reading. */
export const behindViews = (node: Node): Node => {
  let base = node;
  while (isView(base.primitive)) base = base.inputs[0] as Node;
  return base;
};

/** Who reads each node, by nodes in the order of the graph. */
export function usersOf(order: readonly Node[]): Map<Node, Node[]> {
  const users = new Map<Node, Node[]>();
  for (const node of order) {
    for (const each of node.inputs) {
      const its = users.get(each);
      if (its) its.push(node);
      else users.set(each, [node]);
    }
  }
  return users;
}

/** Which reductions compute a node on the fly, if any do: see `privateNodes`. */
export type Owners = ReadonlyMap<Node, unknown>;
const nobody: Owners = new Map();

/**
 * Nodes get stages such that every edge that is not fused leads to a higher one; then whatever is
 * merged within one stage cannot wait for itself. An edge can be fused if both ends are
 * element-wise, as their shapes are equal then, because primitives do not broadcast, and if both
 * belong to the same reductions; or if it leads to the reduction that its start belongs to.
 */
export function assignStages(order: readonly Node[], owners = nobody): Map<Node, number> {
  const stages = new Map<Node, number>();
  for (const node of order) {
    let stage = 0;
    for (const each of node.inputs) {
      const base = behindViews(each);
      const together = isReduction(node) ? owners.has(each) : isFused(each, node, owners);
      const free = together || isView(node.primitive) || isLeaf(base.primitive);
      stage = Math.max(stage, (stages.get(base) as number) + (free ? 0 : 1));
    }
    stages.set(node, stage);
  }
  return stages;
}

/** Whether two nodes, of which the second reads the first, can be in one loop. */
export const isFused = (from: Node, to: Node, owners: Owners): boolean =>
  isElementwise(from.primitive) &&
  isElementwise(to.primitive) &&
  owners.get(from) === owners.get(to);

/**
 * Moves element-wise nodes down to the stage of their users if all users can fuse with them there:
 * a comparison that only the backward pass needs is computed in the backward pass.
 */
export function sink(
  order: readonly Node[],
  { stages, users, kept }: Stages,
  owners = nobody,
): void {
  for (const node of order.toReversed()) {
    const its = users.get(node) ?? [];
    if (!isElementwise(node.primitive) || kept.has(node) || its.length === 0) continue;
    const stage = stages.get(its[0] as Node) as number;
    const together = its.every((user) => isFused(node, user, owners) && stages.get(user) === stage);
    if (together) stages.set(node, stage);
  }
}
