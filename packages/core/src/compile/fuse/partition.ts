import { type Shape, sizeOf } from "../../array/index.js";
import { isElementwise, isLeaf, isView, type Node, topologicalOrder } from "../../graph/index.js";
import { maxResults } from "../../program/index.js";
import { mergePasses, type Pass, privateNodes } from "./passes.js";
import { isReduction, passOf, type Reduction } from "./reductions.js";
import { assignStages, isFused, type Owners, type Stages, sink, usersOf } from "./stages.js";

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
  /** Reductions, by the first of those that run together. Only the first is among the units. */
  readonly passAt: ReadonlyMap<Node, Pass>;
  /** By scatterAdd, gathers that it reads on the fly. */
  readonly addedGathers: ReadonlyMap<Node, Node<"gather">>;
}

export const isGroup = (unit: Unit): unit is Group => "nodes" in unit;

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
      else group = mergeGroups(group, other, groupOf);
    }
    group ??= { shape: node.shape, stage, nodes: [], outputs: [] };
    group.nodes.push(node);
    groupOf.set(node, group);
  }
  return groupOf;
}

function mergeGroups(a: Group, b: Group, groupOf: Map<Node, Group>): Group {
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

/**
 * Splits the graph behind `roots` into units. Leaves and views are no units: they cost nothing.
 * Without `fuse` every node is a unit of its own.
 */
export function partition(roots: readonly Node[], fuse = true): Partition {
  const order = topologicalOrder(roots);
  const { stages, users, kept, owners } = fuse
    ? fusedStages(order, roots)
    : plainStages(order, roots);
  const groupOf = groupNodes(order, stages, (node) =>
    fuse ? node.inputs.filter((each) => isFused(each, node, owners)) : [],
  );

  const position = new Map(order.map((node, index) => [node, index]));
  const byPosition = (a: Node, b: Node): number =>
    (position.get(a) as number) - (position.get(b) as number);
  const groups = new Set(groupOf.values());
  const readOutside = new Set<Node>();
  const computing = new Map<Reduction, Group>();
  for (const group of groups) {
    group.nodes.sort(byPosition);
    const readers = new Set<Node>();
    for (const node of group.nodes) {
      const outside = (users.get(node) ?? []).filter((user) => groupOf.get(user) !== group);
      if (outside.length > 0) readOutside.add(node);
      if (outside.length > 0 || kept.has(node)) group.outputs.push(node);
      for (const user of outside) readers.add(user);
    }
    if (!fuse || group.outputs.some((node) => kept.has(node))) continue;
    const pass = onePass([...readers], stages);
    if (pass.length === 0) continue;
    for (const reduction of pass) computing.set(reduction, group);
    groups.delete(group);
  }

  const passes = passesOf(order.filter(isReduction), computing);
  const merge = (a: Group, b: Group): Group => {
    const into = mergeGroups(a, b, groupOf);
    into.nodes.sort(byPosition);
    return into;
  };
  const merged = fuse ? mergePasses(passes, stages, merge) : passes;
  const passAt = new Map(merged.map((pass) => [pass.nodes[0] as Node, pass]));

  const addedGathers = new Map<Node, Node<"gather">>();
  for (const node of fuse ? order : []) {
    const gather = addedGather(node);
    const isOnly = gather && !kept.has(gather) && users.get(gather)?.length === 1;
    if (isOnly) addedGathers.set(node, gather);
  }

  const added = new Set<Node>(addedGathers.values());
  const isAnchor = (node: Node): boolean =>
    passAt.has(node) ||
    !(
      isElementwise(node.primitive) ||
      isLeaf(node.primitive) ||
      isView(node.primitive) ||
      isReduction(node) ||
      added.has(node)
    );
  // By stage. Of one stage, reductions may read groups that none of them could compute.
  const rank = (unit: Unit): number => {
    if (isGroup(unit)) return 2 * unit.stage;
    if (unit.is("random")) return -1;
    return 2 * (stages.get(unit) as number) + Number(isReduction(unit));
  };
  const place = (unit: Unit): number =>
    position.get(isGroup(unit) ? (unit.nodes[0] as Node) : unit) as number;
  const randoms = order.filter((node) => node.is("random"));
  const units = [...groups, ...order.filter(isAnchor), ...randoms]
    .map((unit) => ({ unit, rank: rank(unit), place: place(unit) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ unit }) => unit);
  return { units, groupOf, readOutside, passAt, addedGathers };
}

interface OwnedStages extends Stages {
  readonly owners: Owners;
}

function plainStages(order: readonly Node[], roots: readonly Node[]): OwnedStages {
  const stages = assignStages(order);
  return { stages, users: usersOf(order), kept: new Set(roots), owners: new Map() };
}

/** What only reductions need stands apart from the rest, to be computed by them. */
function fusedStages(order: readonly Node[], roots: readonly Node[]): OwnedStages {
  const first = plainStages(order, roots);
  sink(order, first);
  const owners = privateNodes(order, first);
  const owned = { ...first, stages: assignStages(order, owners), owners };
  sink(order, owned, owners);
  return owned;
}

/** The readers of a group, if they are reductions that one pass can compute. */
function onePass(readers: readonly Node[], stages: ReadonlyMap<Node, number>): Reduction[] {
  const found = readers.filter(isReduction);
  if (found.length < readers.length || found.length > maxResults) return [];
  const keys = found.map((node) => passOf(node, stages.get(node) as number));
  return keys.every((key) => key === keys[0]) ? found : [];
}

function passesOf(all: readonly Reduction[], computing: ReadonlyMap<Reduction, Group>): Pass[] {
  const byGroup = new Map<Group, Reduction[]>();
  const passes: Pass[] = [];
  for (const node of all) {
    const group = computing.get(node);
    const known = group && byGroup.get(group);
    if (known) {
      known.push(node);
      continue;
    }
    const nodes: [Reduction, ...Reduction[]] = [node];
    if (group) byGroup.set(group, nodes);
    passes.push({ nodes, group });
  }
  return passes;
}
