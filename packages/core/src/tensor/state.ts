import {
  ArgumentError,
  type DType,
  DTypeError,
  describeValue,
  formatShape,
  isFloating,
  makeArray,
  requireFlag,
  requireInstance,
  requireList,
  requireOptions,
  type Shape,
  Storage,
  sizeOf,
} from "../array/index.js";
import { constant } from "../graph/build.js";
import { makeNode, type Node, type ScalarSource, type StateCell } from "../graph/index.js";
import { ownLeaf } from "./backward.js";
import { activeCapture, leafOf, observe } from "./capture.js";
import { evaluateNodes, isBehindFailure } from "./evaluate.js";
import { requireLike, Tensor } from "./tensor.js";

/**
 * A named place that holds an immutable value and can be given another. Handles and graphs made
 * from it keep the value they saw: `const old = w.mul(1)` stays the old weights after a step.
 */
abstract class State extends Tensor implements StateCell {
  /** The path in the model, "hidden.0.weight", once the model has listed its states. */
  name: string;
  #storage: Storage;
  #leaf: Node<"value"> | null = null;
  /** The value in eager use, if it has not been computed yet. */
  #pending: Node | null = null;

  constructor(initial: Tensor, name: string) {
    // For shape and dtype; the initial value is not kept beyond the first update.
    requireInstance(new.target.name, "the initial value", initial, Tensor);
    super(constant(0, initial.shape, initial.dtype));
    this.name = name;
    this.#storage = storageOf(initial.node);
  }

  protected abstract get trained(): boolean;

  override get shape(): Shape {
    return super.node.shape;
  }

  override get dtype(): DType {
    return super.node.dtype;
  }

  override get label(): string {
    return this.name || `${this.constructor.name.toLowerCase()} ${formatShape(this.shape)}`;
  }

  /** The bytes of the value; a Program that updates this state changes them in place. */
  get storage(): Storage {
    const pending = this.#pending;
    // A value that cannot be computed leaves the state as it was: statistics of a bad batch, say.
    this.#pending = null;
    if (pending && !isBehindFailure(pending)) {
      evaluateNodes([pending]);
      this.#storage = pending.storage as Storage;
      // Computed for this state alone.
      this.#storage.held = false;
    }
    return this.#storage;
  }

  set storage(storage: Storage) {
    this.#pending = null;
    this.#leaf = null;
    this.#storage = storage;
  }

  override get node(): Node {
    const capture = activeCapture();
    if (capture) {
      const node = capture.read(this, this.trained);
      if (node.tracked) ownLeaf(node, this);
      return node;
    }
    const storage = this.storage;
    const tracked = this.trained;
    if (this.#leaf?.storage !== storage || this.#leaf.tracked !== tracked) {
      this.#leaf = leafOf(storage, this.shape, tracked);
      if (tracked) ownLeaf(this.#leaf, this);
    }
    return this.#leaf;
  }

  /** Gives the state another value of the same shape and dtype; no gradient flows through it. */
  assign(value: Tensor): void {
    requireLike("assign", value, this);
    const capture = activeCapture();
    if (capture) {
      const node = capture.assign(this, value.node, this.trained);
      if (node.tracked) ownLeaf(node, this);
      return;
    }
    const { node } = value;
    const { host } = (node.is("value") ? node.attributes.storage : null) ?? { host: null };
    // Elements that are there are taken over at once: what was given, and what stood here, can go.
    if (host) this.storage = Storage.of(this.dtype, host.slice());
    else this.#pending = makeNode("detach", [node], {});
  }

  /** The part of the graph that still has to be computed for the newest value, if any. */
  get pending(): Node | null {
    return this.#pending;
  }

  /** Takes back an `assign` whose value has not been computed. */
  revert(): void {
    this.#pending = null;
  }

  override dataSync() {
    return activeCapture() ? super.dataSync() : this.storage.read().slice();
  }

  override async data() {
    return activeCapture() ? super.data() : (await this.storage.readAsync()).slice();
  }
}

/** The elements of an initial value. One number repeated, as moments begin, is nobody else's. */
function storageOf(initial: Node): Storage {
  if (initial.is("constant") && !initial.storage) {
    const elements = makeArray(initial.dtype, sizeOf(initial.shape));
    const { value } = initial.attributes;
    return Storage.of(initial.dtype, Object.is(value, 0) ? elements : elements.fill(value));
  }
  evaluateNodes([initial]);
  return initial.storage as Storage;
}

/** A state that training adjusts: a weight or a bias. */
export class Parameter extends State {
  #frozen = false;
  readonly #isTrained = () => !this.#frozen;

