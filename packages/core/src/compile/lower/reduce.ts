import { contiguousStrides, isFloating, type Shape, sizeOf } from "../../array/index.js";
import { labelOf, type Node } from "../../graph/index.js";
import type { Loop, Operand, Reduce } from "../../program/index.js";
import type { Group } from "../fuse.js";
import type { Pass } from "../passes.js";
import { axesOf, isUnrolled, keptAxes, overColumns, type Reduction } from "../reductions.js";
import { BodyWriter } from "./body.js";
import type { Builder } from "./builder.js";
import { groupLabel } from "./loops.js";

const reductionOf = { sum: "sum", reduceMax: "max", argmax: "argmax" } as const;

/**
 * Reductions of one shape over the same axes in one pass, with the group that computes their inputs on
 * the fly, if there is one.
 */
export function lowerPass(builder: Builder, { nodes, group }: Pass): Loop | Reduce | null {
  const [first] = nodes;
  const x = first.inputs[0] as Node;
  const axes = axesOf(first);
  const outputs = nodes.map((node) => builder.target(node));
  if (sizeOf(first.shape) === 0) return null;
  const [output] = outputs as [Operand];
  if (sizeOf(x.shape) === 0) {
    return fillLoop(builder, output, sizeOf(first.shape), !isFloating(first.dtype));
  }
  const names = nodes.map(labelOf).join(", ");
  const label = group ? `${groupLabel(group)} -> ${names}` : names;
  const unrolled = unrolledLoop(builder, first, group, output, label);
  if (unrolled) return unrolled;
  const writer = new BodyWriter(builder);
  for (const each of group?.nodes ?? []) writer.compute(each);
  const kept = keptAxes(x.shape, axes);
  const read = nodes.map((node) => writer.read(node.inputs[0] as Node));
  const finished = writer.finishReduction(x.shape, [...kept, ...axes], kept.length, read);
  const { body, results, barrier } = finished;
  const strides = contiguousStrides(body.shape.slice(0, barrier));
  return {
    kind: "reduce",
    label,
    ...body,
    reduction: reductionOf[first.primitive],
    reducedAxes: body.shape.length - barrier,
    columns: overColumns(first),
    results: results.map((register, index) => ({
      register,
      output: { buffer: (outputs[index] as Operand).buffer, offset: 0, strides },
    })),
  };
}

/** A loop with more registers than this would leave the nearest cache. */
const manyRegisters = 48;

/** Registers with the result so far; an argmax also has the element that it points at. */
interface Running {
  readonly result: number;
  readonly largest: number;
}

/** The result once `element`, at `index` of those that are reduced, has joined. */
function join(
  writer: BodyWriter,
  reduction: Reduction["primitive"],
  floats: boolean,
  { result, largest }: Running,
  element: number,
  index: number,
): Running {
  if (reduction === "sum") {
    return { result: writer.emit(floats ? "add" : "addInt", result, element), largest };
  }
  if (reduction === "reduceMax") {
    return { result: writer.emit(floats ? "maximum" : "maximumInt", result, element), largest };
  }
  let wins = writer.emit(floats ? "less" : "lessInt", largest, element);
  if (floats) {
    // The first NaN is larger than every number.
    const unordered = writer.emit("not", writer.emit("equal", element, element));
    const first = writer.emit("and", unordered, writer.emit("equal", largest, largest));
    wins = writer.emit("or", wins, first);
  }
  return {
    result: writer.emit("select", wins, writer.number(index, true), result),
    largest: writer.emit("select", wins, element, largest),
  };
}

/**
 * A reduction of a few elements as a loop that reads them one by one, in order; null where there are
 * too many.
 */
function unrolledLoop(
  builder: Builder,
  node: Reduction,
  group: Group | undefined,
  output: Operand,
  label: string,
): Loop | null {
  const x = node.inputs[0] as Node;
  const axes = axesOf(node);
  const sizes = axes.map((axis) => x.shape[axis] as number);
  const count = sizeOf(sizes);
  if (!isUnrolled(node)) return null;
  const writer = new BodyWriter(builder);
  const floats = isFloating(x.dtype);
  let running: Running | null = null;
  for (let index = 0; index < count; index++) {
    writer.fix(axes, coordinates(index, sizes));
    for (const each of group?.nodes ?? []) writer.compute(each);
    const element = writer.read(x);
    if (running) running = join(writer, node.primitive, floats, running, element, index);
    else if (node.is("reduceMax")) running = { result: element, largest: element };
    else if (node.is("argmax")) running = { result: writer.number(0, true), largest: element };
    else {
      // From 0, so that the sum of -0 alone is 0.
      const sum = writer.emit(floats ? "add" : "addInt", writer.number(0, !floats), element);
      running = { result: sum, largest: sum };
    }
  }
  if (!running) return null;
  const shape = node.shape;
  const finished = writer.finishLoop(shape, [contiguousStrides(shape)], [running.result]);
  const { body, written, results } = finished;
  if (body.registers > manyRegisters) return null;
  const operand = { ...output, strides: written[0] as number[] };
  return {
    kind: "loop",
    label,
    ...body,
    outputs: [{ register: results[0] as number, operand }],
  };
}

function coordinates(index: number, sizes: Shape): number[] {
  let rest = index;
  return sizes
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = (rest - at) / size;
      return at;
    })
    .reverse();
}

function fillLoop(builder: Builder, output: Operand, length: number, integer: boolean): Loop {
  const writer = new BodyWriter(builder);
  const register = writer.number(0, integer);
  const { body, written, results } = writer.finishLoop([length], [[1]], [register]);
  return {
    kind: "loop",
    label: `zeros (${length},)`,
    ...body,
    outputs: [
      { register: results[0] as number, operand: { ...output, strides: written[0] as number[] } },
    ],
  };
}
