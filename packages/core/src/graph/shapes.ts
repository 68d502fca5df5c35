import {
  checkDType,
  type DType,
  DTypeError,
  formatShape,
  isFloating,
  type Shape,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { userNameOf } from "./label.js";
import type { Node } from "./node.js";
import type { Attributes, Primitive } from "./primitives.js";

interface Inferred {
  readonly shape: Shape;
  readonly dtype: DType;
}

type ShapeRule<P extends Primitive> = (
  inputs: readonly Node[],
  attributes: Attributes[P],
  /** The operation as the user knows it. */
  name: string,
) => Inferred;

const at = (inputs: readonly Node[], index: number): Node => {
  const node = inputs[index];
  if (!node) throw new Error(`input ${index} is missing`);
  return node;
};

const leaf = (_: readonly Node[], { shape, dtype }: Inferred): Inferred => ({ shape, dtype });

function requireFloating(name: string, { dtype }: Inferred): void {
  if (!isFloating(dtype)) {
    throw new DTypeError(
      `${name}: received ${dtype}, expected a floating dtype; convert with .cast("float32").`,
    );
  }
}

function requireDType(name: string, what: string, { dtype }: Inferred, expected: DType): void {
  if (dtype !== expected) {
    throw new DTypeError(
      `${name}: received ${what} of dtype ${dtype}, expected ${expected}; ` +
        `convert with .cast("${expected}").`,
    );
  }
}

function requireSame(name: string, a: Node, b: Node): void {
  if (a.dtype !== b.dtype) {
    throw new DTypeError(
      `${name}: received ${a.dtype} and ${b.dtype}, expected one dtype; convert one of them ` +
        `with .cast("${isFloating(b.dtype) ? b.dtype : a.dtype}").`,
    );
  }
  if (!sameShape(a.shape, b.shape)) {
    throw new ShapeError(
      `${name}: received shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}, expected ` +
        "equal ones.",
    );
  }
}

const floatingUnary = <P extends Primitive>(
  inputs: readonly Node[],
  _: Attributes[P],
  name: string,
) => {
  const x = at(inputs, 0);
  requireFloating(name, x);
  return { shape: x.shape, dtype: x.dtype };
};

const numericUnary = <P extends Primitive>(
  inputs: readonly Node[],
  _: Attributes[P],
  name: string,
) => {
  const x = at(inputs, 0);
  if (x.dtype === "bool") {
    throw new DTypeError(`${name}: received bool, expected numbers; convert with .cast("int32").`);
  }
  return { shape: x.shape, dtype: x.dtype };
};

const identity = (inputs: readonly Node[]): Inferred => {
  const x = at(inputs, 0);
  return { shape: x.shape, dtype: x.dtype };
};

const numericBinary = <P extends Primitive>(
  inputs: readonly Node[],
  _: Attributes[P],
  name: string,
) => {
  const a = at(inputs, 0);
  requireSame(name, a, at(inputs, 1));
  return numericUnary([a], _, name);
};

const floatingBinary = <P extends Primitive>(
  inputs: readonly Node[],
  _: Attributes[P],
  name: string,
) => {
  const a = at(inputs, 0);
  requireSame(name, a, at(inputs, 1));
  requireFloating(name, a);
  return { shape: a.shape, dtype: a.dtype };
};

const comparison = <P extends Primitive>(
  inputs: readonly Node[],
  _: Attributes[P],
  name: string,
) => {
  const a = at(inputs, 0);
  requireSame(name, a, at(inputs, 1));
  return { shape: a.shape, dtype: "bool" as const };
};

const logical = <P extends Primitive>(inputs: readonly Node[], _: Attributes[P], name: string) => {
  const a = at(inputs, 0);
  requireDType(name, "an operand", a, "bool");
  if (inputs[1]) requireSame(name, a, inputs[1]);
  return { shape: a.shape, dtype: a.dtype };
};

const reduced = (shape: Shape, axes: readonly number[]): number[] =>
  shape.filter((_, axis) => !axes.includes(axis));

/** What the largest is taken of; there is one of each slice along `axes`. */
function nonEmpty(x: Node, axes: readonly number[], name: string): Node {
  if (axes.every((axis) => x.shape[axis] !== 0)) return x;
  throw new ShapeError(
    `${name}: received shape ${formatShape(x.shape)}, expected at least one element along ` +
      `${axes.length === 1 ? "axis" : "axes"} ${axes.join(", ")}; the largest of nothing is undefined.`,
  );
}

const replaced = (shape: Shape, axis: number, by: Shape): number[] => [
  ...shape.slice(0, axis),
  ...by,
  ...shape.slice(axis + 1),
];

const shapeRules: { readonly [P in Primitive]: ShapeRule<P> } = {
  input: leaf,
  value: (_, { shape, storage }) => ({ shape, dtype: storage.dtype }),
  state: (_, { cell }) => ({ shape: cell.shape, dtype: cell.dtype }),
  scalar: (_, { dtype }) => ({ shape: [], dtype: checkDType("RunTimeScalar", dtype) }),
  constant: (_, { shape, dtype }) => ({ shape, dtype: checkDType("full", dtype) }),
  iota: (_, { length }) => ({ shape: [length], dtype: "int32" }),
  random: (_, { shape }) => ({ shape, dtype: "float32" }),

  negate: numericUnary,
  absolute: numericUnary,
  sign: numericUnary,
  exp: floatingUnary,
  log: floatingUnary,
  log1p: floatingUnary,
  sqrt: floatingUnary,
  sin: floatingUnary,
  cos: floatingUnary,
  tanh: floatingUnary,
  sigmoid: floatingUnary,
  erf: floatingUnary,
  floor: floatingUnary,
  relu: numericUnary,
  not: logical,
  cast: (inputs, { dtype }, name) => ({
    shape: at(inputs, 0).shape,
    dtype: checkDType(name, dtype),
  }),

  add: numericBinary,
  subtract: numericBinary,
  multiply: numericBinary,
  divide: floatingBinary,
  power: floatingBinary,
  maximum: numericBinary,
  minimum: numericBinary,
  remainder: numericBinary,
  equal: comparison,
  less: comparison,
  lessEqual: comparison,
  and: logical,
  or: logical,

  select: (inputs, _, name) => {
    const condition = at(inputs, 0);
    const a = at(inputs, 1);
    requireDType(name, "a condition", condition, "bool");
    requireSame(name, a, at(inputs, 2));
    if (!sameShape(condition.shape, a.shape)) {
      throw new ShapeError(
        `${name}: received a condition of shape ${formatShape(condition.shape)} for values of ` +
          `shape ${formatShape(a.shape)}, expected equal ones.`,
      );
    }
    return { shape: a.shape, dtype: a.dtype };
  },

  reshape: (inputs, { shape }) => ({ shape, dtype: at(inputs, 0).dtype }),
  permute: (inputs, { order }) => {
    const x = at(inputs, 0);
    return { shape: order.map((axis) => x.shape[axis] as number), dtype: x.dtype };
  },
  expand: (inputs, { shape }) => ({ shape, dtype: at(inputs, 0).dtype }),
  slice: (inputs, { shape }) => ({ shape, dtype: at(inputs, 0).dtype }),
  unfold: (inputs, { axis, size, step, dilation }, name) => {
    const x = at(inputs, 0);
    const length = x.shape[axis] as number;
    const span = dilation * (size - 1) + 1;
    if (span > length) {
      throw new ShapeError(
        `${name}: received windows of ${span} elements for shape ${formatShape(x.shape)}, expected ` +
          `at most ${length}, the size of axis ${axis}.`,
      );
    }
    const count = Math.floor((length - span) / step) + 1;
    return { shape: [...replaced(x.shape, axis, [count]), size], dtype: x.dtype };
  },
  fold: (inputs, { axis, length, step, dilation }, name) => {
    const x = at(inputs, 0);
    requireFloating(name, x);
    const count = x.shape[axis] as number;
    const size = x.shape.at(-1) as number;
    const span = (count - 1) * step + (size - 1) * dilation + 1;
    if (span > length) {
      throw new ShapeError(
        `${name}: received ${count} windows of ${size} (shape ${formatShape(x.shape)}), which reach ` +
          `over ${span} elements, expected at most the length ${length}.`,
      );
    }
    return { shape: replaced(x.shape.slice(0, -1), axis, [length]), dtype: x.dtype };
  },
  pad: (inputs, { before, after }) => {
    const x = at(inputs, 0);
    const shape = x.shape.map(
      (size, axis) => size + (before[axis] as number) + (after[axis] as number),
    );
    return { shape, dtype: x.dtype };
  },
  concatenate: (inputs, { axis }, name) => {
    const first = at(inputs, 0);
    let size = 0;
    for (const each of inputs) {
      size += each.shape[axis] as number;
      requireDType(name, "a part", each, first.dtype);
      if (!sameShape(replaced(each.shape, axis, []), replaced(first.shape, axis, []))) {
        throw new ShapeError(
          `${name}: received shapes ${formatShape(first.shape)} and ` +
            `${formatShape(each.shape)}, expected sizes that differ on axis ${axis} only.`,
        );
      }
    }
    return { shape: replaced(first.shape, axis, [size]), dtype: first.dtype };
  },

  sum: (inputs, { axes }, name) => {
    const x = at(inputs, 0);
    if (x.dtype === "bool" || x.dtype === "uint8") {
      throw new DTypeError(`${name}: received ${x.dtype}, expected numbers of at least 32 bits.`);
    }
    return { shape: reduced(x.shape, axes), dtype: x.dtype };
  },
  reduceMax: (inputs, { axes }, name) => {
    const x = nonEmpty(at(inputs, 0), axes, name);
    return { shape: reduced(x.shape, axes), dtype: x.dtype };
  },
  argmax: (inputs, { axes }, name) => {
    const x = nonEmpty(at(inputs, 0), axes, name);
    return { shape: reduced(x.shape, axes), dtype: "int32" };
  },

  matmul: (inputs, _, name) => {
    const a = at(inputs, 0);
    const b = at(inputs, 1);
    requireFloating(name, a);
    requireDType(name, "a second operand", b, a.dtype);
    const batch = a.shape.slice(0, -2);
    const [m, k] = a.shape.slice(-2) as [number, number];
    const [rows, n] = b.shape.slice(-2) as [number, number];
    if (k !== rows || !sameShape(batch, b.shape.slice(0, -2))) {
      throw new ShapeError(
        `${name}: received shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}, expected ` +
          "(..., m, k) and (..., k, n) with the same k.",
      );
    }
    return { shape: [...batch, m, n], dtype: a.dtype };
  },

  gather: (inputs, { axis }, name) => {
    const x = at(inputs, 0);
    const indices = at(inputs, 1);
    requireDType(name, "indices", indices, "int32");
    return { shape: replaced(x.shape, axis, indices.shape), dtype: x.dtype };
  },
  scatterAdd: (inputs, { axis, size }, name) => {
    const indices = at(inputs, 0);
    const updates = at(inputs, 1);
    requireDType(name, "indices", indices, "int32");
    requireFloating(name, updates);
    const shape = [
      ...updates.shape.slice(0, axis),
      size,
      ...updates.shape.slice(axis + indices.shape.length),
    ];
    return { shape, dtype: updates.dtype };
  },
  gatherElements: (inputs, { axis }, name) => {
    const x = at(inputs, 0);
    const indices = at(inputs, 1);
    requireDType(name, "indices", indices, "int32");
    if (!sameShape(replaced(x.shape, axis, []), replaced(indices.shape, axis, []))) {
      throw new ShapeError(
        `${name}: received shapes ${formatShape(x.shape)} and ${formatShape(indices.shape)}, ` +
          `expected sizes that differ on axis ${axis} only.`,
      );
    }
    return { shape: indices.shape, dtype: x.dtype };
  },
  scatterElements: (inputs, { axis, size }, name) => {
    const indices = at(inputs, 0);
    const updates = at(inputs, 1);
    requireDType(name, "indices", indices, "int32");
    requireFloating(name, updates);
    if (!sameShape(indices.shape, updates.shape)) {
      throw new ShapeError(
        `${name}: received indices ${formatShape(indices.shape)} for updates ` +
          `${formatShape(updates.shape)}, expected equal shapes.`,
      );
    }
    return { shape: replaced(updates.shape, axis, [size]), dtype: updates.dtype };
  },

  detach: identity,
  custom: identity,

  // A scan has several results; its own shape and dtype are nominal.
  scan: (inputs, { body, carries, sequences, length }) => {
    body.inputs.forEach((formal, index) => {
      const actual = at(inputs, index);
      const isSequence = index >= carries && index < carries + sequences;
      const expected = isSequence ? [length, ...formal.shape] : formal.shape;
      if (!sameShape(actual.shape, expected) || actual.dtype !== formal.dtype) {
        throw new ShapeError(
          `scan: received ${actual.dtype} ${formatShape(actual.shape)} as input ${index}, ` +
            `expected ${formal.dtype} ${formatShape(expected)}.`,
        );
      }
    });
    for (let index = 0; index < carries; index++) {
      const next = at(body.outputs, index);
      const carry = at(inputs, index);
      if (!sameShape(next.shape, carry.shape) || next.dtype !== carry.dtype) {
        throw new ShapeError(
          `scan: the body turns carry ${index}, ${carry.dtype} ${formatShape(carry.shape)}, into ` +
            `${next.dtype} ${formatShape(next.shape)}; a carry keeps its shape and dtype.`,
        );
      }
    }
    return { shape: [], dtype: "float32" };
  },
  result: (inputs, { index }) => {
    const scan = at(inputs, 0) as Node<"scan">;
    const { body, carries, length } = scan.attributes;
    const { shape, dtype } = at(body.outputs, index);
    return { shape: index < carries ? shape : [length, ...shape], dtype };
  },
};

/** Shape and dtype of a node, or the error that says why there is none. */
export function inferNode<P extends Primitive>(
  primitive: P,
  inputs: readonly Node[],
  attributes: Attributes[P],
): Inferred {
  return shapeRules[primitive](inputs, attributes, userNameOf(primitive));
}
