import type { DType, Shape, Storage } from "../array/index.js";
import type { Attributes, Primitive } from "./primitives.js";
import { inferNode } from "./shapes.js";

let created = 0;

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

/** Runs `fn` building nodes that no gradient can be asked of. */
export function withoutTracking<R>(fn: () => R): R {
  const before = tracking;
  tracking = false;
  try {
    return fn();
  } finally {
    tracking = before;
  }
}

/** True where gradients may be asked of what is being built. */
export const isTracking = (): boolean => tracking;

/** Checks and builds a node. It is tracked if an input is, unless it stops gradients. */
export function makeNode<P extends Primitive>(
  primitive: P,
  inputs: readonly Node[],
  attributes: Attributes[P],
): Node<P> {
  const tracked = tracking && primitive !== "detach" && inputs.some((input) => input.tracked);
  return new Node(primitive, inputs, attributes, tracked);
}
