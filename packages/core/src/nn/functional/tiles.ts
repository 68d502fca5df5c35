import { sizeOf } from "../../array/index.js";
import { arange, customOperation, slice, type Tensor, where } from "../../tensor/index.js";
import type { Window } from "./windows.js";

// Windows that lie side by side. Every element of the input lies in one of them, so that gradients
// need no sum over windows, and all axes of a window can be reduced at once. `sizes` are those of
// the windows along the last axes; 1 leaves an axis as it is.

export const isTile = ({ size, stride, dilation }: Window): boolean =>
  stride === size && (dilation === 1 || size === 1);

/** Tiles of more elements are reduced axis by axis, unless there is only one. */
const fewElements = 9;

/** What is reduced at once, in order: all axes of small tiles, else the last axis first. */
function steps(x: Tensor, sizes: readonly number[]): (readonly number[])[] {
  const whole = sizes.every((size, index) => size === x.shape.at(index - sizes.length));
  if (whole || sizeOf(sizes) <= fewElements) return [sizes];
  return sizes.map((size, axis) => sizes.map((_, other) => (other === axis ? size : 1))).reverse();
}

/** Without what is left over behind the last tile of an axis. */
function cutToTiles(x: Tensor, sizes: readonly number[]): Tensor {
  const ends = sizes.map((size, index) => {
    const length = x.shape.at(index - sizes.length) as number;
    return length - (length % size);
  });
  const others = x.shape.slice(0, -sizes.length);
  return x.at(...others.map(() => slice()), ...ends.map((end) => slice(0, end)));
}

/** `x` with two axes for one: places of tiles, and elements within a tile; and which the latter are. */
function inTiles(x: Tensor, sizes: readonly number[]): { tiles: Tensor; within: number[] } {
  const others = x.rank - sizes.length;
  const split = sizes.flatMap((size, index) => [(x.shape[others + index] as number) / size, size]);
  return {
    tiles: x.reshape([...x.shape.slice(0, others), ...split]),
    within: sizes.map((_, index) => others + 2 * index + 1),
  };
}

const largestOf = (sizes: readonly number[]): ((x: Tensor) => Tensor) =>
  customOperation({
    name: "max of tiles",
    forward: (x: Tensor) => {
      const { tiles, within } = inTiles(x, sizes);
      return tiles.max(within);
    },
    backward: (gradient, { inputs: [x] }) => {
      const { tiles, within } = inTiles(x, sizes);
      const spread = (perTile: Tensor): Tensor =>
        within
          .reduce((y, axis) => y.unsqueeze(axis), perTile)
          .expand(tiles.shape)
          .reshape(x.shape);
      const shape = tiles.shape.map((size, axis) => (within.includes(axis) ? size : 1));
      const positions = arange(sizeOf(sizes)).reshape(shape).expand(tiles.shape).reshape(x.shape);
      return [where(spread(tiles.argmax(within)).equal(positions), spread(gradient), 0)];
    },
  });

/** The largest of each tile, NaN if any is; its gradient goes to the first of equals. */
export const firstLargestOfTiles = (x: Tensor, sizes: readonly number[]): Tensor =>
  steps(x, sizes).reduce((y, step) => largestOf(step)(y), cutToTiles(x, sizes));

/** The mean of each tile; the sums of large ones start with the first axis, whose rows are long. */
export function meanOfTiles(x: Tensor, sizes: readonly number[]): Tensor {
  const sums = steps(x, sizes).reduceRight(
    (y, step) => {
      const { tiles, within } = inTiles(y, step);
      return tiles.sum(within);
    },
    cutToTiles(x, sizes),
  );
  return sums.divide(sizeOf(sizes));
}
