import {
  broadcastShapes,
  checkShape,
  formatShape,
  normalizeAxis,
  ShapeError,
  sameShape,
  sizeOf,
} from "../array/index.js";
import { broadcastTo, cast, matmul, reshape } from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";

/** NumPy's matmul: vectors are rows on the left and columns on the right; batches broadcast. */
export function matmulBroadcast(a: Node, b: Node): Node {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError(
      `matmul: received shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}, expected at ` +
        "least one axis each; multiply by a number with .multiply().",
    );
  }
  const rows = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
  const columns = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
  const [m, k] = rows.shape.slice(-2) as [number, number];
  const [inner, n] = columns.shape.slice(-2) as [number, number];
  if (k !== inner) {
    throw new ShapeError(
      `matmul: received shapes ${formatShape(a.shape)} and ${formatShape(b.shape)}: ${k} columns ` +
        `against ${inner} rows, expected equal numbers; is one of them transposed?`,
    );
  }
  const batch = broadcastShapes("matmul", rows.shape.slice(0, -2), columns.shape.slice(0, -2));
  // What all of a batch is multiplied with needs no repeating: the batch is so many rows more, and
  // the gradient of a weight is one product, not one for each.
  const product =
    columns.shape.length === 2
      ? matmul(reshape(rows, [sizeOf(batch) * m, k]), columns)
      : matmul(broadcastTo(rows, [...batch, m, k]), broadcastTo(columns, [...batch, k, n]));
  const shape = [...batch];
  if (a.shape.length > 1) shape.push(m);
  if (b.shape.length > 1) shape.push(n);
  return reshape(product, shape);
}

const asIndices = (indices: Node): Node =>
  indices.dtype === "uint8" ? cast(indices, "int32") : indices;

const labelled = (label: string | undefined) => (label === undefined ? {} : { label });

export function take(x: Node, indices: Node, axis: number, label: string | undefined): Node {
  return makeNode("gather", [x, asIndices(indices)], {
    axis: normalizeAxis("take", axis, x.shape.length),
    ...labelled(label),
  });
}

export function scatterSum(
  x: Node,
  indices: Node,
  size: number,
  axis: number,
  label: string | undefined,
): Node {
  const rank = Math.max(1, x.shape.length - indices.shape.length + 1);
  const first = normalizeAxis("scatterSum", axis, rank);
  const indexed = x.shape.slice(first, first + indices.shape.length);
  if (!sameShape(indexed, indices.shape)) {
    throw new ShapeError(
      `scatterSum: received shape ${formatShape(x.shape)} and indices ` +
        `${formatShape(indices.shape)}, expected one index for each row: the axes of the indices ` +
        `from axis ${first} on.`,
    );
  }
  checkShape("scatterSum", [size]);
  return makeNode("scatterAdd", [asIndices(indices), x], {
    axis: first,
    size,
    ...labelled(label),
  });
}

export function takeAlong(x: Node, indices: Node, axis: number, label: string | undefined): Node {
  if (x.shape.length !== indices.shape.length) {
    throw new ShapeError(
      `takeAlong: received shapes ${formatShape(x.shape)} and ${formatShape(indices.shape)}, ` +
        "expected as many axes in both; add one with .unsqueeze(axis).",
    );
  }
  return makeNode("gatherElements", [x, asIndices(indices)], {
    axis: normalizeAxis("takeAlong", axis, x.shape.length),
    ...labelled(label),
  });
}
