import type { Size, StoredNode } from "@versant/core";
import type { Attribute } from "../attributes.js";
import type { Scope } from "../scope.js";
import { constantOf, sameSize, sameSizes, times } from "../sizes.js";

/** The largest of windows, side by side or overlapping, as nn.MaxPool1d and nn.MaxPool2d write it: MaxPool. */
export function maxPooling(index: number, scope: Scope): string | null {
  const largest = scope.find(index, "reduceMax");
  // (N, C, L) or (N, C, H, W): runtimes pool no other dtype, and not along any number of axes.
  if (largest?.dtype !== "float32" || ![3, 4].includes(largest.shape.length)) return null;
  const windows = findTiles(largest, scope) ?? findOverlapping(largest, scope);
  return windows && scope.writer.add("MaxPool", [scope.name(windows.x)], windows.attributes);
}

interface Windows {
  readonly x: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** (N, C, H / h, h, W / w, w), of which the axes of sizes h and w are reduced. */
function findTiles({ inputs, attributes }: StoredNode<"reduceMax">, scope: Scope): Windows | null {
  const tiles = scope.find(inputs[0], "reshape");
  if (!tiles) return null;
  const source = tiles.inputs[0] as number;
  const { shape } = scope.node(source);
  const spatial = shape.slice(2);
  const { axes } = attributes;
  const isSplit =
    tiles.shape.length === 2 + 2 * spatial.length &&
    sameSizes(tiles.shape.slice(0, 2), shape.slice(0, 2)) &&
    spatial.every((size, each) => {
      const [count, within] = tiles.shape.slice(2 + 2 * each) as [Size, Size];
      return axes[each] === 3 + 2 * each && sameSize(times(count, within), size);
    });
  if (!isSplit || axes.length !== spatial.length) return null;
  const sizes = axes.map((axis) => constantOf(tiles.shape[axis] as Size));
  if (!sizes.every((size) => size !== null)) return null;
  return { x: source, attributes: { kernel_shape: sizes, strides: sizes } };
}

/** Windows along one axis, whose elements stand on the last one. */
function findOverlapping(
  { inputs, attributes }: StoredNode<"reduceMax">,
  scope: Scope,
): Windows | null {
  const unfold = scope.find(inputs[0], "unfold");
  if (!unfold) return null;
  const { axis, size, step, dilation } = unfold.attributes;
  const last = unfold.shape.length - 1;
  if (axis < 2 || attributes.axes.length !== 1 || attributes.axes[0] !== last) return null;
  const along = (value: number): number[] =>
    Array.from({ length: last - 2 }, (_, each) => (each === axis - 2 ? value : 1));
  return {
    x: unfold.inputs[0] as number,
    attributes: { kernel_shape: along(size), strides: along(step), dilations: along(dilation) },
  };
}
