import { sizeOf } from "../../array/index.js";
import type { Node } from "../../graph/index.js";
import { at, coordinatesOf, type Meaning, makeValues, positionOf, type Values } from "./values.js";

type Arrangement =
  | "reshape"
  | "permute"
  | "expand"
  | "slice"
  | "unfold"
  | "fold"
  | "pad"
  | "concatenate";

/** Each element of the result is the element of `x` at `source(coordinates)`. */
function rearrange(
  node: Node,
  x: Values,
  source: (coordinates: readonly number[]) => readonly number[],
): Values {
  const from = at(node.inputs, 0).shape;
  const result = makeValues(node.dtype, sizeOf(node.shape));
  for (let i = 0; i < result.length; i++) {
    result[i] = at(x, positionOf(source(coordinatesOf(i, node.shape)), from));
  }
  return result;
}

/** Writes each element of part `index` to `target(coordinates)` of the result. */
function place(
  node: Node,
  index: number,
  part: Values,
  result: Values,
  target: (coordinates: readonly number[]) => readonly number[],
): void {
  const { shape } = at(node.inputs, index);
  for (let i = 0; i < part.length; i++) {
    result[positionOf(target(coordinatesOf(i, shape)), node.shape)] = at(part, i);
  }
}

export const arrangement: { readonly [P in Arrangement]: Meaning<P> } = {
  reshape: (_, inputs) => at(inputs, 0),

  permute: (node, [x]) => {
    const { order } = node.attributes;
    // Axis k of the result is axis order[k] of x.
    return rearrange(node, x as Values, (to) =>
      order.map((_, axis) => at(to, order.indexOf(axis))),
    );
  },

  expand: (node, [x]) => {
    const { shape } = at(node.inputs, 0);
    return rearrange(node, x as Values, (to) =>
      to.map((each, axis) => (shape[axis] === 1 ? 0 : each)),
    );
  },

  slice: (node, [x]) => {
    const { start, step } = node.attributes;
    return rearrange(node, x as Values, (to) =>
      to.map((each, axis) => at(start, axis) + each * at(step, axis)),
    );
  },

  unfold: (node, [x]) => {
    const { axis, step, dilation } = node.attributes;
    return rearrange(node, x as Values, (to) =>
      to
        .slice(0, -1)
        .map((each, k) => (k === axis ? each * step + at(to, to.length - 1) * dilation : each)),
    );
  },

  fold: (node, [x]) => {
    const { axis, step, dilation } = node.attributes;
    const { shape } = at(node.inputs, 0);
    const result = makeValues(node.dtype, sizeOf(node.shape));
    const windows = x as Values;
    // As the definition says: one element of all windows after the other.
    for (let element = 0; element < at(shape, shape.length - 1); element++) {
      for (let i = 0; i < windows.length; i++) {
        const from = coordinatesOf(i, shape);
        if (at(from, shape.length - 1) !== element) continue;
        const to = from
          .slice(0, -1)
          .map((each, k) => (k === axis ? each * step + element * dilation : each));
        const position = positionOf(to, node.shape);
        result[position] = at(result, position) + at(windows, i);
      }
    }
    return result;
  },

  pad: (node, [x]) => {
    const result = makeValues(node.dtype, sizeOf(node.shape));
    const { before } = node.attributes;
    place(node, 0, x as Values, result, (from) =>
      from.map((each, axis) => each + at(before, axis)),
    );
    return result;
  },

  concatenate: (node, parts) => {
    const result = makeValues(node.dtype, sizeOf(node.shape));
    let start = 0;
    parts.forEach((part, index) => {
      const first = start;
      place(node, index, part, result, (from) =>
        from.map((each, axis) => (axis === node.attributes.axis ? each + first : each)),
      );
      start += at(at(node.inputs, index).shape, node.attributes.axis);
    });
    return result;
  },
};
