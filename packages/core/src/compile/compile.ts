import type { Graph, Inventory } from "../graph/index.js";
import type { Program } from "../program/index.js";
import { joinEpilogues } from "./epilogue.js";
import { lower } from "./lower/index.js";
import { planMemory } from "./plan.js";
import { printGraph, printProgram } from "./print.js";
import { recompute } from "./recompute.js";
import { simplify } from "./simplify.js";
import { sparseUpdates } from "./sparse.js";
import { verify } from "./verify.js";

/** What only makes a Program cheaper can be left out, to find out which pass is at fault. */
export interface PassOptions {
  /** Remove what computes nothing and fold constants. Default true. */
  readonly simplify?: boolean;
  /** Let element-wise operations share loops, and products take in what follows. Default true. */
  readonly fuse?: boolean;
  /** Compute cheap values anew in each loop that needs them. Default true; means `fuse`. */
  readonly recompute?: boolean;
  /** Let plain gradient descent write only the rows of a table that were used. Default true. */
  readonly sparse?: boolean;
  /** Let buffers that are never in use together share bytes. Default true. */
  readonly reuseMemory?: boolean;
}

export function assemble(
  given: Graph,
  inventory: Inventory,
  { fuse = true, recompute: again = true, sparse = true, reuseMemory = true }: PassOptions,
): Program {
  const graph = fuse && again ? recompute(given) : given;
  const separate = lower(graph, inventory, fuse, sparse ? sparseUpdates(graph) : new Map());
  const lowered = fuse ? joinEpilogues(separate) : separate;
  const { buffers, arenaBytes } = planMemory(lowered, reuseMemory);
  return verify({
    buffers,
    arenaBytes,
    slots: inventory.bindings.length,
    inputs: graph.inputs.length,
    outputs: graph.outputs.length,
    scalars: inventory.scalars.length,
    compute: lowered.compute,
    commit: lowered.commit,
  });
}

/**
 * Graph to Program: simplify, recompute, fuse and lower, plan memory, verify. The device encodes the result.
 */
export function compileGraph(
  graph: Graph,
  inventory: Inventory,
  options: PassOptions = {},
): Program {
  return assemble(options.simplify === false ? graph : simplify(graph), inventory, options);
}

/** What each pass makes of a graph, as text. */
export function explainGraph(graph: Graph, inventory: Inventory): string {
  const simplified = simplify(graph);
  const program = assemble(simplified, inventory, {});
  const section = (title: string, text: string): string => `== ${title}\n${text}\n`;
  return [
    section("captured", printGraph(graph)),
    section("simplify", printGraph(simplified)),
    section("recompute, fuse, plan memory", printProgram(program)),
  ].join("\n");
}
