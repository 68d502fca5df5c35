import { contiguousStrides, sizeOf, type View } from "../../array/index.js";
import type { Node } from "../../graph/index.js";
import type { Loop, Operand } from "../../program/index.js";
import type { Group } from "../fuse/index.js";
import { axesOf } from "./axes.js";
import { BodyWriter } from "./body.js";
import type { Builder } from "./builder.js";
import type { Resolved } from "./resolve.js";

/** What a loop is called. */
export function groupLabel({ nodes, shape }: Group): string {
  const names = nodes.slice(0, 5).map((node) => node.primitive);
  return `${names.join("+")}${nodes.length > 5 ? "+..." : ""} (${shape.join(", ")})`;
}

/**
 * A group as one loop. `targetOf` tells where each output goes.
 */
export function groupLoop(
  builder: Builder,
  group: Group,
  targetOf: (node: Node) => number,
): Loop | null {
  if (sizeOf(group.shape) === 0) return null;
  const writer = new BodyWriter(builder);
  for (const node of group.nodes) writer.compute(node);
  const strides = contiguousStrides(group.shape);
  const { body, written, results } = writer.finishLoop(
    group.shape,
    group.outputs.map(() => strides),
    group.outputs.map((node) => writer.read(node)),
  );
  const outputs = group.outputs.map((node, index) => ({
    register: results[index] as number,
    operand: { buffer: targetOf(node), offset: 0, strides: written[index] as number[] },
  }));
  return { kind: "loop", label: groupLabel(group), ...body, outputs };
}

/** A loop that writes the elements of `source` to a view of buffer `target`. */
export function copyLoop(
  builder: Builder,
  source: Resolved,
  target: number,
  view: View,
): Loop | null {
  return writeLoop(builder, "copy", view, target, (writer) => loadAs(writer, source, view));
}

/** A loop that adds the elements of `source` to a view of float buffer `target`. */
export function addLoop(
  builder: Builder,
  source: Resolved,
  target: number,
  view: View,
): Loop | null {
  return writeLoop(builder, "add", view, target, (writer) => {
    return writer.emit(
      "add",
      writer.loadBuffer(target, axesOf(view)),
      loadAs(writer, source, view),
    );
  });
}

const loadAs = (writer: BodyWriter, { base, view }: Resolved, { shape }: View): number =>
  writer.load({ base, view: axesOf({ ...view, shape }) });

/** A loop over `view` of buffer `target` that writes the register which `compute` names. */
function writeLoop(
  builder: Builder,
  name: string,
  view: View,
  target: number,
  compute: (writer: BodyWriter) => number,
): Loop | null {
  if (sizeOf(view.shape) === 0) return null;
  const writer = new BodyWriter(builder);
  const register = compute(writer);
  const { body, written, results } = writer.finishLoop(view.shape, [view.strides], [register]);
  const operand: Operand = { buffer: target, offset: view.offset, strides: written[0] as number[] };
  return {
    kind: "loop",
    label: `${name} (${view.shape.join(", ")})`,
    ...body,
    outputs: [{ register: results[0] as number, operand }],
  };
}
