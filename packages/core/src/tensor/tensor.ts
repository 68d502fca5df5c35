import {
  ArgumentError,
  type DType,
  DTypeError,
  formatShape,
  isFloating,
  requireInstance,
  requireOptions,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  type TypedArray,
} from "../array/index.js";
import { cast, divide, multiply, select, unary } from "../graph/build.js";
import { type BinaryPrimitive, makeNode, type Node, type UnaryPrimitive } from "../graph/index.js";
import * as arrange from "./arrange.js";
import { checkGradient, gradientSlot, storeGradients } from "./backward.js";
import * as contract from "./contract.js";
import { broadcastBinary, numberLike } from "./elementwise.js";
import { copyOf, readNow, readSoon } from "./evaluate.js";
import { formatTensor } from "./print.js";
import * as reduce from "./reduce.js";
import { foldAxis, unfoldAxis, type WindowOptions } from "./windows.js";

/** What stands on the right of an operation: a tensor, or a number, which takes the left's dtype. */
export type TensorLike = Tensor | number;

const indicesMend = "make one with tensor(Int32Array.of(0, 2))";

/** The node of what a user gave as a tensor. */
export function nodeOf(operation: string, what: string, given: unknown, mend?: string): Node {
  requireInstance(operation, what, given, Tensor, mend);
  return given.node;
}

/** @throws ArgumentError, ShapeError, DTypeError when `value` cannot take the place of `old` */
export function requireLike(
  operation: string,
  value: unknown,
  old: Tensor,
): asserts value is Tensor {
  requireInstance(operation, `the value for ${old.label}`, value, Tensor);
  if (!sameShape(value.shape, old.shape)) {
    throw new ShapeError(
      `${operation}: received shape ${formatShape(value.shape)} for ${old.label}, expected ` +
        `${formatShape(old.shape)}.`,
    );
  }
  if (value.dtype !== old.dtype) {
    throw new DTypeError(
      `${operation}: received ${value.dtype} for ${old.label}, expected ${old.dtype}; convert with ` +
        `.cast("${old.dtype}").`,
    );
  }
}

/**
 * An immutable n-dimensional array of one dtype: a handle on a value that is computed when it is
 * read, or when a compiled function that needs it runs.
 *
 * Operations broadcast by NumPy's rule and never mix dtypes. Shapes and dtypes are checked when the
 * operation is written. Reading is asynchronous (`data`, `item`); `dataSync` and `itemSync` exist
 * on devices that share the processor's memory.
 */
export class Tensor {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  /** The node of the graph that this handle stands for. */
  get node(): Node {
    return this.#node;
  }

  get shape(): Shape {
    return this.node.shape;
  }

  get dtype(): DType {
    return this.node.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** True if gradients can be asked with respect to this tensor or to one that it depends on. */
  get requiresGrad(): boolean {
    return this.node.tracked;
  }

  /** What this tensor is called in errors. */
  get label(): string {
    return `tensor ${formatShape(this.shape)}`;
  }

  /**
   * The gradient that `backward()` stored, or null. A parameter's stays readable after an
   * optimiser's step, and the next `backward()` replaces it. What is set has the tensor's own shape
   * and dtype.
   */
  get grad(): Tensor | null {
    const { gradient } = gradientSlot(this);
    return gradient && new Tensor(gradient);
  }

  set grad(gradient: Tensor | null) {
    if (gradient !== null) requireLike("grad", gradient, this);
    const slot = gradientSlot(this);
    if (gradient) checkGradient(gradient.node, this.label);
    slot.gradient = gradient?.node ?? null;
    slot.spent = false;
  }

  #unary(primitive: UnaryPrimitive): Tensor {
    return new Tensor(unary(primitive, this.node));
  }

  #binary(primitive: BinaryPrimitive, other: TensorLike): Tensor {
    return new Tensor(broadcastBinary(primitive, this.node, this.#operand(primitive, other)));
  }

  #operand(operation: string, other: TensorLike): Node {
    if (typeof other === "number") return numberLike(operation, other, this.node);
    return nodeOf(operation, "the other operand", other, "a number does as well");
  }

