import type { CompilerPasses, PassGraph, PassNode } from "versant/studio-api";

export const views = ["captured", "simplified", "recomputed", "fused"] as const;

/** The graph as it was recorded, or behind one of the compiler's passes. */
export type View = (typeof views)[number];

/** What a pass did, or will do, with a node. */
export type Mark = "dropped" | "merged" | "rewritten" | "repeated" | "fused";

/** A box of the drawing. */
export interface DrawnNode {
  readonly title: string;
  readonly detail: string;
  /** Of each value that comes out, "float32 (32, 40)". */
  readonly values: readonly string[];
  /** What goes in or is given; what moves numbers about and costs nothing; what computes. */
  readonly kind: "leaf" | "view" | "computation";
  readonly mark: Mark | null;
  readonly isOutput: boolean;
  /** Positions of other boxes. */
  readonly inputs: readonly number[];
  /** The operations of a fused unit, or of a loop's body, in their order. */
  readonly operations: readonly string[];
}

const leaves: ReadonlySet<string> = new Set(
  "input value state scalar constant iota random".split(" "),
);
const moving: ReadonlySet<string> = new Set(
  "reshape permute expand slice unfold detach custom result".split(" "),
);

const kindOf = (primitive: string): DrawnNode["kind"] =>
  leaves.has(primitive) ? "leaf" : moving.has(primitive) ? "view" : "computation";

/** The boxes of a view. */
export function drawnOf(passes: CompilerPasses, view: View): readonly DrawnNode[] {
  const { captured, simplified, recomputed, units } = passes;
  switch (view) {
    case "captured": {
      const kept = new Set(simplified.nodes.flatMap(({ from }) => from));
      return boxesOf(captured, (_, position) => (kept.has(position) ? null : "dropped"));
    }
    case "simplified":
      return boxesOf(simplified, ({ primitive, from }) => {
        const isKept = from.some((each) => captured.nodes[each]?.primitive === primitive);
        return isKept ? (from.length > 1 ? "merged" : null) : "rewritten";
      });
    case "recomputed": {
      const seen = new Set<number>();
      return boxesOf(recomputed, ({ from: [origin] }) => {
        if (origin === undefined) return null;
        const isRepeated = seen.has(origin);
        seen.add(origin);
        return isRepeated ? "repeated" : null;
      });
    }
    case "fused":
      return fusedOf(recomputed, units);
  }
}

const typeOf = ({ dtype, shape }: PassNode): string =>
  shape.length === 1 ? `${dtype} (${shape[0]},)` : `${dtype} (${shape.join(", ")})`;

function boxesOf(
  { nodes, outputs }: PassGraph,
  markOf: (node: PassNode, position: number) => Mark | null,
): DrawnNode[] {
  const out = new Set(outputs);
  return nodes.map((node, position) => ({
    ...{ title: node.primitive, detail: node.detail, values: [typeOf(node)] },
    ...{ kind: kindOf(node.primitive), operations: node.body ?? [] },
    mark: markOf(node, position),
    isOutput: out.has(position),
    inputs: [...new Set(node.inputs)],
  }));
}

/** One box for each unit, which stands where the last of its nodes does. */
function fusedOf(graph: PassGraph, units: CompilerPasses["units"]): DrawnNode[] {
  const { nodes, outputs } = graph;
  const members = new Map<number, number[]>();
  units.forEach((unit, position) => {
    if (unit === null) return;
    const known = members.get(unit);
    if (known) known.push(position);
    else members.set(unit, [position]);
  });
  /** The positions of each box, and the box of each position. */
  const boxes: (readonly number[])[] = [];
  const boxOf = new Map<number, number>();
  const add = (positions: readonly number[]): void => {
    for (const position of positions) boxOf.set(position, boxes.length);
    boxes.push(positions);
  };
  nodes.forEach((_, position) => {
    const unit = units[position] ?? null;
    if (unit === null) add([position]);
    else if (members.get(unit)?.at(-1) === position) add(members.get(unit) ?? []);
  });

  const out = new Set(outputs);
  const used = new Map<number, Set<number>>();
  nodes.forEach(({ inputs }, position) => {
    for (const input of inputs) {
      const users = used.get(input) ?? new Set<number>();
      users.add(boxOf.get(position) ?? -1);
      used.set(input, users);
    }
  });
  return boxes.map((positions, box): DrawnNode => {
    const own = positions.map((position) => nodes[position] as PassNode);
    const leaving = positions.filter((position) => {
      const users = used.get(position) ?? new Set();
      return out.has(position) || users.size > 1 || !users.has(box);
    });
    const inputs = new Set(
      own.flatMap(({ inputs }) => inputs.map((each) => boxOf.get(each) ?? -1)),
    );
    inputs.delete(box);
    const [first] = own as [PassNode];
    const isFused = own.length > 1;
    return {
      title: isFused ? namesOf(own) : first.primitive,
      detail: isFused ? "" : first.detail,
      values: leaving.map((position) => typeOf(nodes[position] as PassNode)),
      kind: isFused ? "computation" : kindOf(first.primitive),
      mark: isFused ? "fused" : null,
      isOutput: positions.some((position) => out.has(position)),
      inputs: [...inputs],
      operations: isFused ? own.map(({ primitive }) => primitive) : (first.body ?? []),
    };
  });
}

/** "add, relu, 3 × multiply": each operation once, in order of appearance. */
function namesOf(nodes: readonly PassNode[]): string {
  return [...operationsOf({ nodes })]
    .map(([name, count]) => (count > 1 ? `${count} × ${name}` : name))
    .join(", ");
}

/** How often each operation stands in a graph. */
export function operationsOf({ nodes }: Pick<PassGraph, "nodes">): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { primitive } of nodes) counts.set(primitive, (counts.get(primitive) ?? 0) + 1);
  return counts;
}

/** Of each box, those that read it. */
export function usersOf(nodes: readonly DrawnNode[]): readonly (readonly number[])[] {
  const users: number[][] = nodes.map(() => []);
  nodes.forEach(({ inputs }, position) => {
    for (const input of inputs) users[input]?.push(position);
  });
  return users;
}

/** Boxes that a text is found in: all of its words, each anywhere. */
export function found(nodes: readonly DrawnNode[], search: string): readonly number[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return nodes.flatMap((node, position) => {
    const text =
      `${node.title} ${node.detail} ${node.values.join(" ")} ${node.operations.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word)) ? [position] : [];
  });
}

/** The boxes nearest to one, along edges in both directions, at most `count`, in the order of the graph. */
export function around(
  nodes: readonly DrawnNode[],
  center: number,
  count: number,
): readonly number[] {
  if (nodes.length <= count) return nodes.map((_, position) => position);
  const users = usersOf(nodes);
  const near = new Set([center]);
  for (const each of near) {
    if (near.size >= count) break;
    for (const next of [...(nodes[each]?.inputs ?? []), ...(users[each] ?? [])]) {
      if (near.size < count) near.add(next);
    }
  }
  return [...near].sort((a, b) => a - b);
}
