import {
  ArgumentError,
  checkShape,
  describeValue,
  formatShape,
  inferShape,
  normalizeAxis,
  requireInstance,
  type Shape,
  ShapeError,
  sizeOf,
} from "../array/index.js";
import { broadcastTo, permute, reshape } from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";

/** A range of one axis: from `start`, before `end`, every `step`. Negative bounds count from the end. */
export interface Slice {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly step?: number | undefined;
}

/**
 * A range for `Tensor.at`, as in NumPy: `slice()` is everything, `slice(1)` all but the first,
 * `slice(undefined, undefined, -1)` the reverse.
 */
export const slice = (start?: number, end?: number, step?: number): Slice => ({ start, end, step });

interface AxisRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function requireSlice(axis: number, given: unknown): asserts given is Slice {
  const names = typeof given === "object" && given !== null ? Object.keys(given) : [];
  if (names.length > 0 && names.every((name) => ["start", "end", "step"].includes(name))) return;
  throw new ArgumentError(
    `at: received ${describeValue(given)} for axis ${axis}, expected an integer or a slice(start, ` +
      "end); a list of rows is picked by .take(tensor(Int32Array.of(0, 2)), axis).",
  );
}

const everything = slice();

function resolveSlice({ start, end, step = 1 }: Slice, size: number): AxisRange {
  if (!Number.isInteger(step) || step === 0) {
    throw new ArgumentError(`slice: received step ${step}, expected an integer other than 0.`);
  }
  for (const bound of [start, end]) {
    if (bound !== undefined && !Number.isInteger(bound)) {
      throw new ArgumentError(`slice: received bound ${bound}, expected an integer.`);
    }
  }
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? size : size - 1;
  const bound = (value: number | undefined, otherwise: number): number => {
    if (value === undefined) return otherwise;
    return Math.min(Math.max(value < 0 ? value + size : value, lowest), highest);
  };
  const first = bound(start, step > 0 ? lowest : highest);
  const last = bound(end, step > 0 ? highest : lowest);
  return { start: first, step, count: Math.max(0, Math.ceil((last - first) / step)) };
}

/** `x[i, a:b, ...]`: an integer picks and drops its axis, a Slice keeps it. */
export function index(x: Node, indices: readonly (number | Slice)[]): Node {
  if (indices.length > x.shape.length) {
    throw new ShapeError(
      `at: received ${indices.length} indices for shape ${formatShape(x.shape)}, expected at ` +
        `most ${x.shape.length}.`,
    );
  }
  const dropped = new Set<number>();
  const ranges = x.shape.map((size, axis): AxisRange => {
    const each = axis < indices.length ? indices[axis] : everything;
    if (typeof each !== "number") {
      requireSlice(axis, each);
      return resolveSlice(each, size);
    }
    const start = each < 0 ? each + size : each;
    if (!Number.isInteger(each) || start < 0 || start >= size) {
      throw new ShapeError(
        `at: received index ${each} for axis ${axis}, expected an integer from ${-size} to ` +
          `${size - 1} (shape ${formatShape(x.shape)}).`,
      );
    }
    dropped.add(axis);
    return { start, step: 1, count: 1 };
  });
  const shape = ranges.map(({ count }) => count);
  const sliced = makeNode("slice", [x], {
    // An empty range may start past the end; nothing is read from it.
    start: ranges.map(({ start, count }) => (count === 0 ? 0 : start)),
    step: ranges.map(({ step }) => step),
    shape,
  });
  return reshape(
    sliced,
    shape.filter((_, axis) => !dropped.has(axis)),
  );
}

export const reshapeTo = (x: Node, shape: Shape): Node =>
  reshape(x, inferShape("reshape", shape, x.shape));

export function flatten(x: Node, startAxis: number): Node {
  const start = x.shape.length === 0 ? 0 : normalizeAxis("flatten", startAxis, x.shape.length);
  return reshape(x, [...x.shape.slice(0, start), sizeOf(x.shape.slice(start))]);
}

export function permuteAxes(x: Node, order: readonly number[]): Node {
  requireInstance("permute", "the order", order, Array);
  const rank = x.shape.length;
  const axes = order.map((axis) => normalizeAxis("permute", axis, rank));
  if (axes.length !== rank || new Set(axes).size !== rank) {
    throw new ShapeError(
      `permute: received order (${order}) for shape ${formatShape(x.shape)}, expected each of its ` +
        `${rank} axes once.`,
    );
  }
  return permute(x, axes);
}

export function swapAxes(x: Node, a: number, b: number): Node {
  const rank = x.shape.length;
  const first = normalizeAxis("transpose", a, rank);
  const second = normalizeAxis("transpose", b, rank);
  const order = x.shape.map((_, axis) => axis);
  order[first] = second;
  order[second] = first;
  return permute(x, order);
}

export function expandTo(x: Node, shape: Shape): Node {
  checkShape("expand", shape);
  const added = shape.length - x.shape.length;
  const fits = x.shape.every((size, axis) => size === 1 || size === shape[axis + added]);
  if (added < 0 || !fits) {
    throw new ShapeError(
      `expand: cannot stretch shape ${formatShape(x.shape)} to ${formatShape(shape)}; only axes ` +
        "of size 1 repeat, and new axes stand on the left.",
    );
  }
  return broadcastTo(x, shape);
}

export function squeeze(x: Node, axis: number | undefined): Node {
  if (axis === undefined) {
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  }
  const dropped = normalizeAxis("squeeze", axis, x.shape.length);
  if (x.shape[dropped] !== 1) {
    throw new ShapeError(
      `squeeze: axis ${axis} of shape ${formatShape(x.shape)} has size ${x.shape[dropped]}, ` +
        "expected 1.",
    );
  }
  return reshape(
    x,
    x.shape.filter((_, each) => each !== dropped),
  );
}

export function unsqueeze(x: Node, axis: number): Node {
  const position = normalizeAxis("unsqueeze", axis, x.shape.length + 1);
  return reshape(x, [...x.shape.slice(0, position), 1, ...x.shape.slice(position)]);
}

export function padWith(x: Node, before: readonly number[], after: readonly number[]): Node {
  requireInstance("pad", "the counts before", before, Array);
  requireInstance("pad", "the counts after", after, Array);
  const rank = x.shape.length;
  const valid = [...before, ...after].every((each) => Number.isInteger(each) && each >= 0);
  if (before.length !== rank || after.length !== rank || !valid) {
    throw new ShapeError(
      `pad: received before (${before}) and after (${after}) for shape ${formatShape(x.shape)}, ` +
        `expected ${rank} counts of at least 0 each.`,
    );
  }
  return makeNode("pad", [x], { before, after });
}

export function concatenateNodes(parts: readonly Node[], axis: number): Node {
  const [first] = parts;
  if (!first) throw new ArgumentError("concatenate: received no tensors, expected at least one.");
  const rank = first.shape.length;
  const odd = parts.find((part) => part.shape.length !== rank);
  if (odd) {
    throw new ShapeError(
      `concatenate: received ranks ${rank} and ${odd.shape.length}, expected one rank; add an ` +
        "axis with .unsqueeze(axis), or use stack.",
    );
  }
  const along = normalizeAxis("concatenate", axis, rank);
  return parts.length === 1 ? first : makeNode("concatenate", parts, { axis: along });
}
