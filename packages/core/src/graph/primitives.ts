import type { DType, Shape, Storage } from "../array/index.js";
import type { Node } from "./node.js";

/** A number that is read anew at every run: a learning rate, a clipping bound, a random base. */
export interface ScalarSource {
  read(): number;
  /** True: in float32, `read()` is a finite number and at least +0. */
  readonly atLeastZero?: boolean;
}

/** A place that a Program may update: a parameter, a buffer, an optimiser's moment. */
export interface StateCell {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  storage: Storage;
}

/** A function of graphs: the body of a loop. `inputs[i]` is the `input` leaf with index i. */
export interface SubGraph {
  readonly inputs: readonly Node<"input">[];
  readonly outputs: readonly Node[];
}

type None = Record<never, never>;

/** How windows move along an axis, and how far apart the elements of a window stand. */
export interface Windows {
  readonly axis: number;
  readonly step: number;
  readonly dilation: number;
}

/**
 * The primitives, with what each carries besides its inputs. Everything else is composed of them.
 * All are strict: operands have equal shapes and dtypes, and broadcasting is an explicit `expand`.
 *
 * A concern over primitives (shape, gradient, reference meaning) is a table
 * `{ [P in Primitive]: ... }`, so that forgetting one does not compile.
 */
export interface Attributes {
  // Leaves.
  /** The argument `index` of a captured function or of a loop's body. */
  input: { readonly index: number; readonly shape: Shape; readonly dtype: DType };
  /** An immutable array; the graph captures the value, never the cell it came from. */
  value: { readonly storage: Storage; readonly shape: Shape };
  /** The content of a cell when the Program starts. */
  state: { readonly cell: StateCell };
  /** A number read at every run. */
  scalar: { readonly source: ScalarSource; readonly dtype: DType };
  /** One number, repeated over `shape`. */
  constant: { readonly value: number; readonly shape: Shape; readonly dtype: DType };
  /** 0, 1, 2, ..., length - 1 as int32. */
  iota: { readonly length: number };
  /**
   * float32 in [0, 1) with 24 random bits. Element e of iteration t comes from Philox4x32-10
   * (Salmon et al. 2011) with key `seed` and counter (e div 4, t, base + draw), word e mod 4.
   * Outside of loops t is 0; iteration i of n of a loop that itself stands in iteration t of another
   * has t * n + i (mod 2^32).
   */
  random: {
    readonly shape: Shape;
    readonly seed: ScalarSource;
    readonly base: ScalarSource;
    readonly draw: number;
  };

  // One input, element by element.
  negate: None;
  absolute: None;
  sign: None;
  exp: None;
  log: None;
  log1p: None;
  sqrt: None;
  sin: None;
  cos: None;
  tanh: None;
  sigmoid: None;
  erf: None;
  floor: None;
  /** max(x, 0), with NaN kept and derivative 0 at 0. */
  relu: None;
  /** Logical not of a bool. */
  not: None;
  cast: { readonly dtype: DType };

  // Two inputs, element by element.
  add: None;
  subtract: None;
  multiply: None;
  divide: None;
  power: None;
  /** The larger; NaN if either is NaN. */
  maximum: None;
  /** The smaller; NaN if either is NaN. */
  minimum: None;
  /** a - floor(a / b) * b, with the sign of b. */
  remainder: None;
  equal: None;
  less: None;
  lessEqual: None;
  and: None;
  or: None;

  /** select(condition, a, b): a where the bool holds, else b. */
  select: None;

  // Arrangement.
  reshape: { readonly shape: Shape };
  permute: { readonly order: readonly number[] };
  /** Repeats axes of size 1; the rank stays. */
  expand: { readonly shape: Shape };
  /** Elements start, start + step, ... of each axis; a step may be negative. */
  slice: {
    readonly start: readonly number[];
    readonly step: readonly number[];
    readonly shape: Shape;
  };
  /**
   * Sliding windows: y[..., i, ..., j] = x[..., i * step + j * dilation, ...]. `axis` keeps the
   * places of windows, and a last axis of `size` goes through a window.
   */
  unfold: Windows & { readonly size: number };
  /**
   * Adds windows up where they came from: zeros with `length` on `axis`, plus at i * step + j *
   * dilation element [..., i, ..., j], in the order of j; unfold reversed.
   */
  fold: Windows & { readonly length: number };
  /** Zeros around (false for bool). */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  concatenate: { readonly axis: number };

