import { sizeOf } from "../../array/index.js";
import { isElementwise, type Node } from "../../graph/index.js";
import { maxResults } from "../../program/index.js";
import type { Group } from "./partition.js";
import { isReduction, passOf, type Reduction } from "./reductions.js";
import { behindViews, type Stages } from "./stages.js";

// Which reductions go through memory together, and what they compute on the way.

/** Reductions that run as one instruction, and the group that computes their inputs. */
export interface Pass {
  readonly nodes: [Reduction, ...Reduction[]];
  readonly group: Group | undefined;
}

/** Whether reading `base` for each element of `node` means much memory: numbers and rows are few. */
export const isLarge = (base: Node, node: Node): boolean =>
  !(base.is("constant") || base.is("scalar") || base.is("iota")) &&
  sizeOf(base.shape) * 8 >= sizeOf(node.shape);

/**
 * The element-wise nodes that only the reductions of one pass need, each with the pass: it computes
 * them on the fly. Where their inputs are element-wise too, cutting them off from those has to pay:
 * what is read and stored in addition must be less than the results that are not.
 */
export function privateNodes(
  order: readonly Node[],
  { stages, users, kept }: Stages,
): Map<Node, unknown> {
  const owners = new Map<Node, unknown>();
  const owned = new Map<unknown, Node[]>();
  for (const node of order.toReversed()) {
    if (!isElementwise(node.primitive) || kept.has(node)) continue;
    const [owner, ...others] = (users.get(node) ?? []).map((user) =>
      isReduction(user) ? passOf(user, stages.get(user) as number) : owners.get(user),
    );
    if (owner === undefined || others.some((other) => other !== owner)) continue;
    owners.set(node, owner);
    const its = owned.get(owner);
    if (its) its.push(node);
    else owned.set(owner, [node]);
  }

  const isStored = (node: Node): boolean =>
    kept.has(node) ||
    (users.get(node) ?? []).some(
      (user) => !isElementwise(user.primitive) || stages.get(user) !== stages.get(node),
    );
  for (const nodes of owned.values()) {
    const own = new Set(nodes);
    const inputs = new Set(nodes.flatMap((node) => node.inputs.filter((each) => !own.has(each))));
    const cut = [...inputs].filter((each) => isElementwise(each.primitive));
    if (cut.length === 0) continue;
    const reads = [...inputs].filter((each) => isLarge(behindViews(each), nodes[0] as Node));
    const stored = cut.filter((each) => !isStored(each));
    const results = nodes.filter((node) => users.get(node)?.some(isReduction));
    if (reads.length + 2 * stored.length <= 3 * results.length) continue;
    for (const node of nodes) owners.delete(node);
  }
  return owners;
}

/** Merges passes of one stage that read the same memory. */
export function mergePasses(
  passes: readonly Pass[],
  stages: ReadonlyMap<Node, number>,
  merge: (a: Group, b: Group) => Group,
): Pass[] {
  const byKey = new Map<unknown, { pass: Pass; bases: Set<Node> }[]>();
  for (const pass of passes) {
    const [first] = pass.nodes;
    const key = passOf(first, stages.get(first) as number);
    const bases = basesOf(pass);
    const others = byKey.get(key) ?? [];
    byKey.set(key, others);
    const host = others.find(
      (other) =>
        other.pass.nodes.length + pass.nodes.length <= maxResults &&
        [...bases].some((base) => other.bases.has(base)),
    );
    if (!host) {
      others.push({ pass, bases });
      continue;
    }
    const { nodes, group } = host.pass;
    host.pass = {
      nodes: [...nodes, ...pass.nodes],
      group: group && pass.group ? merge(group, pass.group) : (group ?? pass.group),
    };
    for (const base of bases) host.bases.add(base);
  }
  return [...byKey.values()].flatMap((all) => all.map(({ pass }) => pass));
}

/** What a pass reads of memory, as far as it is large. */
function basesOf({ nodes, group }: Pass): Set<Node> {
  const inside = new Set(group?.nodes);
  const x = nodes[0].inputs[0] as Node;
  const read = [...nodes, ...inside].flatMap(({ inputs }) => inputs);
  const bases = read.filter((each) => !inside.has(each)).map(behindViews);
  return new Set(bases.filter((base) => isLarge(base, x)));
}
