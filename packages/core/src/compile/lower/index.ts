import { contiguousView, sizeOf } from "../../array/index.js";
import { type Graph, type Inventory, makeNode, type Node, rootsOf } from "../../graph/index.js";
import type { Instruction, RowSums } from "../../program/index.js";
import { isGroup, partition } from "../fuse/index.js";
import type { SparseUpdate } from "../sparse.js";
import { Builder, isWhole, type PlannedBuffer } from "./builder.js";
import { inPlaceGroups } from "./commit.js";
import { lowerSums, lowerUpdate } from "./rows.js";
import { isComputed } from "./scan.js";
import { lowerGroup, lowerUnits } from "./units.js";

export type { PlannedBuffer } from "./builder.js";

/** Instructions over buffers, before scratch has places. */
export interface Lowered {
  readonly buffers: readonly PlannedBuffer[];
  readonly compute: readonly Instruction[];
  readonly commit: readonly Instruction[];
}

/** Turns a graph into instructions: fused loops, products, copies, and the writing of states. */
export function lower(
  whole: Graph,
  inventory: Inventory,
  fuse: boolean,
  sparse: ReadonlyMap<Node, SparseUpdate>,
): Lowered {
  const builder = new Builder(inventory, fuse);
  const graph = { ...whole, updates: whole.updates.filter(({ value }) => !sparse.has(value)) };
  const sums = new Set<Node>([...sparse.values()].map((update) => update.sums));
  const parts = partition([...rootsOf(graph), ...sums], fuse);
  const inPlace = inPlaceGroups(graph, parts);
  const commit: Instruction[] = [];
  const rowUpdates: Instruction[] = [];

  const finishOutputs = graph.outputs.map((node, index) => prepareOutput(builder, node, index));
  const compute = builder.collect(() => {
    lowerUnits(builder, parts, (unit) => (isGroup(unit) ? inPlace.has(unit) : sums.has(unit)));
    for (const finish of finishOutputs) finish();
    const rowSums = new Map<Node, RowSums>();
    for (const update of sparse.values()) {
      const lowered = lowerSums(builder, update.sums, parts.addedGathers.get(update.sums));
      builder.emit(lowered.group);
      rowSums.set(update.sums, lowered.sums);
      rowUpdates.push(lowerUpdate(builder, update, lowered.group, lowered.sums));
    }
    lowerChecks(builder, graph, rowSums);
    // What the commit reads is complete before the first state changes.
    for (const { nodes } of inPlace) {
      const inside = new Set(nodes);
      for (const { inputs } of nodes) {
        for (const each of inputs) if (!inside.has(each)) builder.settle(each);
      }
    }
    const written = new Set([...inPlace].flatMap((group) => group.outputs));
    for (const { state, value } of graph.updates) {
      if (!written.has(value)) commit.push(...copyToState(builder, state, value));
    }
  });

  const stateOf = new Map(graph.updates.map(({ state, value }) => [value, state]));
  const written = builder.collect(() => {
    for (const group of inPlace) {
      for (const node of group.outputs) {
        builder.setBuffer(node, builder.bufferOf(stateOf.get(node) as Node<"state">));
      }
      lowerGroup(builder, group);
    }
  });
  return { buffers: builder.buffers, compute, commit: [...written, ...commit, ...rowUpdates] };
}

/** Lets an output be computed where it is returned, if it can; what remains to do is returned. */
function prepareOutput(builder: Builder, node: Node, index: number): () => void {
  const place = { kind: "output", index } as const;
  const resolved = builder.resolve(node);
  const free = isComputed(resolved.base) && builder.knownBuffer(resolved.base) === undefined;
  if (free && isWhole(resolved) && !resolved.base.is("scan")) {
    builder.define(resolved.base, place);
    return () => {};
  }
  const buffer = builder.addBuffer(node.dtype, sizeOf(node.shape), place);
  return () => builder.copy(builder.resolve(node), buffer, contiguousView(node.shape));
}

function lowerChecks(builder: Builder, graph: Graph, rowSums: ReadonlyMap<Node, RowSums>): void {
  const checked = new Set<Node>();
  for (const { node, label } of graph.checks) {
    const length = sizeOf(node.shape);
    if (length === 0 || checked.has(node)) continue;
    checked.add(node);
    const sums = rowSums.get(node);
    if (sums) {
      builder.emit({ kind: "checkRows", label, ...sums });
      continue;
    }
    const operand = builder.contiguousOperand(node);
    builder.emit({ kind: "checkFinite", label, length, operand });
  }
}

/** What is copied into a state at the end. The source must not be a state that changes as well. */
function copyToState(builder: Builder, state: Node<"state">, value: Node): Instruction[] {
  const whole = contiguousView(value.shape);
  let source = builder.settle(value);
  if (source.base.is("state")) {
    const old = makeNode("detach", [value], {});
    builder.copy(source, builder.define(old), whole);
    source = { base: old, view: whole };
  }
  return builder.collect(() => builder.copy(source, builder.bufferOf(state), whole));
}