  // Element by element, two operands.
  /** a + b */
  add(other: TensorLike): Tensor {
    return this.#binary("add", other);
  }
  /** a - b */
  subtract(other: TensorLike): Tensor {
    return this.#binary("subtract", other);
  }
  /** a - b */
  sub(other: TensorLike): Tensor {
    return this.subtract(other);
  }
  /** a * b */
  multiply(other: TensorLike): Tensor {
    return this.#binary("multiply", other);
  }
  /** a * b */
  mul(other: TensorLike): Tensor {
    return this.multiply(other);
  }
  /** a / b, floating dtypes only. */
  divide(other: TensorLike): Tensor {
    return this.#binary("divide", other);
  }
  /** a / b, floating dtypes only. */
  div(other: TensorLike): Tensor {
    return this.divide(other);
  }
  /** a ^ b, floating dtypes only; NaN for a negative base with a broken exponent. */
  power(other: TensorLike): Tensor {
    if (other === 2 && isFloating(this.dtype)) return this.square();
    return this.#binary("power", other);
  }
  /** a ^ b */
  pow(other: TensorLike): Tensor {
    return this.power(other);
  }
  /** The larger of both; NaN if either is. Ties share the gradient. */
  maximum(other: TensorLike): Tensor {
    return this.#binary("maximum", other);
  }
  /** The smaller of both; NaN if either is. Ties share the gradient. */
  minimum(other: TensorLike): Tensor {
    return this.#binary("minimum", other);
  }
  /** a - floor(a / b) * b, which has the sign of b. */
  remainder(other: TensorLike): Tensor {
    return this.#binary("remainder", other);
  }
  equal(other: TensorLike): Tensor {
    return this.#binary("equal", other);
  }
  notEqual(other: TensorLike): Tensor {
    return this.equal(other).not();
  }
  less(other: TensorLike): Tensor {
    return this.#binary("less", other);
  }
  lessEqual(other: TensorLike): Tensor {
    return this.#binary("lessEqual", other);
  }
  greater(other: TensorLike): Tensor {
    const right = this.#operand("greater", other);
    return new Tensor(broadcastBinary("less", right, this.node));
  }
  greaterEqual(other: TensorLike): Tensor {
    const right = this.#operand("greaterEqual", other);
    return new Tensor(broadcastBinary("lessEqual", right, this.node));
  }
  /** Logical and of two bools. */
  and(other: Tensor): Tensor {
    return this.#binary("and", other);
  }
  /** Logical or of two bools. */
  or(other: Tensor): Tensor {
    return this.#binary("or", other);
  }

  // Element by element, one operand.
  neg(): Tensor {
    return this.#unary("negate");
  }
  /** |x|; derivative 0 at 0. */
  abs(): Tensor {
    return this.#unary("absolute");
  }
  /** -1, 0 or 1. */
  sign(): Tensor {
    return this.#unary("sign");
  }
  exp(): Tensor {
    return this.#unary("exp");
  }
  /** Natural logarithm. */
  log(): Tensor {
    return this.#unary("log");
  }
  /** log(1 + x), accurate near 0. */
  log1p(): Tensor {
    return this.#unary("log1p");
  }
  sqrt(): Tensor {
    return this.#unary("sqrt");
  }
  /** x * x */
  square(): Tensor {
    return new Tensor(multiply(this.node, this.node));
  }
  /** 1 / x */
  reciprocal(): Tensor {
    return new Tensor(divide(numberLike("reciprocal", 1, this.node), this.node));
  }
  sin(): Tensor {
    return this.#unary("sin");
  }
  cos(): Tensor {
    return this.#unary("cos");
  }
  tanh(): Tensor {
    return this.#unary("tanh");
  }
  /** 1 / (1 + exp(-x)) */
  sigmoid(): Tensor {
    return this.#unary("sigmoid");
  }
  /** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
  erf(): Tensor {
    return this.#unary("erf");
  }
  floor(): Tensor {
    return this.#unary("floor");
  }
  /** max(x, 0); derivative 0 at 0. */
  relu(): Tensor {
    return this.#unary("relu");
  }
  /** Logical not of a bool. */
  not(): Tensor {
    return this.#unary("not");
  }
  /** Limits every element to [min, max]; the gradient passes where it lies within, bounds included. */
  clamp(bounds: { min?: number; max?: number }): Tensor {
    requireOptions("clamp", bounds, ["min", "max"], "the bounds");
    const { min = -Infinity, max = Infinity } = bounds;
    if (!(min <= max)) {
      throw new ArgumentError(`clamp: received min ${min} and max ${max}, expected min <= max.`);
    }
    const x = this.node;
    // Selecting, unlike minimum(maximum()), gives a bound's gradient to x alone.
    let limited = x;
    if (min !== -Infinity) {
      const bound = numberLike("clamp", min, x);
      limited = select(broadcastBinary("less", limited, bound), bound, limited);
    }
    if (max !== Infinity) {
      const bound = numberLike("clamp", max, x);
      limited = select(broadcastBinary("less", bound, limited), bound, limited);
    }
    return new Tensor(limited);
  }
  /** Converts the elements; float to integer goes towards zero, and anything but 0 is true. */
  cast(dtype: DType): Tensor {
    return new Tensor(cast(this.node, dtype));
  }

