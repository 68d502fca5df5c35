import { plural } from "./plural.js";

export const network = {
  title: "Network",
  all: (count: string) => `${count} parameters`,
  tabs: { layers: "Layers", graph: "Graph" },
  search: "Search",
  layerHint: "Name, kind, shape",
  input: "what goes in",
  parameters: (count: string, share: string) => `${count} parameters, ${share}`,
  noLayer: "No layer is called so.",
  direction: "Direction",
  directions: { forward: "Forward", backward: "Forward and backward" },
  pass: "Pass of the compiler",
  passes: {
    captured: "Recorded",
    simplified: "Simplified",
    recomputed: "Recomputed",
    fused: "Fused",
  },
  about: {
    captured: "The graph as the model recorded it, before the compiler.",
    simplified: "What computes nothing is removed, constants are folded, equal nodes become one.",
    recomputed: "Cheap values stand once for each loop that needs them.",
    fused: "Each box is a loop or a pass over memory; what stands in one box runs together.",
  },
  summaries: {
    captured: (nodes: string, dropped: string) =>
      dropped === "0"
        ? `${nodes} nodes, and the compiler needs all of them.`
        : `${nodes} nodes; the compiler will do without ${dropped} of them (marked).`,
    simplified: (before: string, after: string, merged: string, rewritten: string) =>
      `${before} nodes became ${after}: ${merged} stand for several, ${rewritten} are new (marked).`,
    recomputed: (before: string, after: string, repeated: string) =>
      `${before} nodes became ${after}: ${repeated} are computed once more (marked).`,
    fused: (
      each: Readonly<Record<"units" | "fused" | "instructions" | "products" | "memory", string>>,
    ) =>
      `${each.units} units, ${each.fused} of them of several operations (marked). The program has ${each.instructions} instructions and ${each.memory} of scratch memory; ${each.products} of its products take in what follows them.`,
  },
  batch: "Batch",
  batchWrong: "A whole number of 1 to 4096.",
  backwardHint:
    "In evaluation mode, from a gradient at the answer of the model: it is the same for every loss. Weights are changed by the optimiser, which is no part of it.",
  searchHint: "matmul, weight, (32, 40)",
  next: "Next",
  matches: (count: string, n: number) => `${count} ${plural(n, "node", "nodes")}`,
  cut: (shown: string, all: string) =>
    `Of ${all} nodes the ${shown} around the chosen one are drawn. Search for another, or follow the edges.`,
  closer: "Closer",
  further: "Further away",
  fit: "All",
  keys: "Arrow keys follow the edges, + and - zoom, 0 shows all; drag to move.",
  choose: "Choose a box to see what it is.",
  kinds: {
    leaf: "goes in, or is given",
    view: "another way to read, costs nothing",
    computation: "computes",
  },
  marked: "changed by the pass",
  marks: {
    dropped: "removed by the compiler",
    merged: "stands for several nodes",
    rewritten: "new, or written otherwise",
    repeated: "computed once more",
    fused: "several operations together",
  },
  reads: "Reads",
  readBy: "Read by",
  operations: "Operations before and after",
  operation: "Operation",
};
