import { type Graph, isElementwise, type Node, type StateCell } from "../../graph/index.js";
import { type Group, isGroup, type Partition } from "../fuse/index.js";
import { isWhole } from "./builder.js";
import { resolve } from "./resolve.js";

/**
 * The groups that may write states in place, after everything else has succeeded: whose outputs are
 * new contents and nothing else. The others compute to scratch, which is copied at the end.
 *
 * Overwriting is safe if nobody reads the old content later: no other such group reads it at all,
 * and the group itself reads it element for element. What has to be copied to be read, such as a
 * reshape of a transpose, is no danger: `lower` copies it before the commit.
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

  const readers = readersOf(candidates);
  for (let changed = true; changed; ) {
    changed = false;
    for (const group of candidates) {
      const safe = group.outputs.every((node) =>
        (readers.get(cellOf.get(node) as StateCell) ?? []).every(
          ({ reader, whole }) => !candidates.has(reader) || (reader === group && whole),
        ),
      );
      if (safe) continue;
      candidates.delete(group);
      changed = true;
    }
  }
  return candidates;
}

interface Reading {
  readonly reader: Group;
  /** Element for element. */
  readonly whole: boolean;
}

/** By cell, where groups read it. */
function readersOf(groups: ReadonlySet<Group>): Map<StateCell, Reading[]> {
  const readers = new Map<StateCell, Reading[]>();
  for (const reader of groups) {
    for (const node of reader.nodes) {
      for (const input of node.inputs) {
        // Most inputs are computed within the group.
        if (isElementwise(input.primitive)) continue;
        const resolved = resolve(input);
        if (!resolved.base.is("state")) continue;
        const { cell } = resolved.base.attributes;
        const reading = { reader, whole: isWhole(resolved) };
        const known = readers.get(cell);
        if (known) known.push(reading);
        else readers.set(cell, [reading]);
      }
    }
  }
  return readers;
}
