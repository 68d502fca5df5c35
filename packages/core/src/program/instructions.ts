import type { DType, Shape } from "../array/index.js";

/**
 * Where a buffer's bytes are.
 *  - `arena`: scratch of the Program, `offset` bytes from its start (a multiple of 64);
 *  - `bound`: a state or constant, bound to `slot` once and kept until bound anew;
 *  - `input`: argument `index` of the run; `output`: result `index`, a fresh array each run;
 *  - `moving`: a slice of buffer `of` that moves with the `repeat` which lists it: in iteration t it
 *    starts `t * stride` elements after the start of `of`. `of` may itself move with an outer loop.
 */
export type Place =
  | { readonly kind: "arena"; readonly offset: number }
  | { readonly kind: "bound"; readonly slot: number }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "moving"; readonly of: number; readonly stride: number };

export interface BufferDeclaration {
  readonly dtype: Exclude<DType, "float64">;
  /** Elements. */
  readonly length: number;
  readonly place: Place;
}

/**
 * How an instruction walks a buffer: element (i, j, ...) of its iteration space stands at
 * `offset + i * strides[0] + j * strides[1] + ...`, in elements. Strides may be 0 or negative.
 * With `buffer` -1 nothing is read: the value *is* that position, as int32 (iota).
 */
export interface Operand {
  readonly buffer: number;
  readonly offset: number;
  readonly strides: readonly number[];
}

/**
 * What a register of a loop holds: 32-bit lanes, float or integer. bool is 0 or 1 and uint8 is
 * 0..255 in integer lanes; loading widens, storing narrows.
 */
export type MicroOperation =
  // float -> float
  | "negate"
  | "absolute"
  | "sign"
  | "exp"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "sigmoid"
  | "erf"
  | "floor"
  | "relu"
  // float, float -> float
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "power"
  | "maximum"
  | "minimum"
  | "remainder"
  // float, float -> integer 0 or 1
  | "equal"
  | "less"
  | "lessEqual"
  /** x > y, where NaN is larger than every number. */
  | "exceeds"
  // integer -> integer
  | "negateInt"
  | "absoluteInt"
  | "signInt"
  | "reluInt"
  /** 1 - x, for bool. */
  | "not"
  /** x & 255: what uint8 arithmetic leaves. */
  | "wrapUint8"
  /** x != 0. */
  | "intToBool"
  // integer, integer -> integer
  | "addInt"
  | "subtractInt"
  | "multiplyInt"
  | "maximumInt"
  | "minimumInt"
  | "remainderInt"
  | "equalInt"
  | "lessInt"
  | "lessEqualInt"
  | "and"
  | "or"
  // between the two
  | "intToFloat"
  /** Towards zero; NaN gives 0, and what is too large the nearest int32. */
  | "floatToInt"
  /** x != 0, NaN counts as true. */
  | "floatToBool"
  // (integer condition, any, any) -> any
  | "select";

/** `target := operation(...sources)`; the numbers are registers. */
export interface MicroInstruction {
  readonly operation: MicroOperation;
  readonly target: number;
  readonly sources: readonly number[];
}

/** A number that fills a register before the loop starts: a constant, or run-time scalar `index`. */
export type Uniform = { readonly register: number; readonly integer: boolean } & (
  | { readonly value: number }
  | { readonly scalar: number }
);

/** What a loop does at every point of its iteration space, element by element. */
export interface Body {
  /** Iteration space, outermost axis first; collapsed, so that [] or [n] is common. */
  readonly shape: Shape;
  readonly inputs: readonly { readonly register: number; readonly operand: Operand }[];
  readonly uniforms: readonly Uniform[];
  readonly code: readonly MicroInstruction[];
  /** Registers used in all; inputs, uniforms and code share one numbering. */
  readonly registers: number;
}

/**
 * Fused element-wise work. All inputs of a point are read before any of its outputs is written, so
 * an output may be the very buffer that an input reads with the same strides.
 */
export interface Loop extends Body {
  readonly kind: "loop";
  readonly label: string;
  readonly outputs: readonly { readonly register: number; readonly operand: Operand }[];
}

/**
 * Fused element-wise work, then a reduction over the last `reducedAxes` axes of `shape` (after the
 * kept ones), of each of up to four registers, each into an output of its own that is written
 * row-major over the kept axes. The order of additions is a function of shape and `columns` alone.
 * `argmax`, of one register, writes int32 positions, counted row-major over the reduced axes.
 */
export interface Reduce extends Body {
  readonly kind: "reduce";
  readonly label: string;
  readonly reduction: "sum" | "max" | "argmax";
  readonly reducedAxes: number;
  /** Whether the points are gone through with the last kept axis innermost. */
  readonly columns: boolean;
  readonly results: readonly { readonly register: number; readonly output: Operand }[];
}

/** A reduction has at most so many results. */
export const maxResults = 4;

/**
 * C = A B for each batch, float32. m, n and k are each one axis or several that are walked row-major
 * as one: so windows are multiplied without a copy of them. Strides are those of the batch axes, then
 * (m, k), (k, n); C has one axis of rows and one of columns, whose stride is 1. Each element is one
 * chain of multiply-adds over k, upwards, starting from 0; so tile sizes and threads do not change a
 * bit. k = 0 gives zeros.
 */
