import type { StoredGraph, StoredNode, StoredPrimitive } from "@versant/core";
import { patterns } from "./patterns/index.js";
import { rules } from "./rules/index.js";
import { type OnnxRule, type Results, Scope } from "./scope.js";
import type { GraphWriter } from "./writer.js";

const applyRule = <P extends StoredPrimitive>(
  node: StoredNode<P>,
  scope: Scope,
): string | Results => (rules[node.primitive] as OnnxRule<P>)(node, scope);

/** Adds to `writer` what computes a graph of which `inputs` are the names of the arguments. */
export function writeNodes(
  graph: StoredGraph,
  inputs: readonly string[],
  writer: GraphWriter,
): Scope {
  const scope = new Scope(graph.nodes, inputs, writer, writeNodes);
  graph.nodes.forEach((node, index) => {
    const whole = patterns.reduce<string | null>(
      (found, pattern) => found ?? pattern(index, scope),
      null,
    );
    scope.push(whole ?? applyRule(node, scope));
  });
  return scope;
}
