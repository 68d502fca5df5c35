import type { Landscape } from "versant/studio-api";

/** A landscape as it is drawn: losses as heights from 0 to 1. */
export interface Relief {
  /** Places along each side. */
  readonly columns: number;
  readonly rows: number;
  /** Row by row from the lowest y; a loss that is not finite is as high as the highest. */
  readonly heights: readonly number[];
  readonly isLog: boolean;
  heightOf(loss: number): number;
  /** The loss at a height. */
  lossAt(height: number): number;
  /** Where a value of an axis stands, from 0 to 1. */
  shareX(x: number): number;
  shareY(y: number): number;
}

/** Losses further apart than this are told apart by their logarithm. */
const spanOfLog = 10;

/** What suits a landscape where nobody chose. */
export function suitsLog({ loss }: Pick<Landscape, "loss">): boolean {
  const [low, high] = extent(loss);
  return low > 0 && high / low > spanOfLog;
}

/** @param isLog whether heights are those of the logarithm; of losses that are not all above 0 they cannot be */
export function reliefOf({ x, y, loss }: Landscape, isLog: boolean): Relief {
  const [low, high] = extent(loss);
  const log = isLog && low > 0;
  const scale = log ? Math.log : (value: number): number => value;
  const [from, to] = [scale(low), scale(high)];
  const room = to - from || 1;
  const heightOf = (value: number): number => (scale(value) - from) / room;
  return {
    columns: x.length,
    rows: y.length,
    heights: loss.flatMap((row) => row.map((value) => (value === null ? 1 : heightOf(value)))),
    isLog: log,
    heightOf,
    lossAt: (height) => (log ? Math.exp(from + height * room) : from + height * room),
    shareX: (value) => shareOf(x, value),
    shareY: (value) => shareOf(y, value),
  };
}

const shareOf = (axis: readonly number[], value: number): number => {
  const [low = 0, high = 1] = [axis[0], axis.at(-1)];
  return (value - low) / (high - low);
};

function extent(loss: Landscape["loss"]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of loss.flat()) {
    if (value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

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
