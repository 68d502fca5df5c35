import { sizeOf } from "../../array/index.js";
import type { Node } from "../../graph/index.js";
import { at, coordinatesOf, type Meaning, makeValues, positionOf, type Values } from "./values.js";

type Reduction = "sum" | "reduceMax" | "argmax" | "matmul";

/** Visits every element of `x`, in order, with the position it is reduced to. */
function reduce(
  node: Node,
  axes: readonly number[],
  x: Values,
  visit: (element: number, target: number, coordinates: readonly number[]) => void,
): void {
  const { shape } = at(node.inputs, 0);
  for (let i = 0; i < x.length; i++) {
    const coordinates = coordinatesOf(i, shape);
    const kept = coordinates.filter((_, axis) => !axes.includes(axis));
    visit(at(x, i), positionOf(kept, node.shape), coordinates);
  }
}

export const reduction: { readonly [P in Reduction]: Meaning<P> } = {
  sum: (node, [x]) => {
    const result = makeValues(node.dtype, sizeOf(node.shape));
    reduce(node, node.attributes.axes, x as Values, (element, target) => {
      result[target] = at(result, target) + element;
    });
    return result;
  },

  reduceMax: (node, [x]) => {
    const largest = new Array<number>(sizeOf(node.shape)).fill(Number.NEGATIVE_INFINITY);
    reduce(node, node.attributes.axes, x as Values, (element, target) => {
      largest[target] = Math.max(at(largest, target), element);
    });
    return makeValues(node.dtype, largest);
  },

  argmax: (node, [x]) => {
    const { axes } = node.attributes;
    const sizes = axes.map((axis) => at(at(node.inputs, 0).shape, axis));
    const result = makeValues("int32", sizeOf(node.shape));
    const largest = new Array<number>(result.length).fill(Number.NEGATIVE_INFINITY);
    reduce(node, axes, x as Values, (element, target, coordinates) => {
      const best = at(largest, target);
      if (element > best || (Number.isNaN(element) && !Number.isNaN(best))) {
        largest[target] = element;
        const along = axes.map((axis) => at(coordinates, axis));
        result[target] = positionOf(along, sizes);
      }
    });
    return result;
  },

  matmul: (node, [a, b]) => {
    const [m, n] = node.shape.slice(-2) as [number, number];
    const k = at(at(node.inputs, 0).shape, node.shape.length - 1);
    const result = makeValues(node.dtype, sizeOf(node.shape));
    for (let i = 0; i < result.length; i++) {
      const column = i % n;
      const row = Math.floor(i / n) % m;
      const batch = Math.floor(i / (m * n));
      let sum = 0;
      for (let j = 0; j < k; j++) {
        sum +=
          at(a as Values, (batch * m + row) * k + j) *
          at(b as Values, (batch * k + j) * n + column);
      }
      result[i] = sum;
    }
    return result;
  },
};