export interface MatMul {
  readonly kind: "matmul";
  readonly label: string;
  readonly batch: Shape;
  readonly m: Shape;
  readonly n: Shape;
  readonly k: Shape;
  readonly a: Operand;
  readonly b: Operand;
  readonly c: Operand;
  /** What is done to each element of C, in this order, before it is left. */
  readonly epilogue: readonly EpilogueStep[];
}

export const epilogueOperations = ["add", "subtract", "multiply", "relu", "gate"] as const;

/**
 * c := c + x, c - x, c * x, relu(c), or, for `gate`, c where x > 0 or x is NaN and 0 elsewhere: the
 * gradient of relu. Strides of x are those of the batch axes, of rows and of columns, the last 0 or 1;
 * relu has no x.
 */
export interface EpilogueStep {
  readonly operation: (typeof epilogueOperations)[number];
  readonly x: Operand | null;
}

/**
 * Rows by index: `x` is (outer, size, inner), contiguous from `x.offset`. All buffers are
 * contiguous from their operand's offset (strides are empty). An index outside 0..size-1 fails.
 *  - gather: target (outer, count, inner) = x[:, indices, :], for any dtype;
 *  - scatterAdd: target (outer, size, inner) = 0, then += source (outer, count, inner), float32; with
 *    `chosen` += source[:, chosen.indices, :], where outer is 1;
 *  - gatherElements: target (outer, count, inner) = x[o, indices[o, c, i], i], for any dtype;
 *  - scatterElements: target (outer, size, inner) = 0, then += source (outer, count, inner).
 * Additions run in the order of the indices.
 */
export interface Indexing {
  readonly kind: "gather" | "scatterAdd" | "gatherElements" | "scatterElements";
  readonly label: string;
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
  readonly source: Operand;
  readonly indices: Operand;
  readonly target: Operand;
  readonly chosen: Chosen | null;
}

/** Rows by number: `indices` into `size` of them. */
export interface Chosen {
  readonly size: number;
  readonly indices: Operand;
}

/** Fails if one of `count` int32 is outside 0..size-1. */
export interface CheckIndices {
  readonly kind: "checkIndices";
  readonly label: string;
  readonly size: number;
  readonly count: number;
  readonly indices: Operand;
}

/**
 * Finds equal ones among `count` indices, each of which has to be in 0..size-1. `groups` becomes
 * [number of groups; the first position of each group, in the order of those positions, in `count`
 * words; for each position the next with the same index, or -1]. `table` is scratch: a power of two
 * of int32, at least 2 count.
 */
export interface GroupRows {
  readonly kind: "groupRows";
  readonly label: string;
  readonly size: number;
  readonly count: number;
  readonly indices: Operand;
  readonly table: Operand;
  readonly groups: Operand;
}

/** For each of the `groups`, the sum of its rows (inner), from 0 in the order of their positions. */
export interface RowSums {
  readonly count: number;
  readonly inner: number;
  /** (count, inner), or (chosen.size, inner). */
  readonly source: Operand;
  readonly chosen: Chosen | null;
  readonly groups: Operand;
}

/** Fails with `nonFinite` if one of the sums holds NaN or an infinity. */
export interface CheckRows extends RowSums {
  readonly kind: "checkRows";
  readonly label: string;
}

/** target (size, inner)[index] = target[index] - factor * sum, for the index and sum of each group. */
export interface UpdateRows extends RowSums {
  readonly kind: "updateRows";
  readonly label: string;
  readonly size: number;
  readonly indices: Operand;
  readonly target: Operand;
  /** A constant or run-time scalar. */
  readonly factor: { readonly value: number } | { readonly scalar: number };
}

/**
 * Philox4x32-10 as the primitive `random` says; `seed` and `base` are run-time scalars. Its t counts
 * the iterations of nested `repeat`s together: t * iterations + own iteration (mod 2^32).
 */
export interface Random {
  readonly kind: "random";
  readonly label: string;
  readonly length: number;
  readonly seed: number;
  readonly base: number;
  readonly draw: number;
  readonly target: Operand;
}

/** The body `iterations` times. Carries are plain buffers which the end of the body rewrites. */
export interface Repeat {
  readonly kind: "repeat";
  readonly label: string;
  readonly iterations: number;
  /** Runs t from iterations - 1 down to 0. */
  readonly reverse: boolean;
  /** Buffers that advance with t. */
  readonly moving: readonly number[];
  readonly body: readonly Instruction[];
}

/** Fails with `nonFinite` if one of `length` float32 from `operand.offset` is NaN or infinite. */
export interface CheckFinite {
  readonly kind: "checkFinite";
  readonly label: string;
  readonly length: number;
  readonly operand: Operand;
}

export type Instruction =
  | Loop
  | Reduce
  | MatMul
  | Indexing
  | CheckIndices
  | GroupRows
  | CheckRows
  | UpdateRows
  | Random
  | Repeat
  | CheckFinite;

/**
 * The executable form of a graph. `compute` leaves every bound state untouched and may fail;
 * `commit` writes the states, cannot fail, and runs only if all of `compute` succeeded.
 */
export interface Program {
  readonly buffers: readonly BufferDeclaration[];
  /** Bytes of scratch. */
  readonly arenaBytes: number;
  /** Number of bound slots, of inputs, of outputs, and of run-time scalars. */
  readonly slots: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly scalars: number;
  readonly compute: readonly Instruction[];
  readonly commit: readonly Instruction[];
}