  // Arrangement. None copies.
  /** The same elements in row-major order under another shape; one size may be -1. */
  reshape(shape: Shape): Tensor {
    return new Tensor(arrange.reshapeTo(this.node, shape));
  }
  /** Merges the axes from `startAxis` on into one. Default: all. */
  flatten(startAxis = 0): Tensor {
    return new Tensor(arrange.flatten(this.node, startAxis));
  }
  /** Axis `order[i]` becomes axis i. */
  permute(order: readonly number[]): Tensor {
    return new Tensor(arrange.permuteAxes(this.node, order));
  }
  /** Swaps two axes. Default: the last two. */
  transpose(a = -2, b = -1): Tensor {
    return new Tensor(arrange.swapAxes(this.node, a, b));
  }
  /** Repeats axes of size 1, and adds axes on the left. */
  expand(shape: Shape): Tensor {
    return new Tensor(arrange.expandTo(this.node, shape));
  }
  /** Drops `axis`, or every axis of size 1. */
  squeeze(axis?: number): Tensor {
    return new Tensor(arrange.squeeze(this.node, axis));
  }
  /** Adds an axis of size 1. */
  unsqueeze(axis: number): Tensor {
    return new Tensor(arrange.unsqueeze(this.node, axis));
  }
  /** `x.at(0, slice(1, 3))` is NumPy's `x[0, 1:3]`. */
  at(...indices: readonly (number | arrange.Slice)[]): Tensor {
    return new Tensor(arrange.index(this.node, indices));
  }
  /** Zeros around: `before[i]` and `after[i]` of them on axis i. */
  pad(before: readonly number[], after: readonly number[]): Tensor {
    return new Tensor(arrange.padWith(this.node, before, after));
  }
  /**
   * Sliding windows along an axis: element (..., i, ..., j) is x[..., i step + j dilation, ...]. The
   * axis becomes floor((length - dilation (size - 1) - 1) / step) + 1 windows, and a last axis of
   * `size` is added. `step` and `dilation` default to 1.
   *
   * @throws ShapeError when a window is longer than the axis
   */
  unfold(axis: number, size: number, options: WindowOptions = {}): Tensor {
    return new Tensor(unfoldAxis(this.node, axis, size, options));
  }
  /**
   * Adds windows, whose elements stand on the last axis, up where `unfold` takes them from: the axis
   * becomes `length`, with zeros where no window reaches. Each of the two is the other's gradient.
   *
   * @throws ShapeError when windows reach beyond `length`
   */
  fold(axis: number, length: number, options: WindowOptions = {}): Tensor {
    return new Tensor(foldAxis(this.node, axis, length, options));
  }

