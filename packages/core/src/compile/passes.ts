import type { DType, Shape } from "../array/index.js";
import {
  type Graph,
  type Inventory,
  isLeaf,
  type Node,
  type Primitive,
  rootsOf,
  type SubGraph,
  topologicalOrder,
} from "../graph/index.js";
import { assemble } from "./compile.js";
import { isGroup, type Partition, partition } from "./fuse/index.js";
import { attributesText } from "./print.js";
import { recomputation } from "./recompute.js";
import { simplification } from "./simplify.js";
import { sparseUpdates } from "./sparse.js";

/** A node of a graph as plain data. */
export interface PassNode {
  readonly primitive: Primitive;
  /** What tells it apart, as "hidden.0.weight" for a state; may be empty. */
  readonly detail: string;
  /** Positions of earlier nodes. */
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Positions of the nodes of the graph before the pass whose values it computes; empty for a new value. */
  readonly from: readonly number[];
  /** Of a scan: what its body computes, in its order. */
  readonly body?: readonly Primitive[];
}

/** A graph behind a pass: nodes, inputs before users, and the positions of those that come out. */
export interface PassGraph {
  readonly nodes: readonly PassNode[];
  readonly outputs: readonly number[];
}

/** What each pass of the compiler makes of a function, as plain data. */
export interface CompilerPasses {
  readonly captured: PassGraph;
  readonly simplified: PassGraph;
  /** Cheap values stand once for each loop that computes them. */
  readonly recomputed: PassGraph;
  /**
   * For each node of `recomputed` which unit computes it: the nodes of a unit share one loop, or one pass
   * over memory. Null for leaves and views, which cost nothing.
   */
  readonly units: readonly (number | null)[];
  /** Instructions of the Program, those of loop bodies counted once. */
  readonly instructions: number;
  /** Products among them that take in the loop which followed. */
  readonly joinedProducts: number;
  /** Scratch memory. */
  readonly arenaBytes: number;
}

/** What each pass makes of a graph, as data: `explainGraph` writes the same as text. */
export function passesOf(graph: Graph, inventory: Inventory): CompilerPasses {
  const simplified = simplification(graph);
  const recomputed = recomputation(simplified.graph);
  const before = topologicalOrder(rootsOf(graph));
  const between = topologicalOrder(rootsOf(simplified.graph));
  const after = topologicalOrder(rootsOf(recomputed.graph));

  const sources = new Map<Node, number[]>(between.map((node) => [node, []]));
  before.forEach((node, position) => {
    sources.get(simplified.find(node))?.push(position);
  });
  const positions = new Map(between.map((node, position) => [node, position]));
  const origin = (node: Node): readonly number[] => {
    const position = positions.get(recomputed.originOf(node));
    return position === undefined ? [] : [position];
  };

  const program = assemble(simplified.graph, inventory, {});
  const instructions = [...program.compute, ...program.commit].flatMap(
    function all(each): (typeof each)[] {
      return each.kind === "repeat" ? [each, ...each.body.flatMap(all)] : [each];
    },
  );
  return {
    captured: describe(graph, before, () => []),
    simplified: describe(simplified.graph, between, (node) => sources.get(node) ?? []),
    recomputed: describe(recomputed.graph, after, origin),
    units: unitsOf(recomputed.graph, after),
    instructions: instructions.length,
    joinedProducts: instructions.filter(
      (each) => each.kind === "matmul" && each.epilogue.length > 0,
    ).length,
    arenaBytes: program.arenaBytes,
  };
}

function describe(
  graph: Graph,
  order: readonly Node[],
  from: (node: Node) => readonly number[],
): PassGraph {
  const positions = new Map(order.map((node, position) => [node, position]));
  const positionOf = (node: Node): number => positions.get(node) as number;
  const nodes = order.map((node): PassNode => {
    const { primitive, shape, dtype, inputs } = node;
    const detail = attributesText(node).trim();
    return {
      ...{ primitive, detail, inputs: inputs.map(positionOf), shape, dtype, from: from(node) },
      ...(node.is("scan") && { body: computedBy(node.attributes.body) }),
    };
  });
  return { nodes, outputs: graph.outputs.map(positionOf) };
}

const computedBy = ({ outputs }: SubGraph): Primitive[] =>
  topologicalOrder(outputs).flatMap(({ primitive }) => (isLeaf(primitive) ? [] : [primitive]));

/** The unit of each node of `order`, numbered in the order in which they run. */
function unitsOf(graph: Graph, order: readonly Node[]): (number | null)[] {
  const sparse = sparseUpdates(graph);
  const dense = { ...graph, updates: graph.updates.filter(({ value }) => !sparse.has(value)) };
  const sums = [...sparse.values()].map((update) => update.sums);
  const parts = partition([...rootsOf(dense), ...sums]);
  const unitOf = new Map<Node, number>();
  parts.units.forEach((unit, index) => {
    for (const node of isGroup(unit) ? unit.nodes : nodesOf(unit, parts)) unitOf.set(node, index);
  });
  return order.map((node) => unitOf.get(node) ?? null);
}

/** The nodes that the unit of `node` computes, which is no group. */
function nodesOf(node: Node, { passAt, addedGathers }: Partition): readonly Node[] {
  const pass = passAt.get(node);
  if (pass) return [...pass.nodes, ...(pass.group?.nodes ?? [])];
  const gather = addedGathers.get(node);
  return gather ? [node, gather] : [node];
}
