import { contiguousView, type Shape, sizeOf, sliceView } from "../../array/index.js";
import { constantLike } from "../../graph/build.js";
import { labelOf, type Node } from "../../graph/index.js";
import type { Random } from "../../program/index.js";
import type { Builder } from "./builder.js";
import { addLoop } from "./loops.js";

// Instructions for the primitives that are neither element-wise nor reductions.

export function lowerRandom(builder: Builder, node: Node<"random">): Random | null {
  const { seed, base, draw } = node.attributes;
  const target = { ...builder.target(node), strides: [] };
  if (sizeOf(node.shape) === 0) return null;
  const { scalarOf } = builder.inventory;
  return {
    kind: "random",
    label: labelOf(node),
    length: sizeOf(node.shape),
    seed: scalarOf.get(seed) as number,
    base: scalarOf.get(base) as number,
    draw,
    target,
  };
}

const ones = (shape: Shape): number[] => shape.map(() => 1);

/** Zeros everywhere, then the elements in the middle. */
export function lowerPad(builder: Builder, node: Node<"pad">): void {
  const x = node.inputs[0] as Node;
  const { buffer } = builder.target(node);
  const whole = contiguousView(node.shape);
  builder.copy({ base: constantLike(0, node), view: whole }, buffer, whole);
  const inner = sliceView(whole, node.attributes.before, ones(node.shape), x.shape);
  builder.copy(builder.resolve(x), buffer, inner);
}

/** Zeros, then the windows' first elements, their second elements, and so on are added. */
export function lowerFold(builder: Builder, node: Node<"fold">): void {
  const x = node.inputs[0] as Node;
  const { axis, step, dilation } = node.attributes;
  const { buffer } = builder.target(node);
  const whole = contiguousView(node.shape);
  builder.copy({ base: constantLike(0, node), view: whole }, buffer, whole);
  const { base, view } = builder.resolve(x);
  const shape = x.shape.slice(0, -1);
  const along = (of: number, other: number): number[] =>
    shape.map((_, each) => (each === axis ? of : other));
  for (let element = 0; element < (x.shape.at(-1) as number); element++) {
    const part = {
      shape,
      strides: view.strides.slice(0, -1),
      offset: view.offset + element * (view.strides.at(-1) as number),
    };
    const place = sliceView(whole, along(element * dilation, 0), along(step, 1), shape);
    builder.emit(addLoop(builder, { base, view: part }, buffer, place));
  }
}

export function lowerConcatenate(builder: Builder, node: Node<"concatenate">): void {
  const { axis } = node.attributes;
  const { buffer } = builder.target(node);
  const whole = contiguousView(node.shape);
  let position = 0;
  for (const part of node.inputs) {
    const start = node.shape.map((_, each) => (each === axis ? position : 0));
    const view = sliceView(whole, start, ones(node.shape), part.shape);
    builder.copy(builder.resolve(part), buffer, view);
    position += part.shape[axis] as number;
  }
}
