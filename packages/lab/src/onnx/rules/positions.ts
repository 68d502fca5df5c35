import type { StoredNode } from "@versant/core";
import { scalar } from "../numbers.js";
import { type AnySize, constantOf } from "../sizes.js";
import { elementTypes } from "../tensors.js";
import type { GraphWriter } from "../writer.js";

/** Windows along an axis. */
export interface Placed {
  readonly count: AnySize;
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
}

/** 0, 1, ..., length - 1 as int64. */
export function range(writer: GraphWriter, length: AnySize): string {
  const end = writer.add("Squeeze", [writer.sizes([length])]);
  return writer.add("Range", [writer.integer(0), end, writer.integer(1)]);
}

/** Where the elements of windows stand: i step + j dilation, (count, size). */
export function windowPositions(
  writer: GraphWriter,
  { count, size, step, dilation }: Placed,
): string {
  const within = Array.from({ length: size }, (_, element) => element * dilation);
  const number = constantOf(count);
  if (number !== null) {
    const rows = Array.from({ length: number }, (_, row) =>
      within.map((each) => row * step + each),
    );
    return writer.tensor("int32", [number, size], Int32Array.from(rows.flat()));
  }
  const starts = writer.add("Mul", [range(writer, count), writer.integers([step])]);
  const column = writer.add("Unsqueeze", [starts, writer.integers([-1])]);
  const positions = writer.add("Add", [column, writer.integers(within)]);
  return writer.add("Cast", [positions], { to: elementTypes.int32 });
}

/** Zeros of the shape and dtype of a node. */
export const zerosFor = (writer: GraphWriter, { shape, dtype }: StoredNode): string =>
  writer.add("Expand", [scalar(writer, dtype, 0), writer.sizes(shape)]);

/**
 * Zeros of `node`'s shape, plus rows where they belong: row i of `updates` along `axis` goes to
 * `places[i]`, an int32 list. Rows that meet are added.
 */
export function placeAlong(
  writer: GraphWriter,
  node: StoredNode,
  rows: { axis: number; places: string; updates: string; shape: readonly AnySize[] },
): string {
  const { axis, places, updates, shape } = rows;
  // One index for each element, as ScatterElements wants them.
  const behind = Array.from({ length: shape.length - axis - 1 }, (_, each) => each + 1);
  const column =
    behind.length === 0 ? places : writer.add("Unsqueeze", [places, writer.integers(behind)]);
  const indices = writer.add("Expand", [column, writer.sizes(shape)]);
  return writer.add("ScatterElements", [zerosFor(writer, node), indices, updates], {
    axis,
    reduction: "add",
  });
}
