import { type Axis, axisOf, heightsOf, positionOf } from "versant/figures";
import type { Landscape } from "versant/studio-api";

/** A landscape as it is drawn. */
export interface Relief {
  readonly x: Axis;
  readonly y: Axis;
  /** From the lowest loss to the highest. */
  readonly loss: Axis;
  /** Places along each side. */
  readonly columns: number;
  readonly rows: number;
  /** Losses from 0 to 1, row by row from the lowest y; one that is not finite is as high as the highest. */
  readonly heights: readonly number[];
}

/** @param isLog whether heights are those of the logarithm; of losses that are not all above 0 they cannot be */
export function reliefOf(content: Landscape, isLog: boolean): Relief {
  const { axis: loss, heights } = heightsOf(content, isLog);
  const [x, y] = [axisOf("x", content.x), axisOf("y", content.y)];
  return { x, y, loss, columns: content.x.length, rows: content.y.length, heights };
}

/** Where a place of the plane stands along both sides, from 0 to 1. */
export const shareOf = (
  relief: Pick<Relief, "x" | "y">,
  { x, y }: { readonly x: number; readonly y: number },
): readonly [x: number, y: number] => [positionOf(relief.x, x) ?? 0, positionOf(relief.y, y) ?? 0];

/** The height at any place, between the four places of the grid around it. */
export function heightAt(
  { columns, rows, heights }: Relief,
  shareX: number,
  shareY: number,
): number {
  const place = (share: number, count: number): [number, number] => {
    const at = Math.max(0, Math.min(share, 1)) * (count - 1);
    const before = Math.min(Math.floor(at), count - 2);
    return [before, at - before];
  };
  const [[column, right], [row, up]] = [place(shareX, columns), place(shareY, rows)];
  const at = (i: number, j: number): number => heights[j * columns + i] ?? 0;
  const below = at(column, row) * (1 - right) + at(column + 1, row) * right;
  const above = at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right;
  return below * (1 - up) + above * up;
}

/** From low to high, as red, green and blue: light grows evenly, so that heights can be told without colours, too. */
const ramp = [
  [43, 48, 107],
  [41, 98, 145],
  [43, 147, 141],
  [100, 190, 121],
  [196, 218, 106],
  [250, 236, 160],
] as const;

/** The colour of a height, brighter or darker by a factor. */
export function colorOf(height: number, light = 1): string {
  const at = Math.max(0, Math.min(height, 1)) * (ramp.length - 1);
  const before = Math.min(Math.floor(at), ramp.length - 2);
  const mixed = [0, 1, 2].map((part) => {
    const [from, to] = [ramp[before]?.[part] ?? 0, ramp[before + 1]?.[part] ?? 0];
    return Math.round(Math.min(255, (from + (at - before) * (to - from)) * light));
  });
  return `rgb(${mixed.join(" ")})`;
}
