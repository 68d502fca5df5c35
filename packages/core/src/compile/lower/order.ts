import { collapseAxes, type Shape, sizeOf } from "../../array/index.js";

/** Innermost rows below this length cost more to find than to compute. */
const shortRow = 4;

/** So many elements that come again and again are loaded once. */
const longestRepeated = 512;

/**
 * Whether a walk is quick in this order: along long rows, through a few elements again and again, or
 * through short rows that repeat an element each.
 */
function isQuick(shape: Shape, strides: readonly number[]): boolean {
  const own = collapseAxes(shape, [strides]);
  const [steps] = own.strides as [number[]];
  if (own.shape.length < 2 || (own.shape.at(-1) as number) >= shortRow) return true;
  if (steps[0] === 0 && sizeOf(own.shape.slice(1)) <= longestRepeated) return true;
  return steps.at(-1) === 0 && steps.at(-2) === 1;
}

/**
 * The order of axes in which the points of a loop are visited. As they stand, unless the innermost
 * rows would be a few elements long, as along windows: then the axis with the closest elements
 * among those that are long enough becomes the innermost one.
 */
export function loopOrder(shape: Shape, strides: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, axis) => axis);
  if (strides.every((each) => isQuick(shape, each))) return order;
  const distance = (axis: number): number =>
    strides.reduce((sum, each) => sum + Math.abs(each[axis] as number), 0);
  const long = order.filter((axis) => (shape[axis] as number) >= shortRow);
  const [inner] = long.sort((a, b) => distance(a) - distance(b));
  return inner === undefined ? order : [...order.filter((axis) => axis !== inner), inner];
}
