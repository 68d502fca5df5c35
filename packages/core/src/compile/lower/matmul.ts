import { collapseAxes, type Shape, sizeOf } from "../../array/index.js";
import { labelOf, type Node } from "../../graph/index.js";
import type { MatMul } from "../../program/index.js";
import { type Axis, alignAxes, axesOf } from "./axes.js";
import type { AxesOperand, Builder } from "./builder.js";

/** Axes that the kernel tells apart in one operand. */
const maxRank = 16;

/**
 * A product, which reads whatever lists of axes can say where it stands. Where the axes of both
 * factors cannot be walked together, one is copied.
 */
export function lowerMatmul(builder: Builder, node: Node<"matmul">): MatMul | null {
  const [a, b] = node.inputs as [Node, Node];
  const target = builder.target(node);
  if (sizeOf(node.shape) === 0) return null;
  const c = { ...axesOf({ shape: node.shape, ...target }), buffer: target.buffer };
  const product = (left: AxesOperand, right: AxesOperand): MatMul | null =>
    // A column is computed as a row, whose elements share vectors: C^T = B^T A^T.
    node.shape.at(-1) === 1
      ? productOf(node, turned(right), turned(left), turned(c))
      : productOf(node, left, right, c);
  const direct = product(builder.axesOperand(a), builder.axesOperand(b));
  if (direct) return direct;
  // Row-major axes can be cut anywhere, so a copy of one factor is walked with the other as it is,
  // unless that has too many axes.
  const left = builder.contiguousAxes(a);
  const copied = product(left, builder.axesOperand(b)) ?? product(left, builder.contiguousAxes(b));
  if (!copied) throw new Error(`no product can read its factors: ${labelOf(node)}`);
  return copied;
}

/** The transpose of a matrix, or of each of a batch. */
const turned = ({ axes, ...rest }: AxesOperand): AxesOperand => ({
  ...rest,
  axes: [...axes.slice(0, -2), ...axes.slice(-2).reverse()],
});

/** Axes of several operands walked together, as few as can be. */
interface Walk {
  readonly shape: Shape;
  readonly strides: readonly (readonly number[])[];
}

type AxisList = readonly Axis[];

function walkTogether(...lists: readonly AxisList[]): Walk | null {
  const aligned = alignAxes(lists);
  return aligned && collapseAxes(aligned.shape, aligned.strides);
}

/** A side of a matrix has at least one axis. */
const asSide = ({ shape, strides }: Walk): Walk =>
  shape.length > 0 ? { shape, strides } : { shape: [1], strides: strides.map(() => [0]) };

function productOf(
  node: Node<"matmul">,
  a: AxesOperand,
  b: AxesOperand,
  c: AxesOperand,
): MatMul | null {
  const rank = node.shape.length;
  const axis = (operand: AxesOperand, index: number): AxisList => operand.axes[index] ?? [];
  const batches = node.shape
    .slice(0, -2)
    .map((_, index) => walkTogether(axis(a, index), axis(b, index), axis(c, index)));
  const k = walkTogether(axis(a, rank - 1), axis(b, rank - 2));
  const m = walkTogether(axis(a, rank - 2));
  const n = walkTogether(axis(b, rank - 1));
  if (!(k && m && n) || batches.includes(null)) return null;
  const known = batches as Walk[];
  const batch = collapseAxes(
    known.flatMap(({ shape }) => shape),
    [0, 1, 2].map((operand) => known.flatMap(({ strides }) => strides[operand] as number[])),
  );
  const [rows, inner, columns] = [asSide(m), asSide(k), asSide(n)];
  const strides = (operand: number, ...sides: readonly (readonly number[] | undefined)[]) => [
    ...(batch.strides[operand] as number[]),
    ...sides.flatMap((side) => side ?? []),
  ];
  const stridesOfA = strides(0, rows.strides[0], inner.strides[0]);
  const stridesOfB = strides(1, inner.strides[1], columns.strides[0]);
  if (Math.max(stridesOfA.length, stridesOfB.length) > maxRank) return null;
  return {
    kind: "matmul",
    label: labelOf(node),
    batch: batch.shape,
    m: rows.shape,
    n: columns.shape,
    k: inner.shape,
    epilogue: [],
    a: { buffer: a.buffer, offset: a.offset, strides: stridesOfA },
    b: { buffer: b.buffer, offset: b.offset, strides: stridesOfB },
    c: {
      buffer: c.buffer,
      offset: c.offset,
      strides: strides(2, [axis(c, rank - 2)[0]?.stride ?? 0], [1]),
    },
  };
}
