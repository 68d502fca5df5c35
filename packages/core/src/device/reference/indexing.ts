import { sizeOf } from "../../array/index.js";
import { labelOf, type Node } from "../../graph/index.js";
import {
  at,
  coordinatesOf,
  Failed,
  type Meaning,
  makeValues,
  positionOf,
  type Values,
} from "./values.js";

type Indexing = "gather" | "scatterAdd" | "gatherElements" | "scatterElements";

/** `index`, unless it lies outside of 0..size-1. */
function checked(node: Node, index: number, size: number): number {
  if (index >= 0 && index < size) return index;
  throw new Failed({ kind: "index", label: labelOf(node), index, size });
}

const replaceAxis = (coordinates: readonly number[], axis: number, by: number): number[] =>
  coordinates.map((each, position) => (position === axis ? by : each));

/**
 * For every element on the indices' side of a gather or scatterAdd, its position and that of its
 * partner: (a, i, b) goes with (a, indices[i], b).
 */
function matchRows(
  node: Node<"gather" | "scatterAdd">,
  indices: Values,
  indicesShape: readonly number[],
  rowsShape: readonly number[],
  wholeShape: readonly number[],
  visit: (row: number, whole: number) => void,
): void {
  const { axis } = node.attributes;
  const end = axis + indicesShape.length;
  for (let i = 0; i < sizeOf(rowsShape); i++) {
    const coordinates = coordinatesOf(i, rowsShape);
    const index = at(indices, positionOf(coordinates.slice(axis, end), indicesShape));
    const partner = [
      ...coordinates.slice(0, axis),
      checked(node, index, at(wholeShape, axis)),
      ...coordinates.slice(end),
    ];
    visit(i, positionOf(partner, wholeShape));
  }
}

/** The same for a gatherElements or scatterElements: element c goes with c[axis] := indices[c]. */
function matchElements(
  node: Node<"gatherElements" | "scatterElements">,
  indices: Values,
  indicesShape: readonly number[],
  wholeShape: readonly number[],
  visit: (element: number, whole: number) => void,
): void {
  const { axis } = node.attributes;
  for (let i = 0; i < indices.length; i++) {
    const index = checked(node, at(indices, i), at(wholeShape, axis));
    visit(i, positionOf(replaceAxis(coordinatesOf(i, indicesShape), axis, index), wholeShape));
  }
}

export const indexing: { readonly [P in Indexing]: Meaning<P> } = {
  gather: (node, [x, indices]) => {
    const [source, { shape }] = node.inputs as [Node, Node];
    const result = makeValues(node.dtype, sizeOf(node.shape));
    matchRows(node, indices as Values, shape, node.shape, source.shape, (row, whole) => {
      result[row] = at(x as Values, whole);
    });
    return result;
  },

  scatterAdd: (node, [indices, updates]) => {
    const [{ shape }, rows] = node.inputs as [Node, Node];
    const result = makeValues(node.dtype, sizeOf(node.shape));
    matchRows(node, indices as Values, shape, rows.shape, node.shape, (row, whole) => {
      result[whole] = at(result, whole) + at(updates as Values, row);
    });
    return result;
  },

  gatherElements: (node, [x, indices]) => {
    const [source] = node.inputs as [Node];
    const result = makeValues(node.dtype, sizeOf(node.shape));
    matchElements(node, indices as Values, node.shape, source.shape, (element, whole) => {
      result[element] = at(x as Values, whole);
    });
    return result;
  },

  scatterElements: (node, [indices, updates]) => {
    const [{ shape }] = node.inputs as [Node];
    const result = makeValues(node.dtype, sizeOf(node.shape));
    matchElements(node, indices as Values, shape, node.shape, (element, whole) => {
      result[whole] = at(result, whole) + at(updates as Values, element);
    });
    return result;
  },
};
