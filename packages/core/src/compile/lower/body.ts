import { collapseAxes, isFloating, type Shape } from "../../array/index.js";
import type { Node } from "../../graph/index.js";
import type { Body, MicroInstruction, MicroOperation, Uniform } from "../../program/index.js";
import { type AxesView, type Axis, alignAxes, axesOf, coordinates } from "./axes.js";
import type { Builder } from "./builder.js";
import { microOperations } from "./micro.js";
import { loopOrder } from "./order.js";
import { allocateRegisters } from "./registers.js";
import type { ResolvedAxes } from "./resolve.js";

interface BodyInput {
  register: number;
  readonly buffer: number;
  readonly view: AxesView;
}

/** The kernel walks so many axes. */
const maxRank = 16;

/** Writes the body of a loop: what is loaded, which numbers it needs, and what it computes. */
export class BodyWriter {
  readonly inputs: BodyInput[] = [];
  readonly uniforms: (Uniform & { register: number })[] = [];
  readonly code: MicroInstruction[] = [];
  registers = 0;
  readonly #registerOf = new Map<Node, number>();
  readonly #uniformOf = new Map<string, number>();
  /** Positions along axes that the loop does not go through. */
  #fixed: ReadonlyMap<number, number> = new Map();

  constructor(
    readonly builder: Builder,
    /** Whether axes of the loop may be cut, so that more can be read without a copy. */
    readonly cuts = true,
  ) {}

  /** The register that holds `node`, loaded if the body does not compute it. */
  read(node: Node): number {
    const known = this.#registerOf.get(node);
    if (known !== undefined) return known;
    const register = this.load(this.#resolve(node));
    this.#registerOf.set(node, register);
    return register;
  }

  /** How `node` is read; what strides cannot say is copied only if lists of axes cannot either. */
  #resolve(node: Node): ResolvedAxes {
    const { base, view } = this.builder.resolve(node);
    if (this.cuts && base.is("reshape") && this.builder.knownBuffer(base) === undefined) {
      const listed = this.builder.resolveAxes(node);
      if (listed && this.#align([this.#restricted(listed.view)])) return listed;
    }
    return { base, view: axesOf(view) };
  }

  load({ base, view }: ResolvedAxes): number {
    const integer = !isFloating(base.dtype);
    if (base.is("constant")) {
      return this.#uniform({ integer, value: base.attributes.value });
    }
    if (base.is("scalar")) {
      const scalar = this.builder.inventory.scalarOf.get(base.attributes.source) as number;
      return this.#uniform({ integer, scalar });
    }
    return this.loadBuffer(base.is("iota") ? -1 : this.builder.bufferOf(base), view);
  }

  loadBuffer(buffer: number, whole: AxesView): number {
    const view = this.#restricted(whole);
    const same = this.inputs.find((each) => each.buffer === buffer && equalViews(each.view, view));
    if (same) return same.register;
    const register = this.registers++;
    this.inputs.push({ register, buffer, view });
    return register;
  }

  #uniform(
    uniform: { integer: boolean; value: number } | { integer: boolean; scalar: number },
  ): number {
    const key = "value" in uniform ? `${uniform.integer}=${uniform.value}` : `@${uniform.scalar}`;
    const name = Object.is("value" in uniform && uniform.value, -0) ? `-${key}` : key;
    const known = this.#uniformOf.get(name);
    if (known !== undefined) return known;
    const register = this.registers++;
    this.uniforms.push({ register, ...uniform });
    this.#uniformOf.set(name, register);
    return register;
  }

  compute(node: Node): void {
    let sources = node.inputs.map((each) => this.read(each));
    for (const operation of microOperations(node)) sources = [this.emit(operation, ...sources)];
    // A conversion that changes nothing in the lanes is the register it reads.
    this.#registerOf.set(node, sources[0] as number);
  }

  /** Micro-instruction `operation` on registers; the register of the result. */
  emit(operation: MicroOperation, ...sources: readonly number[]): number {
    const target = this.registers++;
    this.code.push({ operation, target, sources });
    return target;
  }

  /** A number in a register. */
  number(value: number, integer: boolean): number {
    return this.#uniform({ integer, value });
  }

