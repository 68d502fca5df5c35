import { type Shape, sizeOf } from "../array/index.js";
import {
  isElementwise,
  isLeaf,
  isView,
  type Node,
  type Primitive,
  topologicalOrder,
} from "../graph/index.js";

/** Element-wise nodes of one shape that run as one loop. */
export interface Group {
  readonly shape: Shape;
  readonly stage: number;
  /** Inputs before users. */
  readonly nodes: Node[];
  /** What somebody outside needs, and has to be written to memory. */
  readonly outputs: Node[];
}

/** What becomes an instruction: a group, or a single node that is no element-wise operation. */
export type Unit = Group | Node;

export interface Partition {
  /** In an order that can be executed. */
  readonly units: readonly Unit[];
  readonly groupOf: ReadonlyMap<Node, Group>;
  /** Outputs of groups that are read by another unit, not only asked for as roots. */
  readonly readOutside: ReadonlySet<Node>;
  /** Reductions that compute this group on the fly instead of reading its result. */
  readonly reducedGroups: ReadonlyMap<Node, Group>;
  /** By scatterAdd, gathers that it reads on the fly. */
  readonly addedGathers: ReadonlyMap<Node, Node<"gather">>;
}

export const isGroup = (unit: Unit): unit is Group => "nodes" in unit;

const behindViews = (node: Node): Node => {
  let base = node;
  while (isView(base.primitive)) base = base.inputs[0] as Node;
  return base;
};

/**
 * Nodes get stages such that every edge that is not fused leads to a higher one; then whatever is
 * merged within one stage cannot wait for itself. An edge can be fused if both ends are
 * element-wise: their shapes are equal, because primitives do not broadcast.
 */
function assignStages(order: readonly Node[]): Map<Node, number> {
  const stages = new Map<Node, number>();
  for (const node of order) {
    let stage = 0;
    for (const each of node.inputs) {
      const base = behindViews(each);
      const fusible = isElementwise(node.primitive) && isElementwise(each.primitive);
      const free = fusible || isView(node.primitive) || isLeaf(base.primitive);
      stage = Math.max(stage, (stages.get(base) as number) + (free ? 0 : 1));
    }
    stages.set(node, stage);
  }
  return stages;
}

/**
 * Moves element-wise nodes down to the stage of their users if all users can fuse with them there:
 * a comparison that only the backward pass needs is computed in the backward pass.
 */
function sink(
  order: readonly Node[],
  stages: Map<Node, number>,
  users: ReadonlyMap<Node, readonly Node[]>,
  kept: ReadonlySet<Node>,
): void {
  for (const node of order.toReversed()) {
    const its = users.get(node) ?? [];
    if (!isElementwise(node.primitive) || kept.has(node) || its.length === 0) continue;
    const stage = stages.get(its[0] as Node) as number;
    const together = its.every(
      (user) => isElementwise(user.primitive) && stages.get(user) === stage,
    );
    if (together) stages.set(node, stage);
  }
}

/** Groups the element-wise nodes of one stage that are connected. */
function groupNodes(
  order: readonly Node[],
  stages: ReadonlyMap<Node, number>,
  connects: (node: Node) => readonly Node[],
): Map<Node, Group> {
  const groupOf = new Map<Node, Group>();
  for (const node of order) {
    if (!isElementwise(node.primitive)) continue;
    const stage = stages.get(node) as number;
    let group: Group | null = null;
    for (const each of connects(node)) {
      const other = groupOf.get(each);
      if (!other || other.stage !== stage || other === group) continue;
      if (!group) group = other;
      else group = merge(group, other, groupOf);
    }
    group ??= { shape: node.shape, stage, nodes: [], outputs: [] };
    group.nodes.push(node);
    groupOf.set(node, group);
  }
  return groupOf;
}

function merge(a: Group, b: Group, groupOf: Map<Node, Group>): Group {
  const [into, from] = a.nodes.length >= b.nodes.length ? [a, b] : [b, a];
  for (const node of from.nodes) groupOf.set(node, into);
  into.nodes.push(...from.nodes);
  return into;
}

/** The gather whose rows a scatterAdd adds up, one for one. */
function addedGather(node: Node): Node<"gather"> | null {
  if (!node.is("scatterAdd") || node.attributes.axis !== 0) return null;
  const [indices, rows] = node.inputs as [Node, Node];
  if (!rows.is("gather") || rows.attributes.axis !== 0) return null;
  const isAlike = sizeOf((rows.inputs[1] as Node).shape) === sizeOf(indices.shape);
  return isAlike && sizeOf(rows.shape) > 0 ? rows : null;
}

const reductions: ReadonlySet<Primitive> = new Set(["sum", "reduceMax", "argmax"]);

/**
 * Splits the graph behind `roots` into units. Leaves and views are no units: they cost nothing.
 * Without `fuse` every node is a unit of its own.
 */
export function partition(roots: readonly Node[], fuse = true): Partition {
  const order = topologicalOrder(roots);
  const users = new Map<Node, Node[]>();
  for (const node of order) {
    for (const each of node.inputs) {
      const its = users.get(each);
      if (its) its.push(node);
      else users.set(each, [node]);
    }
  }
  const kept = new Set(roots);
  const stages = assignStages(order);
  if (fuse) sink(order, stages, users, kept);
  const groupOf = groupNodes(order, stages, fuse ? (node) => node.inputs : () => []);

  const position = new Map(order.map((node, index) => [node, index]));
  const groups = new Set(groupOf.values());
  const reducedGroups = new Map<Node, Group>();
  const readOutside = new Set<Node>();
  for (const group of groups) {
    group.nodes.sort((a, b) => (position.get(a) as number) - (position.get(b) as number));
    const outside = (node: Node): Node[] =>
      (users.get(node) ?? []).filter((user) => groupOf.get(user) !== group);
    for (const node of group.nodes) {
      const read = outside(node).length > 0;
      if (read) readOutside.add(node);
      if (read || kept.has(node)) group.outputs.push(node);
    }
    const [only] = group.outputs;
    if (!fuse || !only || group.outputs.length > 1 || kept.has(only)) continue;
    const [reduction, ...others] = outside(only);
    if (reduction && others.length === 0 && reductions.has(reduction.primitive)) {
      reducedGroups.set(reduction, group);
      groups.delete(group);
    }
  }

  const addedGathers = new Map<Node, Node<"gather">>();
  for (const node of fuse ? order : []) {
    const gather = addedGather(node);
    const isOnly = gather && !kept.has(gather) && users.get(gather)?.length === 1;
    if (isOnly) addedGathers.set(node, gather);
  }

  const added = new Set<Node>(addedGathers.values());
  const anchors = order.filter(
    (node) =>
      !isElementwise(node.primitive) &&
      !isLeaf(node.primitive) &&
      !isView(node.primitive) &&
      !added.has(node),
  );
  const randoms = order.filter((node) => node.is("random"));
  const rank = (unit: Unit): [number, number] =>
    isGroup(unit)
      ? [unit.stage, position.get(unit.nodes[0] as Node) as number]
      : [unit.is("random") ? -1 : (stages.get(unit) as number), position.get(unit) as number];
  const units: Unit[] = [...groups, ...anchors, ...randoms];
  units.sort((a, b) => {
    const [stageA, placeA] = rank(a);
    const [stageB, placeB] = rank(b);
    return stageA - stageB || placeA - placeB;
  });
  return { units, groupOf, readOutside, reducedGroups, addedGathers };
}
