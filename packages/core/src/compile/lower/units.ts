import { labelOf, type Node } from "../../graph/index.js";
import { type Group, isGroup, type Partition, type Reduction, type Unit } from "../fuse/index.js";
import { lowerConcatenate, lowerFold, lowerPad, lowerRandom } from "./anchors.js";
import type { Builder } from "./builder.js";
import { groupLoop } from "./loops.js";
import { lowerMatmul } from "./matmul.js";
import { lowerPass, unrolledLoop } from "./reduce.js";
import { lowerIndexing } from "./rows.js";
import { lowerScan } from "./scan.js";

/** Emits the instructions of a group; its outputs go to their buffers, made here if need be. */
export function lowerGroup(builder: Builder, group: Group): void {
  const target = (node: Node): number => builder.knownBuffer(node) ?? builder.define(node);
  const targets = new Map(group.outputs.map((node) => [node, target(node)]));
  builder.emit(groupLoop(builder, group, (node) => targets.get(node) as number));
}

function lowerNode(builder: Builder, node: Node, { passAt, addedGathers }: Partition): void {
  const pass = passAt.get(node);
  if (pass) builder.emit(lowerPass(builder, pass));
  else if (node.is("matmul")) builder.emit(lowerMatmul(builder, node));
  else if (
    node.is("gather") ||
    node.is("scatterAdd") ||
    node.is("gatherElements") ||
    node.is("scatterElements")
  ) {
    builder.emit(lowerIndexing(builder, node, addedGathers.get(node)));
  } else if (node.is("random")) builder.emit(lowerRandom(builder, node));
  else if (node.is("pad")) lowerPad(builder, node);
  else if (node.is("fold")) lowerFold(builder, node);
  else if (node.is("concatenate")) lowerConcatenate(builder, node);
  else if (node.is("scan")) lowerScan(builder, node);
  else throw new Error(`no instruction computes ${labelOf(node)}`);
}

export function lowerUnits(
  builder: Builder,
  parts: Partition,
  skip: (unit: Unit) => boolean = () => false,
): void {
  const twins = builder.fuse ? twinsOf(parts.units) : new Map<Unit, Twins>();
  const done = new Set<Unit>();
  for (const unit of parts.units) {
    if (skip(unit) || done.has(unit)) continue;
    if (isGroup(unit)) {
      lowerGroup(builder, unit);
      continue;
    }
    const twin = twins.get(unit);
    const both = twin?.some((each) => done.has(each)) ? null : twin && unrolledLoop(builder, twin);
    if (both) {
      builder.emit(both);
      for (const each of twin ?? []) done.add(each);
    } else lowerNode(builder, unit, parts);
  }
}

type Twins = readonly [Reduction, Reduction];

/** The largest of some elements and its position, both needed. */
function twinsOf(units: readonly Unit[]): Map<Unit, Twins> {
  const twins = new Map<Unit, Twins>();
  const largest = new Map<Node, Node<"reduceMax">[]>();
  for (const unit of units) {
    if (isGroup(unit) || !unit.is("reduceMax")) continue;
    const x = unit.inputs[0] as Node;
    largest.set(x, [...(largest.get(x) ?? []), unit]);
  }
  for (const unit of units) {
    if (isGroup(unit) || !unit.is("argmax")) continue;
    const axes = String(unit.attributes.axes);
    const its = largest.get(unit.inputs[0] as Node) ?? [];
    const twin = its.find((each) => String(each.attributes.axes) === axes);
    if (!twin) continue;
    twins.set(unit, [twin, unit]);
    twins.set(twin, [twin, unit]);
  }
  return twins;
}
