import type { Storage } from "../array/index.js";
import { type Graph, rootsOf, topologicalOrder } from "./graph.js";
import type { Node } from "./node.js";
import type { ScalarSource, StateCell } from "./primitives.js";

/** What a bound slot of a Program stands for. */
export type Binding =
  | { readonly kind: "state"; readonly cell: StateCell }
  | { readonly kind: "constant"; readonly storage: Storage };

/** What a graph needs from outside besides its inputs, numbered in order of appearance. */
export interface Inventory {
  /** States, updated or only read, and constants; the position is the slot. */
  readonly bindings: readonly Binding[];
  readonly slotOf: ReadonlyMap<StateCell | Storage, number>;
  readonly scalars: readonly ScalarSource[];
  readonly scalarOf: ReadonlyMap<ScalarSource, number>;
}

/** The run-time scalars of nodes in order of first appearance, those of loop bodies included. */
export function scalarSourcesOf(order: readonly Node[]): ScalarSource[] {
  const sources = new Set<ScalarSource>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.is("scalar")) sources.add(node.attributes.source);
      else if (node.is("random")) {
        sources.add(node.attributes.seed);
        sources.add(node.attributes.base);
      } else if (node.is("scan")) visit(topologicalOrder(node.attributes.body.outputs));
    }
  };
  visit(order);
  return [...sources];
}

export function inventoryOf(graph: Graph): Inventory {
  const order = topologicalOrder([...rootsOf(graph), ...graph.updates.map(({ state }) => state)]);
  const bindings: Binding[] = [];
  const slotOf = new Map<StateCell | Storage, number>();
  const bind = (key: StateCell | Storage, binding: Binding): void => {
    if (slotOf.has(key)) return;
    slotOf.set(key, bindings.length);
    bindings.push(binding);
  };
  for (const node of order) {
    if (node.is("state")) {
      const { cell } = node.attributes;
      bind(cell, { kind: "state", cell });
    } else if (node.is("value")) {
      const { storage } = node.attributes;
      bind(storage, { kind: "constant", storage });
    }
  }
  const scalars = scalarSourcesOf(order);
  const scalarOf = new Map(scalars.map((source, index) => [source, index]));
  return { bindings, slotOf, scalars, scalarOf };
}
