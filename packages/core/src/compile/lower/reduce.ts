import { contiguousStrides, isFloating, type Shape, sizeOf } from "../../array/index.js";
import { labelOf, type Node, type Primitive } from "../../graph/index.js";
import type { Loop, Operand, Reduce } from "../../program/index.js";
import type { Group } from "../fuse.js";
import { coordinates } from "./axes.js";
import { BodyWriter } from "./body.js";
import type { Builder } from "./builder.js";
import { groupLabel } from "./loops.js";

export type Reduction = Node<"sum"> | Node<"reduceMax"> | Node<"argmax">;

const reductionOf = { sum: "sum", reduceMax: "max", argmax: "argmax" } as const;

/** A reduction, with the group that computes its input on the fly, if there is one. */
export function lowerReduction(
  builder: Builder,
  node: Reduction,
  group: Group | undefined,
): Loop | Reduce | null {
  const x = node.inputs[0] as Node;
  const { axes } = node.attributes;
  const output = builder.target(node);
  if (sizeOf(node.shape) === 0) return null;
  if (sizeOf(x.shape) === 0) {
    return fillLoop(builder, output, sizeOf(node.shape), !isFloating(node.dtype));
  }
  const unrolled = unrolledLoop(builder, [node], group);
  if (unrolled) return unrolled;
  // Cut axes would change the order in which a sum adds.
  const writer = new BodyWriter(builder, false);
  for (const each of group?.nodes ?? []) writer.compute(each);
  const kept = keptAxes(x.shape, axes);
  const finished = writer.finishReduction(x.shape, [...kept, ...axes], kept.length, writer.read(x));
  const { body, register, barrier } = finished;
  return {
    kind: "reduce",
    label: labelOfAll([node], group),
    ...body,
    reduction: reductionOf[node.primitive],
    reducedAxes: body.shape.length - barrier,
    register,
    output: {
      buffer: output.buffer,
      offset: 0,
      strides: contiguousStrides(body.shape.slice(0, barrier)),
    },
  };
}

const labelOfAll = (nodes: readonly Reduction[], group?: Group): string => {
  const label = nodes.map(labelOf).join(" and ");
  return group ? `${groupLabel(group)} -> ${label}` : label;
};

const keptAxes = (shape: Shape, axes: readonly number[]): number[] =>
  shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));

/** So many elements or fewer are reduced element-wise, as a window of pooling is. */
const fewElements = 9;
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
  if (count === 0 || count > fewElements || sizeOf(node.shape) < 64) return null;
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
