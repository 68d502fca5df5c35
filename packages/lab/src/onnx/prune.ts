import type { GraphProto, NodeProto } from "./schema.js";

/** What a node reads, with what the bodies read that it carries. */
function readsOf({ input, attribute }: NodeProto): string[] {
  const bodies = attribute.flatMap(({ g }) => (g ? [g] : []));
  return [...input, ...bodies.flatMap(({ node }) => node.flatMap(readsOf))];
}

/**
 * The graph without nodes and tensors that nothing reads: those for which a larger operator was found,
 * and shapes of what is broadcast after all.
 */
export function prune(graph: GraphProto): GraphProto {
  const needed = new Set(graph.output.map(({ name }) => name));
  const node = graph.node
    .map((each) => ({
      ...each,
      attribute: each.attribute.map((attribute) =>
        attribute.g ? { ...attribute, g: prune(attribute.g) } : attribute,
      ),
    }))
    .reverse()
    .filter((each) => {
      const isNeeded = each.output.some((name) => needed.has(name));
      if (isNeeded) for (const name of readsOf(each)) needed.add(name);
      return isNeeded;
    })
    .reverse();
  return {
    ...graph,
    node,
    initializer: graph.initializer.filter(({ name }) => name !== undefined && needed.has(name)),
  };
}