  constructor(initial: Tensor, name = "") {
    super(initial, name);
    if (!isFloating(initial.dtype)) {
      throw new DTypeError(`Parameter: received ${initial.dtype}, expected a floating dtype.`);
    }
  }

  protected override get trained(): boolean {
    return this.requiresGrad;
  }

  /** False while frozen: no gradient is computed for it. */
  override get requiresGrad(): boolean {
    return observe(this.#isTrained);
  }

  override set requiresGrad(trained: boolean) {
    requireFlag(this.label, "requiresGrad", trained);
    // A captured function starts from what this was before it changed it.
    observe(this.#isTrained);
    this.#frozen = !trained;
  }
}

/** A state that is not trained: running statistics, an optimiser's moments, a counter. */
export class Buffer extends State {
  constructor(initial: Tensor, name = "") {
    super(initial, name);
  }

  protected override get trained(): boolean {
    return false;
  }
}

function requireNotNegative(value: number): void {
  if (value >= 0 && Number.isFinite(Math.fround(value))) return;
  throw new ArgumentError(
    `RunTimeScalar: received ${describeValue(value)}, expected a finite number of at least 0, at most ` +
      "3.4e38, where float32 ends.",
  );
}

/** A number that compiled functions read anew at every run; changing it never recompiles. */
export class RunTimeScalar {
  #value = 0;
  readonly #restrictions = new Set<(value: number) => void>();
  readonly #source: ScalarSource;

  /**
   * @param options.atLeastZero refuse what is below 0 or not finite in float32; then the compiler can
   *   leave alone what a product with 0 does not change
   */
  constructor(value: number, options: { readonly atLeastZero?: boolean } = {}) {
    requireOptions("RunTimeScalar", options, ["atLeastZero"]);
    const { atLeastZero = false } = options;
    requireFlag("RunTimeScalar", "atLeastZero", atLeastZero);
    // -0 + 0 is 0.
    this.#source = { read: () => (atLeastZero ? this.#value + 0 : this.#value), atLeastZero };
    if (atLeastZero) this.restrict(requireNotNegative);
    this.value = value;
  }

  get value(): number {
    return this.#value;
  }

  set value(value: number) {
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new ArgumentError(
        `RunTimeScalar: received ${describeValue(value)}, expected a number.`,
      );
    }
    for (const check of this.#restrictions) check(value);
    this.#value = value;
  }

  /** Calls `check`, which throws for values out of range, for the value of now and each further one. */
  restrict(check: (value: number) => void): void {
    check(this.#value);
    this.#restrictions.add(check);
  }

  /** A scalar tensor; outside `compile` it keeps the value of now. */
  tensor(dtype: "float32" | "float64" = "float32"): Tensor {
    const now = this.#value;
    const source = activeCapture() ? this.#source : { read: () => now };
    return new Tensor(makeNode("scalar", [], { source, dtype }));
  }
}

/**
 * Computes several tensors and newly assigned states in one Program. If that fails, none of the
 * states has changed. Inside `compile` it does nothing.
 */
export function evaluate(tensors: readonly Tensor[]): void {
  requireList("evaluate", "the tensors", tensors, Tensor);
  if (activeCapture()) return;
  const states = tensors.filter((each) => each instanceof State);
  try {
    evaluateNodes(
      tensors.flatMap((each) => {
        if (each instanceof State) return each.pending ? [each.pending] : [];
        return [each.node];
      }),
    );
  } catch (error) {
    for (const state of states) state.revert();
    throw error;
  }
}
