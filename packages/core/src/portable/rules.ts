import {
  type DType,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
} from "../array/index.js";
import type { Attributes, Node } from "../graph/index.js";
import { checkNumber } from "../tensor/elementwise.js";
import type { StoredAttributes, StoredPrimitive } from "./document.js";
import { readNumber } from "./numbers.js";
import type { Size } from "./size.js";

/** What a node is built from, sizes being numbers by now. */
interface Parts<P extends StoredPrimitive> {
  readonly stored: StoredAttributes[P];
  readonly inputs: readonly Node[];
  /** The first input; a leaf where there is none. */
  readonly x: Shape;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly numberOf: (size: Size) => number;
}

export interface Rule<P extends StoredPrimitive> {
  /** How many inputs; null for any number but 0. */
  readonly inputs: number | null;
  /** What the primitive carries. It looks at what operations on tensors look at, and nodes do not. */
  readonly attributes: (parts: Parts<P>) => Attributes[P];
}

/** These need more than numbers: arguments, tensors of the state, other graphs. */
export type Special = "input" | "value" | "state" | "scan";

/** @throws ShapeError saying what has to be, where it is not */
export function requireThat(holds: boolean, expected: () => string): void {
  if (!holds) throw new ShapeError(`expected ${expected()}.`);
}

const isAxis = (axis: number, rank: number): boolean => axis >= 0 && axis < rank;

function requireAxis(axis: number, rank: number): void {
  requireThat(isAxis(axis, rank), () => `an axis from 0 to ${rank - 1}, not ${axis}`);
}

const elementwise = (inputs: number) => ({ inputs, attributes: () => ({}) });
const unary = elementwise(1);
const binary = elementwise(2);

const reduction = {
  inputs: 1,
  attributes: ({ stored: { axes }, x }: Parts<"sum" | "reduceMax" | "argmax">) => {
    const sorted = axes.every((axis, place) => place === 0 || axis > (axes[place - 1] as number));
    requireThat(
      axes.length > 0 && sorted && axes.every((axis) => isAxis(axis, x.length)),
      () => `axes of ${formatShape(x)} in rising order, not ${axes.join(", ")}`,
    );
    return { axes };
  },
};

const labelled = ({ label }: { readonly label?: string }) => (label === undefined ? {} : { label });

function requireSameRank([a, b]: readonly Node[]): void {
  requireThat(a?.shape.length === b?.shape.length, () => "as many axes in both operands");
}