  /** From here on, reads see only the elements where `axes` are at `position`. */
  fix(axes: readonly number[], position: readonly number[]): void {
    this.#fixed = new Map(axes.map((axis, index) => [axis, position[index] as number]));
    this.#registerOf.clear();
  }

  #restricted({ axes, offset }: AxesView): AxesView {
    if (this.#fixed.size === 0) return { axes, offset };
    let first = offset;
    for (const [axis, index] of this.#fixed) first += distanceTo(axes[axis] ?? [], index);
    return { axes: axes.filter((_, axis) => !this.#fixed.has(axis)), offset: first };
  }

  /** Axes along which everything read so far and `more` can be walked; null if there are none. */
  #align(more: readonly AxesView[]): { shape: number[]; strides: number[][] } | null {
    const views = [...this.inputs.map(({ view }) => view), ...more];
    const shape: number[] = [];
    const strides: number[][] = views.map(() => []);
    for (let axis = 0; axis < (views[0]?.axes.length ?? 0); axis++) {
      const aligned = alignAxes(views.map(({ axes }) => axes[axis] ?? []));
      if (!aligned) return null;
      shape.push(...aligned.shape);
      aligned.strides.forEach((each, index) => {
        strides[index]?.push(...each);
      });
    }
    return shape.length <= maxRank ? { shape, strides } : null;
  }

  /** The finished body of a loop, whose points are visited in whichever order is cheap. */
  finishLoop(
    shape: Shape,
    written: readonly (readonly number[])[],
    results: readonly number[],
  ): { body: Body; written: readonly number[][]; results: readonly number[] } {
    const targets = written.map((strides) => axesOf({ shape, strides, offset: 0 }));
    const aligned = this.#align(targets);
    if (!aligned) throw new Error("a loop reads what cannot be walked together");
    const order = loopOrder(aligned.shape, aligned.strides);
    const ordered = aligned.strides.map((each) => pick(each, order));
    const collapsed = collapseAxes(pick(aligned.shape, order), ordered);
    const { body, results: registers } = this.#finish(collapsed, results);
    return { body, written: collapsed.strides.slice(this.inputs.length), results: registers };
  }

  /** The finished body of a reduction over the last axes of `order`, those from `kept` on. */
  finishReduction(
    shape: Shape,
    order: readonly number[],
    kept: number,
    reduced: readonly number[],
  ): { body: Body; results: readonly number[]; barrier: number } {
    const stridesOf = ({ axes }: AxesView): number[] => axes.map(([axis]) => axis?.stride ?? 0);
    const strides = this.inputs.map(({ view }) => pick(stridesOf(view), order));
    const collapsed = collapseAxes(pick(shape, order), strides, kept);
    return { ...this.#finish(collapsed, reduced), barrier: collapsed.barrier };
  }

  #finish(
    { shape, strides }: { shape: readonly number[]; strides: readonly (readonly number[])[] },
    results: readonly number[],
  ): { body: Body; results: readonly number[] } {
    const allocated = allocateRegisters({
      fixed: [...this.inputs, ...this.uniforms].map(({ register }) => register),
      code: this.code,
      results,
    });
    const inputs = this.inputs.map(({ register, buffer, view }, index) => ({
      register: allocated.registerOf(register),
      operand: { buffer, offset: view.offset, strides: strides[index] as number[] },
    }));
    const uniforms = this.uniforms.map((uniform) => ({
      ...uniform,
      register: allocated.registerOf(uniform.register),
    }));
    const { code, registers } = allocated;
    return { body: { shape, inputs, uniforms, code, registers }, results: allocated.results };
  }
}

const pick = (values: readonly number[], order: readonly number[]): number[] =>
  order.map((axis) => values[axis] as number);

/** Where element `index` of an axis stands, seen from its first. */
const distanceTo = (list: readonly Axis[], index: number): number =>
  coordinates(index, sizesOf(list)).reduce(
    (sum, at, axis) => sum + at * (list[axis] as Axis).stride,
    0,
  );

const sizesOf = (list: readonly Axis[]): number[] => list.map(({ size }) => size);

const equalViews = (a: AxesView, b: AxesView): boolean =>
  a.offset === b.offset &&
  a.axes.every((list, axis) => {
    const other = b.axes[axis] ?? [];
    return (
      list.length === other.length &&
      list.every(({ size, stride }, k) => size === other[k]?.size && stride === other[k]?.stride)
    );
  });
