import { collapseAxes, isContiguous, type Shape } from "../../array/index.js";

/** Innermost rows below this length cost more to find than to compute. */
const shortRow = 4;

/** So many elements that come again and again are loaded once. */
const longestRepeated = 512;

/**
 * Whether a walk is quick however short the innermost rows are: contiguous, a few elements again and
 * again, or each element of such a row so many times.
 */
function isQuick(shape: Shape, strides: readonly number[]): boolean {
  const first = strides.findIndex((stride, axis) => stride !== 0 && shape[axis] !== 1);
  if (first < 0) return true;
  const rest = shape.slice(first);
  if (isContiguous({ shape: rest, strides: strides.slice(first), offset: 0 })) return true;
  const repeated = rest.reduce((product, size) => product * size, 1) <= longestRepeated;
  return (first > 0 && repeated) || (strides.at(-1) === 0 && strides.at(-2) === 1);
}

/**
 * The order of axes in which the points of a loop are visited. As they stand, unless the innermost
 * rows would be a few elements long, as along windows: then the axis with the closest elements
 * among those that are long enough becomes the innermost one.
 */
export function loopOrder(shape: Shape, strides: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, axis) => axis);
  const collapsed = collapseAxes(shape, strides);
  const quick = collapsed.strides.every((each) => isQuick(collapsed.shape, each));
  if (quick || collapsed.shape.length < 2 || (collapsed.shape.at(-1) as number) >= shortRow) {
    return order;
  }
  const distance = (axis: number): number =>
    strides.reduce((sum, each) => sum + Math.abs(each[axis] as number), 0);
  const long = order.filter((axis) => (shape[axis] as number) >= shortRow);
  const [inner] = long.sort((a, b) => distance(a) - distance(b));
  return inner === undefined ? order : [...order.filter((axis) => axis !== inner), inner];
}
