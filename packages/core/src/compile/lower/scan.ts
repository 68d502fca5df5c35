import { contiguousView, sizeOf } from "../../array/index.js";
import { isLeaf, isView, labelOf, type Node } from "../../graph/index.js";
import { partition } from "../fuse/index.js";
import type { Builder } from "./builder.js";
import { lowerUnits } from "./units.js";

/**
 * A scan as a loop in the Program: carries are buffers that the end of the body rewrites, slices of
 * sequences and stacked outputs are windows that move with the iteration, constants are read where
 * they stand.
 */
export function lowerScan(builder: Builder, node: Node<"scan">): void {
  const { body, carries, sequences, length, reverse } = node.attributes;
  const moving: number[] = [];
  const window = (of: number, offset: number, like: Node): number => {
    const size = sizeOf(like.shape);
    const place = { kind: "moving", of, stride: size } as const;
    const buffer = builder.addBuffer(like.dtype, offset + size, place);
    moving.push(buffer);
    return buffer;
  };

  const carryBuffers = node.inputs.slice(0, carries).map((initial) => {
    const buffer = builder.addBuffer(initial.dtype, sizeOf(initial.shape));
    builder.copy(builder.resolve(initial), buffer, contiguousView(initial.shape));
    return buffer;
  });
  const stacked = body.outputs
    .slice(carries)
    .map((each) => builder.addBuffer(each.dtype, length * sizeOf(each.shape)));
  builder.setScanResults(node, [...carryBuffers, ...stacked]);
  if (length === 0) return;

  // Copies that the operands need happen before the loop.
  const slices = node.inputs
    .slice(carries, carries + sequences)
    .map((sequence) => builder.contiguousOperand(sequence));
  const constants = node.inputs
    .slice(carries + sequences)
    .map((constant) => builder.settle(constant));

  const instructions = builder.collectBody(() => {
    body.inputs.forEach((formal, index) => {
      const slice = slices[index - carries];
      const constant = constants[index - carries - sequences];
      if (index < carries) builder.setBuffer(formal, carryBuffers[index] as number);
      else if (slice && index < carries + sequences) {
        builder.setBuffer(formal, window(slice.buffer, slice.offset, formal));
        const view = { ...contiguousView(formal.shape), offset: slice.offset };
        builder.standIn(formal, { base: formal, view });
      } else if (constant) builder.standIn(formal, constant);
    });
    const outputs = body.outputs.slice(carries).map((each, index) => {
      const buffer = window(stacked[index] as number, 0, each);
      const direct = builder.knownBuffer(each) === undefined && isComputed(each);
      if (direct) builder.setBuffer(each, buffer);
      return { each, buffer, direct };
    });
    lowerUnits(builder, partition(body.outputs, builder.fuse));
    for (const { each, buffer, direct } of outputs) {
      if (!direct) builder.copy(builder.resolve(each), buffer, contiguousView(each.shape));
    }
    // Next carries are complete before the first is overwritten.
    const next = body.outputs.slice(0, carries).map((each, index) => {
      const resolved = builder.settle(each);
      const readsCarry = body.inputs.slice(0, carries).includes(resolved.base as Node<"input">);
      if (!readsCarry) return { each, index, resolved };
      const buffer = builder.addBuffer(each.dtype, sizeOf(each.shape));
      builder.copy(resolved, buffer, contiguousView(each.shape));
      builder.setBuffer(each, buffer);
      return { each, index, resolved: { base: each, view: contiguousView(each.shape) } };
    });
    for (const { each, index, resolved } of next) {
      builder.copy(resolved, carryBuffers[index] as number, contiguousView(each.shape));
    }
  });
  builder.emit({
    kind: "repeat",
    label: labelOf(node),
    iterations: length,
    reverse,
    moving,
    body: instructions,
  });
}

/** True for what an instruction writes, as against leaves and views. */
export const isComputed = (node: Node): boolean =>
  node.is("random") || !(isLeaf(node.primitive) || isView(node.primitive));