  // Reductions. `axes` default to all.
  sum(axes?: reduce.Axes, options: reduce.ReduceOptions = {}): Tensor {
    return new Tensor(reduce.sumOver(this.node, axes, options));
  }
  mean(axes?: reduce.Axes, options: reduce.ReduceOptions = {}): Tensor {
    return new Tensor(reduce.meanOver(this.node, axes, options));
  }
  /** The largest; NaN if any is. Ties share the gradient. */
  max(axes?: reduce.Axes, options: reduce.ReduceOptions = {}): Tensor {
    return new Tensor(reduce.maxOver(this.node, axes, options));
  }
  /** The smallest; NaN if any is. Ties share the gradient. */
  min(axes?: reduce.Axes, options: reduce.ReduceOptions = {}): Tensor {
    return new Tensor(reduce.minOver(this.node, axes, options));
  }
  /** sum((x - mean)^2) / (count - correction); `correction` defaults to 0. */
  variance(
    axes?: reduce.Axes,
    options: reduce.ReduceOptions & { correction?: number } = {},
  ): Tensor {
    return new Tensor(reduce.varianceOver(this.node, axes, options));
  }
  /**
   * Position of the largest along an axis, or along several in row-major order, int32; the first
   * among equals.
   */
  argmax(axes: number | readonly number[] = -1): Tensor {
    return new Tensor(reduce.argmaxOver(this.node, axes));
  }
  /** Position of the smallest along an axis or several, int32; the first among equals. */
  argmin(axes: number | readonly number[] = -1): Tensor {
    return new Tensor(reduce.argminOver(this.node, axes));
  }
  /** log(sum(exp(x))) along an axis, without overflow. */
  logSumExp(axis = -1, options: reduce.ReduceOptions = {}): Tensor {
    return new Tensor(reduce.logSumExpOver(this.node, axis, options));
  }
  /** exp(x_i) / sum_j exp(x_j) along an axis. */
  softmax(axis = -1): Tensor {
    return new Tensor(reduce.softmaxOver(this.node, axis));
  }
  /** log(softmax(x)), accurate where softmax is near 0. */
  logSoftmax(axis = -1): Tensor {
    return new Tensor(reduce.logSoftmaxOver(this.node, axis));
  }

  /** (..., m, k) x (..., k, n) -> (..., m, n), with NumPy's rules for vectors and batches. */
  matmul(other: Tensor): Tensor {
    const right = nodeOf("matmul", "the other operand", other, "for a number there is multiply");
    return new Tensor(contract.matmulBroadcast(this.node, right));
  }
  /**
   * `x[indices]` along an axis: axis is replaced by the shape of `indices` (int32 or uint8).
   *
   * @param label what an error about an index says instead of "take"
   */
  take(indices: Tensor, axis = 0, label?: string): Tensor {
    const list = nodeOf("take", "the indices", indices, indicesMend);
    return new Tensor(contract.take(this.node, list, axis, label));
  }
  /**
   * The reverse of `take`: row i is the sum of the rows whose index is i, and 0 where there is none.
   * The axes of `indices` (int32 or uint8), which stand in `x` from `axis` on, become one of `size`.
   * Floating dtypes only.
   *
   * @param axis of the result
   * @param label what an error about an index says instead of "scatterSum"
   */
  scatterSum(indices: Tensor, size: number, axis = 0, label?: string): Tensor {
    const list = nodeOf("scatterSum", "the indices", indices, indicesMend);
    return new Tensor(contract.scatterSum(this.node, list, size, axis, label));
  }
  /**
   * Element `indices[i, j]` along `axis` in place of each position; the shape of `indices`.
   *
   * @param label what an error about an index says instead of "takeAlong"
   */
  takeAlong(indices: Tensor, axis = -1, label?: string): Tensor {
    const list = nodeOf("takeAlong", "the indices", indices, indicesMend);
    return new Tensor(contract.takeAlong(this.node, list, axis, label));
  }

  /** The same value, through which no gradient flows. */
  detach(): Tensor {
    return new Tensor(makeNode("detach", [this.node], {}));
  }

  /**
   * Computes the gradient of this scalar with respect to every parameter it depends on, and stores
   * it on `parameter.grad`. Gradients accumulate until an optimiser's `step()` has used them. Inside
   * `compile` a run whose loss or gradients are not finite throws and changes nothing; outside of it
   * nothing looks, and NaN goes on into the weights.
   */
  backward(): void {
    storeGradients(this.node);
  }

  /** The elements, row-major, as a fresh array. */
  async data(): Promise<TypedArray> {
    return copyOf(await readSoon(this.node));
  }
  dataSync(): TypedArray {
    return copyOf(readNow(this.node));
  }
  /** The only element. */
  async item(): Promise<number> {
    this.#requireSingle();
    return (await readSoon(this.node))[0] as number;
  }
  itemSync(): number {
    this.#requireSingle();
    return readNow(this.node)[0] as number;
  }

  #requireSingle(): void {
    if (this.size !== 1) {
      throw new ArgumentError(
        `item: received a tensor of ${this.size} elements, expected 1; read all with .data().`,
      );
    }
  }

  /** The elements in nested brackets, as NumPy prints them. */
  toString(): string {
    return formatTensor(readNow(this.node), this.shape, this.dtype);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.node.storage
      ? this.toString()
      : `tensor(${this.shape.join(", ")}) not computed yet`;
  }
}
