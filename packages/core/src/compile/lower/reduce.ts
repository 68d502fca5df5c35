import { contiguousStrides, isFloating, sizeOf } from "../../array/index.js";
import { labelOf, type Node, type Primitive } from "../../graph/index.js";
import type { Loop, Operand, Reduce } from "../../program/index.js";
import {
  type Group,
  isUnrolled,
  keptAxes,
  overColumns,
  type Pass,
  type Reduction,
} from "../fuse/index.js";
import { coordinates } from "./axes.js";
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
  const { axes } = first.attributes;
  const outputs = nodes.map((node) => builder.target(node));
  if (sizeOf(first.shape) === 0) return null;
  const [output] = outputs as [Operand];
  if (sizeOf(x.shape) === 0) {
    return fillLoop(builder, output, sizeOf(first.shape), !isFloating(first.dtype));
  }
  const unrolled = nodes.length === 1 ? unrolledLoop(builder, nodes, group) : null;
  if (unrolled) return unrolled;
  // Cut axes would change the order in which a sum adds.
  const writer = new BodyWriter(builder, false);
  for (const each of group?.nodes ?? []) writer.compute(each);
  const kept = keptAxes(x.shape, axes);
  const read = nodes.map((node) => writer.read(node.inputs[0] as Node));
  const finished = writer.finishReduction(x.shape, [...kept, ...axes], kept.length, read);
  const { body, results, barrier } = finished;
  const strides = contiguousStrides(body.shape.slice(0, barrier));
  return {
    kind: "reduce",
    label: labelOfAll(nodes, group),
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

const labelOfAll = (nodes: readonly Reduction[], group?: Group): string => {
  const label = nodes.map(labelOf).join(" and ");
  return group ? `${groupLabel(group)} -> ${label}` : label;
};

/** A loop with more registers than this would leave the nearest cache. */
const manyRegisters = 48;

/** What of some elements has been joined so far: one of the registers is the result. */
interface Running {
  readonly total: number;
  readonly largest: number;
  /** Of the largest. */
  readonly position: number;
}

const resultOf = { sum: "total", reduceMax: "largest", argmax: "position" } as const;

/** Before `element`, the first, has joined; a sum starts from 0, so that the sum of -0 alone is 0. */
function begin(writer: BodyWriter, of: ReadonlySet<Primitive>, floats: boolean, element: number) {
  const add = floats ? "add" : "addInt";
  return {
    total: of.has("sum") ? writer.emit(add, writer.number(0, !floats), element) : element,
    largest: element,
    position: of.has("argmax") ? writer.number(0, true) : element,
  };
}

/** Once `element`, at `index` of those that are reduced, has joined. */
function join(
  writer: BodyWriter,
  of: ReadonlySet<Primitive>,
  floats: boolean,
  { total, largest, position }: Running,
  element: number,
  index: number,
): Running {
  if (of.has("sum")) {
    return { total: writer.emit(floats ? "add" : "addInt", total, element), largest, position };
  }
  const exceeds = (): number =>
    floats ? writer.emit("exceeds", element, largest) : writer.emit("lessInt", largest, element);
  return {
    total,
    position: of.has("argmax")
      ? writer.emit("select", exceeds(), writer.number(index, true), position)
      : position,
    largest: writer.emit(floats ? "maximum" : "maximumInt", largest, element),
  };
}

/**
 * Reductions of the same few elements as a loop that reads them one by one, in order; null where
 * there are too many. The largest and its position share the loop.
 */
export function unrolledLoop(
  builder: Builder,
  nodes: readonly Reduction[],
  group?: Group,
): Loop | null {
  const [node] = nodes as [Reduction];
  const x = node.inputs[0] as Node;
  const { axes } = node.attributes;
  const sizes = axes.map((axis) => x.shape[axis] as number);
  const count = sizeOf(sizes);
  if (!isUnrolled(node)) return null;
  const of = new Set(nodes.map(({ primitive }) => primitive));
  const writer = new BodyWriter(builder);
  const floats = isFloating(x.dtype);
  let running: Running | null = null;
  for (let index = 0; index < count; index++) {
    writer.fix(axes, coordinates(index, sizes));
    for (const each of group?.nodes ?? []) writer.compute(each);
    const element = writer.read(x);
    running = running
      ? join(writer, of, floats, running, element, index)
      : begin(writer, of, floats, element);
  }
  if (!running) return null;
  const { shape } = node;
  const last = running;
  const finished = writer.finishLoop(
    shape,
    nodes.map(() => contiguousStrides(shape)),
    nodes.map(({ primitive }) => last[resultOf[primitive]]),
  );
  const { body, written, results } = finished;
  if (body.registers > manyRegisters) return null;
  const outputs = nodes.map((each, index) => ({
    register: results[index] as number,
    operand: { ...builder.target(each), strides: written[index] as number[] },
  }));
  return { kind: "loop", label: labelOfAll(nodes, group), ...body, outputs };
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
