import type { DType, Shape, Storage } from "../array/index.js";
import type { Attributes, Primitive } from "./primitives.js";
import { inferNode } from "./shapes.js";

let created = 0;

/** How many nodes there are so far: those made later have higher ids. */
export const nodesSoFar = (): number => created;

/**
 * One value to be computed: a primitive, its inputs and attributes. Shape and dtype are known at
 * once; the elements only after somebody asked for them.
 */
export class Node<P extends Primitive = Primitive> {
  /** Grows with every node, so that sorting by it is a topological order. */
  readonly id = ++created;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Set once the elements are known. */
  storage: Storage | null = null;
  /** The last walk through a graph that came by. */
  walk = 0;

  constructor(
    readonly primitive: P,
    /** Emptied after evaluation where no gradient can need them. */
    public inputs: readonly Node[],
    readonly attributes: Attributes[P],
    /** A gradient may be asked with respect to this value or to one it depends on. */
    readonly tracked: boolean,
  ) {
    const { shape, dtype } = inferNode(primitive, inputs, attributes);
    this.shape = shape;
    this.dtype = dtype;
  }

  is<Q extends Primitive>(primitive: Q): this is Node<Q> {
    return (this.primitive as Primitive) === primitive;
  }
}

let tracking = true;

/** Runs `fn` with gradients or without: whether any can be asked of the nodes that it builds. */
function runTracking<R>(on: boolean, fn: () => R): R {
  const before = tracking;
  tracking = on;
  try {
    return fn();
  } finally {
    tracking = before;
  }
}

/** Runs `fn` building nodes that no gradient can be asked of. */
export const withoutTracking = <R>(fn: () => R): R => runTracking(false, fn);

/** Runs `fn` as outside of any `withoutTracking`. */
export const withTracking = <R>(fn: () => R): R => runTracking(true, fn);

/** Checks and builds a node. It is tracked if an input is, unless it stops gradients. */
export function makeNode<P extends Primitive>(
  primitive: P,
  inputs: readonly Node[],
  attributes: Attributes[P],
): Node<P> {
  let tracked = false;
  if (tracking && primitive !== "detach") for (const input of inputs) tracked ||= input.tracked;
  return new Node(primitive, inputs, attributes, tracked);
}