/** How each primitive gets back what `attributeKinds` left out. */
export const rules: { readonly [P in Exclude<StoredPrimitive, Special>]: Rule<P> } = {
  constant: {
    inputs: 0,
    attributes: ({ stored, shape, dtype, numberOf }) => {
      const value = readNumber(stored.value) ?? numberOf(stored.value as Size);
      return { value: checkNumber("constant", value, dtype), shape, dtype };
    },
  },
  iota: { inputs: 0, attributes: ({ shape }) => ({ length: shape[0] ?? 0 }) },
  negate: unary,
  absolute: unary,
  sign: unary,
  exp: unary,
  log: unary,
  log1p: unary,
  sqrt: unary,
  sin: unary,
  cos: unary,
  tanh: unary,
  sigmoid: unary,
  erf: unary,
  floor: unary,
  relu: unary,
  not: unary,
  cast: { inputs: 1, attributes: ({ dtype }) => ({ dtype }) },
  add: binary,
  subtract: binary,
  multiply: binary,
  divide: binary,
  power: binary,
  maximum: binary,
  minimum: binary,
  remainder: binary,
  equal: binary,
  less: binary,
  lessEqual: binary,
  and: binary,
  or: binary,
  select: elementwise(3),
  reshape: {
    inputs: 1,
    attributes: ({ x, shape }) => {
      requireThat(sizeOf(x) === sizeOf(shape), () => `as many elements as ${formatShape(x)} has`);
      return { shape };
    },
  },
  permute: {
    inputs: 1,
    attributes: ({ stored: { order }, x }) => {
      const each =
        new Set(order).size === x.length && order.every((axis) => isAxis(axis, x.length));
      requireThat(each && order.length === x.length, () => `each axis of ${formatShape(x)} once`);
      return { order };
    },
  },
  expand: {
    inputs: 1,
    attributes: ({ x, shape }) => {
      const fits = x.every((size, axis) => size === 1 || size === shape[axis]);
      requireThat(
        fits && x.length === shape.length,
        () => `a shape that ${formatShape(x)} stretches to where it has size 1`,
      );
      return { shape };
    },
  },
  slice: {
    inputs: 1,
    attributes: ({ stored: { start: from, step }, x, shape, numberOf }) => {
      const start = from.map(numberOf);
      const fits = x.every((size, axis) => {
        const [first, stride, count] = [start[axis] ?? -1, step[axis] ?? 0, shape[axis] ?? 0];
        return (
          stride !== 0 &&
          (count === 0 || (isAxis(first, size) && isAxis(first + stride * (count - 1), size)))
        );
      });
      const ranks = [start, step, shape].every(({ length }) => length === x.length);
      requireThat(fits && ranks, () => `elements that ${formatShape(x)} has`);
      return { start, step, shape };
    },
  },
  unfold: {
    inputs: 1,
    attributes: ({ stored: { axis, step, dilation, size }, x }) => {
      requireAxis(axis, x.length);
      requireThat(
        Math.min(step, dilation, size) > 0,
        () => "a step, dilation and size of at least 1",
      );
      return { axis, step, dilation, size };
    },
  },
  fold: {
    inputs: 1,
    attributes: ({ stored: { axis, step, dilation }, x, shape }) => {
      requireAxis(axis, x.length - 1);
      requireThat(Math.min(step, dilation) > 0, () => "a step and dilation of at least 1");
      return { axis, step, dilation, length: shape[axis] ?? 0 };
    },
  },
  pad: {
    inputs: 1,
    attributes: ({ stored, x, numberOf }) => {
      const [before, after] = [stored.before.map(numberOf), stored.after.map(numberOf)];
      const counts = [before, after].every(
        (each) => each.length === x.length && each.every((count) => count >= 0),
      );
      requireThat(counts, () => `${x.length} counts of at least 0 before and after`);
      return { before, after };
    },
  },
  concatenate: {
    inputs: null,
    attributes: ({ stored: { axis }, inputs, x }) => {
      requireAxis(axis, x.length);
      requireThat(
        inputs.every(({ shape }) => shape.length === x.length),
        () => "parts of one rank",
      );
      return { axis };
    },
  },
  sum: reduction,
  reduceMax: reduction,
  argmax: reduction,
  matmul: {
    inputs: 2,
    attributes: ({ inputs, x }) => {
      requireSameRank(inputs);
      requireThat(x.length >= 2, () => "operands of at least two axes");
      return {};
    },
  },
  gather: {
    inputs: 2,
    attributes: ({ stored, x }) => {
      requireAxis(stored.axis, x.length);
      return { axis: stored.axis, ...labelled(stored) };
    },
  },
  scatterAdd: {
    inputs: 2,
    attributes: ({ stored, inputs, x, shape }) => {
      const { axis } = stored;
      requireAxis(axis, shape.length);
      const indexed = inputs[1]?.shape.slice(axis, axis + x.length) ?? [];
      requireThat(
        sameShape(indexed, x),
        () => `one index for each row of the updates from axis ${axis} on`,
      );
      return { axis, size: shape[axis] ?? 0, ...labelled(stored) };
    },
  },
  gatherElements: {
    inputs: 2,
    attributes: ({ stored, inputs, x }) => {
      requireSameRank(inputs);
      requireAxis(stored.axis, x.length);
      return { axis: stored.axis, ...labelled(stored) };
    },
  },
  scatterElements: {
    inputs: 2,
    attributes: ({ stored, inputs, x, shape }) => {
      requireSameRank(inputs);
      requireAxis(stored.axis, x.length);
      return { axis: stored.axis, size: shape[stored.axis] ?? 0, ...labelled(stored) };
    },
  },
  result: {
    inputs: 1,
    attributes: ({ stored: { index }, inputs: [scan] }) => {
      const outputs = scan?.is("scan") ? scan.attributes.body.outputs.length : 0;
      requireThat(isAxis(index, outputs), () => "an output of a scan");
      return { index };
    },
  },
};
