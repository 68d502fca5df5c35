import {
  contiguousView,
  type DType,
  DTypeError,
  isContiguous,
  sizeOf,
  type View,
} from "../../array/index.js";
import type { Inventory, Node } from "../../graph/index.js";
import type { Instruction, Operand, Place } from "../../program/index.js";
import { type AxesView, axesOf } from "./axes.js";
import { copyLoop } from "./loops.js";
import { type Resolved, type ResolvedAxes, resolve, resolveAxes } from "./resolve.js";

/** A buffer before the memory plan: scratch has no place yet. */
export interface PlannedBuffer {
  readonly dtype: Exclude<DType, "float64">;
  readonly length: number;
  place: Place | null;
}

/** A buffer as something that walks lists of axes reads it. */
export interface AxesOperand extends AxesView {
  readonly buffer: number;
}

/** Collects buffers and instructions, and knows where each node's value stands. */
export class Builder {
  readonly buffers: PlannedBuffer[] = [];
  /** Where instructions are added; loops and the commit segment replace it for a while. */
  instructions: Instruction[] = [];
  #bufferOf = new Map<Node, number>();
  /** What the inputs of a loop's body are read as. */
  #standIns = new Map<Node, Resolved>();
  /** What `resolve` has found with these stand-ins. */
  #resolved = new Map<Node, Resolved>();
  /** The buffers of a scan's results. */
  readonly #scanResults = new Map<Node, readonly number[]>();

  constructor(
    readonly inventory: Inventory,
    /** Whether element-wise operations share loops. */
    readonly fuse: boolean,
  ) {}

  addBuffer(dtype: DType, length: number, place: Place | null = null): number {
    if (dtype === "float64") {
      throw new DTypeError(
        "float64 runs on the reference device only: received a float64 tensor; convert it with " +
          '.cast("float32"), or switch with useDevice("reference").',
      );
    }
    return this.buffers.push({ dtype, length, place }) - 1;
  }

  /** A buffer for the whole value of `node`; scratch unless a place is given. */
  define(node: Node, place: Place | null = null): number {
    const buffer = this.addBuffer(node.dtype, sizeOf(node.shape), place);
    this.#bufferOf.set(node, buffer);
    return buffer;
  }

  setBuffer(node: Node, buffer: number): void {
    this.#bufferOf.set(node, buffer);
  }

  /** From now on `node` is read as `resolved`. */
  standIn(node: Node, resolved: Resolved): void {
    this.#standIns.set(node, resolved);
    this.#resolved.clear();
  }

  setScanResults(scan: Node, buffers: readonly number[]): void {
    this.#scanResults.set(scan, buffers);
  }

  knownBuffer(node: Node): number | undefined {
    return this.#bufferOf.get(node);
  }

