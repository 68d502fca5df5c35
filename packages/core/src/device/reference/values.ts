import {
  type DType,
  isFloating,
  makeArray,
  type Shape,
  type Storage,
  type TypedArray,
} from "../../array/index.js";
import type { Node, Primitive, ScalarSource, StateCell } from "../../graph/index.js";
import type { Failure } from "../device.js";

/**
 * The elements of one value, row-major: float64 for every floating dtype; integers and bools in
 * their own typed array, which wraps to 32 or 8 bits whatever is stored. Never changed once made.
 */
export type Values = TypedArray;

/** New elements for `dtype`: zeros for a length, a copy for an array. */
export const makeValues = (dtype: DType, source: number | ArrayLike<number>): Values =>
  makeArray(isFloating(dtype) ? "float64" : dtype, source);

/** What a run fixes: its scalars and the bytes behind its leaves. */
export interface Run {
  readonly scalar: (source: ScalarSource) => number;
  readonly content: (leaf: StateCell | Storage) => Storage;
}

/** Where a node is evaluated: the graph itself, or one iteration of a loop's body. */
export interface Frame {
  readonly run: Run;
  /** What the `input` leaves stand for, by index. */
  readonly inputs: readonly Values[];
  /** Of the innermost loop, counted over all iterations of those around it; 0 outside of loops. */
  readonly iteration: number;
  /** The results of the loops evaluated so far. */
  readonly scans: Map<Node, readonly Values[]>;
}

/** The values of a node from the values of its inputs. */
export type Meaning<P extends Primitive> = (
  node: Node<P>,
  inputs: readonly Values[],
  frame: Frame,
) => Values;

/** Carries a failure out of the interpreter. */
export class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.label);
  }
}

/** Element `index` of `list`, which is there unless the interpreter is wrong. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index} of ${list.length}`);
  return element;
}

/** The place of a row-major position along each axis. */
export function coordinatesOf(position: number, shape: Shape): number[] {
  const coordinates = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = at(shape, axis);
    coordinates[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return coordinates;
}

/** The row-major position of coordinates. */
export const positionOf = (coordinates: readonly number[], shape: Shape): number =>
  coordinates.reduce((position, each, axis) => position * at(shape, axis) + each, 0);
