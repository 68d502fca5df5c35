import {
  DTypeError,
  normalizeAxes,
  normalizeAxis,
  requireFlag,
  requireOptions,
  sizeOf,
} from "../array/index.js";
import {
  add,
  binary,
  cast,
  constantLike,
  divide,
  multiply,
  reshape,
  restoreAxes,
  select,
  subtract,
  sum,
  unary,
} from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";

export type Axes = number | readonly number[] | undefined;

export interface ReduceOptions {
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** The axes of a reduction, sorted, once its arguments are found to be in order. */
function axesOf(
  operation: string,
  x: Node,
  axes: Axes,
  options: ReduceOptions,
  optionNames: readonly string[] = ["keepDims"],
): number[] {
  requireOptions(operation, options, optionNames);
  const { keepDims = false } = options;
  requireFlag(operation, "keepDims", keepDims);
  return normalizeAxes(operation, axes, x.shape.length);
}

const finish = (reduced: Node, x: Node, axes: readonly number[], keepDims = false): Node =>
  keepDims
    ? reshape(
        reduced,
        x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
      )
    : reduced;

/** bool and uint8 are counted as int32. */
export function sumOver(x: Node, axes: Axes, options: ReduceOptions): Node {
  const list = axesOf("sum", x, axes, options);
  const wide = x.dtype === "bool" || x.dtype === "uint8" ? cast(x, "int32") : x;
  return finish(sum(wide, list), x, list, options.keepDims);
}

export function meanOver(x: Node, axes: Axes, options: ReduceOptions): Node {
  if (x.dtype !== "float32" && x.dtype !== "float64") {
    throw new DTypeError(
      `mean: received ${x.dtype}, expected a floating dtype; convert with .cast("float32").`,
    );
  }
  const list = axesOf("mean", x, axes, options);
  const count = sizeOf(list.map((axis) => x.shape[axis] as number));
  const total = sum(x, list);
  return finish(divide(total, constantLike(count, total)), x, list, options.keepDims);
}

export function maxOver(x: Node, axes: Axes, options: ReduceOptions): Node {
  const list = axesOf("max", x, axes, options);
  if (list.length === 0) return x;
  return finish(makeNode("reduceMax", [x], { axes: list }), x, list, options.keepDims);
}

export function minOver(x: Node, axes: Axes, options: ReduceOptions): Node {
  return reverseOrder(maxOver(reverseOrder(x), axes, options));
}

/** The largest becomes the smallest; twice is the identity. -x would overflow for an integer. */
function reverseOrder(x: Node): Node {
  if (x.dtype === "int32") return subtract(constantLike(-1, x), x);
  if (x.dtype === "uint8") return subtract(constantLike(255, x), x);
  return unary(x.dtype === "bool" ? "not" : "negate", x);
}

/** sum((x - mean)^2) / (count - correction). */
export function varianceOver(
  x: Node,
  axes: Axes,
  options: ReduceOptions & { readonly correction?: number },
): Node {
  const list = axesOf("variance", x, axes, options, ["keepDims", "correction"]);
  const { keepDims, correction = 0 } = options;
  const count = sizeOf(list.map((axis) => x.shape[axis] as number));
  const centred = subtract(x, restoreAxes(meanOver(x, list, {}), list, x.shape));
  const total = sum(multiply(centred, centred), list);
  return finish(divide(total, constantLike(count - correction, total)), x, list, keepDims);
}

export function argmaxOver(x: Node, axes: number | readonly number[]): Node {
  return makeNode("argmax", [x], { axes: normalizeAxes("argmax", axes, x.shape.length) });
}

export const argminOver = (x: Node, axes: number | readonly number[]): Node =>
  argmaxOver(reverseOrder(x), axes);

/**
 * The largest along the axis where it is finite, else 0; no gradient flows through it. Subtracting
 * it keeps exp from overflowing and does not change the result.
 */
function stableShift(x: Node, axes: readonly number[]): Node {
  const largest = makeNode("detach", [makeNode("reduceMax", [x], { axes })], {});
  const bounded = binary("less", unary("absolute", largest), constantLike(Infinity, largest));
  return select(bounded, largest, constantLike(0, largest));
}

/** log(sum(exp(x))) = s + log(sum(exp(x - s))) with s the largest. */
export function logSumExpOver(x: Node, axis: number, options: ReduceOptions): Node {
  const axes = axesOf("logSumExp", x, [normalizeAxis("logSumExp", axis, x.shape.length)], options);
  const shift = stableShift(x, axes);
  const total = sum(unary("exp", subtract(x, restoreAxes(shift, axes, x.shape))), axes);
  return finish(add(unary("log", total), shift), x, axes, options.keepDims);
}

/** exp(x - s) / sum(exp(x - s)) with s the largest; dx = dy y - y sum(dy y). */
export function softmaxOver(x: Node, axis: number): Node {
  const axes = [normalizeAxis("softmax", axis, x.shape.length)];
  const powers = unary("exp", subtract(x, restoreAxes(stableShift(x, axes), axes, x.shape)));
  const shares = divide(powers, restoreAxes(sum(powers, axes), axes, x.shape));
  return withGradient("softmax", shares, x, (gradient, y) => {
    // Not y (dy - sum): so rounding leaves a sum of gradients that is 0 closer to it.
    const product = multiply(gradient, y);
    return subtract(product, multiply(y, restoreAxes(sum(product, axes), axes, y.shape)));
  });
}

/** `value`, a function of x, with its gradient in closed form. */
function withGradient(
  name: string,
  value: Node,
  x: Node,
  rule: (gradient: Node, y: Node) => Node,
): Node {
  const backward = (gradient: Node, y: Node): Node[] => [rule(gradient, y)];
  return makeNode("custom", [value, x], { name, backward });
}

/** x - s - log(sum(exp(x - s))) with s the largest; dx = dy - exp(y) sum(dy). */
export function logSoftmaxOver(x: Node, axis: number): Node {
  const axes = [normalizeAxis("logSoftmax", axis, x.shape.length)];
  const shifted = subtract(x, restoreAxes(stableShift(x, axes), axes, x.shape));
  const total = sum(unary("exp", shifted), axes);
  const logs = subtract(shifted, restoreAxes(unary("log", total), axes, x.shape));
  return withGradient("logSoftmax", logs, x, (gradient, y) => {
    const all = restoreAxes(sum(gradient, axes), axes, y.shape);
    return subtract(gradient, multiply(unary("exp", y), all));
  });
}