  resolve(node: Node): Resolved {
    const known = this.#resolved.get(node);
    if (known) return known;
    const resolved = resolve(node, (base) => this.#standIns.get(base));
    this.#resolved.set(node, resolved);
    return resolved;
  }

  /** The same for those that walk lists of axes; null where not even lists can say it. */
  resolveAxes(node: Node): ResolvedAxes | null {
    return resolveAxes(node, (base) => this.#standIns.get(base));
  }

  /** The buffer that holds the value of a base, written here and now if nothing has yet. */
  bufferOf(base: Node): number {
    const known = this.#bufferOf.get(base);
    if (known !== undefined) return known;
    if (base.is("input")) {
      return this.define(base, { kind: "input", index: base.attributes.index });
    }
    if (base.is("value") || base.is("state")) {
      const key = base.is("value") ? base.attributes.storage : base.attributes.cell;
      return this.define(base, { kind: "bound", slot: this.inventory.slotOf.get(key) as number });
    }
    if (base.is("result")) {
      const buffers = this.#scanResults.get(base.inputs[0] as Node) ?? [];
      const buffer = buffers[base.attributes.index];
      if (buffer !== undefined) return buffer;
    }
    if (base.is("reshape")) {
      const from = base.inputs[0] as Node;
      const source = this.resolve(from);
      const target = this.define(base);
      this.copy(source, target, contiguousView(from.shape));
      return target;
    }
    if (isNumber(base)) {
      const target = this.define(base);
      const view = contiguousView(base.shape);
      this.copy({ base, view }, target, view);
      return target;
    }
    throw new Error(`the value of ${base.primitive} is read before it is computed`);
  }

  /** `node` as a way of reading memory that is written by now, whatever happens afterwards. */
  settle(node: Node): Resolved {
    const resolved = this.resolve(node);
    if (!isNumber(resolved.base)) this.bufferOf(resolved.base);
    return resolved;
  }

  /** Writes the elements of `source` to a view of a buffer. */
  copy(source: Resolved, target: number, view: View): void {
    this.emit(copyLoop(this, source, target, view));
  }

  /** How instructions with strides read `node`. */
  operand(node: Node): Operand {
    const { base, view } = this.resolve(node);
    return { buffer: this.bufferOf(base), offset: view.offset, strides: view.strides };
  }

  /** How products, which walk lists of axes, read `node`. */
  axesOperand(node: Node): AxesOperand {
    const resolved = this.resolveAxes(node);
    if (resolved) {
      const { base, view } = resolved;
      return { buffer: this.bufferOf(base), ...view };
    }
    const { buffer, offset, strides } = this.operand(node);
    return { buffer, ...axesOf({ shape: node.shape, strides, offset }) };
  }

  /** The same of row-major elements, copied first where they are not. */
  contiguousAxes(node: Node): AxesOperand {
    const { buffer, offset } = this.contiguousOperand(node);
    return { buffer, ...axesOf({ ...contiguousView(node.shape), offset }) };
  }

  /** How instructions that need row-major elements read `node`, copied first where they are not. */
  contiguousOperand(node: Node): Operand {
    const resolved = this.resolve(node);
    if (isContiguous(resolved.view)) {
      return { buffer: this.bufferOf(resolved.base), offset: resolved.view.offset, strides: [] };
    }
    const buffer = this.addBuffer(node.dtype, sizeOf(node.shape));
    this.copy(resolved, buffer, contiguousView(node.shape));
    return { buffer, offset: 0, strides: [] };
  }

  /** The whole of a buffer just defined for `node`. */
  target(node: Node): Operand {
    const { strides } = contiguousView(node.shape);
    return { buffer: this.#bufferOf.get(node) ?? this.define(node), offset: 0, strides };
  }

  emit(...instructions: readonly (Instruction | null)[]): void {
    for (const each of instructions) if (each) this.instructions.push(each);
  }

  /** The instructions that `fn` emits, kept apart. */
  collect(fn: () => void): Instruction[] {
    const before = this.instructions;
    const collected: Instruction[] = [];
    this.instructions = collected;
    fn();
    this.instructions = before;
    return collected;
  }

  /** Like `collect`, for a loop's body: what it defines is forgotten, since bodies share nodes. */
  collectBody(fn: () => void): Instruction[] {
    const [buffers, standIns, resolved] = [this.#bufferOf, this.#standIns, this.#resolved];
    this.#bufferOf = new Map(buffers);
    this.#standIns = new Map(standIns);
    this.#resolved = new Map();
    const collected = this.collect(fn);
    this.#bufferOf = buffers;
    this.#standIns = standIns;
    this.#resolved = resolved;
    return collected;
  }
}

/** True for what loops take as a number or a count, without memory. */
const isNumber = (base: Node): boolean =>
  base.is("constant") || base.is("scalar") || base.is("iota");

/** True when a view is its base, element for element. */
export function isWhole({ base, view }: Resolved): boolean {
  return view.offset === 0 && sizeOf(view.shape) === sizeOf(base.shape) && isContiguous(view);
}
