import type { Graph, Node, StateCell } from "../../graph/index.js";
import { type Group, isGroup, type Partition } from "../fuse.js";
import { isWhole } from "./builder.js";
import { resolve } from "./resolve.js";

/**
 * The groups that may write states in place, after everything else has succeeded: whose outputs are
 * new contents and nothing else. The others compute to scratch, which is copied at the end.
 *
 * Overwriting is safe if nobody reads the old content later: no other such group reads it at all,
 * and the group itself reads it element for element.
 */
export function inPlaceGroups(graph: Graph, { units, readOutside }: Partition): Set<Group> {
  const cellOf = new Map<Node, StateCell>();
  const shared = new Set<Node>([...graph.outputs, ...graph.checks.map(({ node }) => node)]);
  for (const { state, value } of graph.updates) {
    if (cellOf.has(value)) shared.add(value);
    cellOf.set(value, state.attributes.cell);
  }
  const candidates = new Set(
    units.filter(
      (unit): unit is Group =>
        isGroup(unit) &&
        unit.outputs.every(
          (node) => cellOf.has(node) && !readOutside.has(node) && !shared.has(node),
        ),
    ),
  );

  const reads = new Map([...candidates].map((group) => [group, statesRead(group)]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const group of candidates) {
      const cells = group.outputs.map((node) => cellOf.get(node) as StateCell);
      const safe = cells.every((cell) =>
        [...candidates].every((reader) => {
          const manner = reads.get(reader)?.get(cell);
          return manner === undefined || (reader === group && manner === "whole");
        }),
      );
      if (safe) continue;
      candidates.delete(group);
      changed = true;
    }
  }
  return candidates;
}

/** The cells a group reads: element for element, or otherwise. */
function statesRead(group: Group): Map<StateCell, "whole" | "otherwise"> {
  const reads = new Map<StateCell, "whole" | "otherwise">();
  for (const node of group.nodes) {
    for (const input of node.inputs) {
      const resolved = resolve(input);
      if (!resolved.base.is("state")) continue;
      const { cell } = resolved.base.attributes;
      const whole = isWhole(resolved) && reads.get(cell) !== "otherwise";
      reads.set(cell, whole ? "whole" : "otherwise");
    }
  }
  return reads;
}
