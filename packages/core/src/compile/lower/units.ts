import { labelOf, type Node } from "../../graph/index.js";
import { type Group, isGroup, type Partition, type Unit } from "../fuse.js";
import type { Pass } from "../passes.js";
import { lowerConcatenate, lowerFold, lowerPad, lowerRandom } from "./anchors.js";
import type { Builder } from "./builder.js";
import { groupLoop } from "./loops.js";
import { lowerMatmul } from "./matmul.js";
import { lowerPass } from "./reduce.js";
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
  for (const unit of parts.units) {
    if (skip(unit)) continue;
    if (isGroup(unit)) lowerGroup(builder, unit);
    else lowerNode(builder, unit, parts);
  }
}