  // Reductions; the axes vanish. Axes are sorted.
  sum: { readonly axes: readonly number[] };
  reduceMax: { readonly axes: readonly number[] };
  /**
   * Position of the largest as int32, counted in row-major order of the axes; the first among
   * equals, NaN counts largest.
   */
  argmax: { readonly axes: readonly number[] };

  /** (..., m, k) x (..., k, n) -> (..., m, n); batch axes are equal. */
  matmul: None;

  // Indexing; every index is checked where it is used, and `label` is what errors call the node.
  /** gather(x, indices): x.shape[:axis] + indices.shape + x.shape[axis + 1:]. */
  gather: { readonly axis: number; readonly label?: string };
  /** scatterAdd(indices, updates): zeros with `size` on `axis`, plus the updates; gather reversed. */
  scatterAdd: { readonly axis: number; readonly size: number; readonly label?: string };
  /** gatherElements(x, indices)[i, j] = x[i, indices[i, j]] for axis 1; shape of indices. */
  gatherElements: { readonly axis: number; readonly label?: string };
  /** scatterElements(indices, updates): zeros with `size` on `axis`, plus the updates. */
  scatterElements: { readonly axis: number; readonly size: number; readonly label?: string };

  // Gradient.
  /** The identity, through which no gradient flows. */
  detach: None;
  /**
   * custom(result, ...arguments): `result`, whose gradient with respect to the arguments the user
   * defines. No gradient flows into `result` itself.
   */
  custom: {
    readonly name: string;
    readonly backward: (gradient: Node, node: Node<"custom">) => readonly (Node | null)[];
  };

  // Loop.
  /**
   * scan(...carries, ...sequences, ...constants): for each t, body(carries, sequences[t],
   * constants) gives the next carries and one slice of each stacked output. `reverse` runs t
   * downwards. The results are read with `result`: final carries first, then stacked outputs.
   */
  scan: {
    readonly body: SubGraph;
    readonly carries: number;
    readonly sequences: number;
    readonly length: number;
    readonly reverse: boolean;
  };
  /** Result `index` of a scan. */
  result: { readonly index: number };
}

export type Primitive = keyof Attributes;

export const unaryPrimitives = [
  "negate",
  "absolute",
  "sign",
  "exp",
  "log",
  "log1p",
  "sqrt",
  "sin",
  "cos",
  "tanh",
  "sigmoid",
  "erf",
  "floor",
  "relu",
  "not",
] as const satisfies readonly Primitive[];
export type UnaryPrimitive = (typeof unaryPrimitives)[number];

export const binaryPrimitives = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "power",
  "maximum",
  "minimum",
  "remainder",
  "equal",
  "less",
  "lessEqual",
  "and",
  "or",
] as const satisfies readonly Primitive[];
export type BinaryPrimitive = (typeof binaryPrimitives)[number];

const elementwise: ReadonlySet<Primitive> = new Set([
  ...unaryPrimitives,
  ...binaryPrimitives,
  "cast",
  "select",
]);
/** True for what computes each element from the elements at the same place alone. */
export const isElementwise = (primitive: Primitive): boolean => elementwise.has(primitive);

const leaves: ReadonlySet<Primitive> = new Set<Primitive>([
  "input",
  "value",
  "state",
  "scalar",
  "constant",
  "iota",
  "random",
]);
export const isLeaf = (primitive: Primitive): boolean => leaves.has(primitive);

const views: ReadonlySet<Primitive> = new Set<Primitive>([
  "reshape",
  "permute",
  "expand",
  "slice",
  "unfold",
  "detach",
  "custom",
  "result",
]);
/** True for what is only another way of reading its first input. */
export const isView = (primitive: Primitive): boolean => views.has(primitive);
