import {
  collapseAxes,
  isContiguous,
  isFloating,
  type Shape,
  type View,
} from "../../array/index.js";
import type { Node } from "../../graph/index.js";
import type { Body, MicroInstruction, MicroOperation, Uniform } from "../../program/index.js";
import type { Builder } from "./builder.js";
import { microOperations } from "./micro.js";
import { allocateRegisters } from "./registers.js";
import type { Resolved } from "./resolve.js";

interface BodyInput {
  register: number;
  readonly buffer: number;
  readonly view: View;
}

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

  constructor(readonly builder: Builder) {}

  /** The register that holds `node`, loaded if the body does not compute it. */
  read(node: Node): number {
    const known = this.#registerOf.get(node);
    if (known !== undefined) return known;
    const register = this.load(this.builder.resolve(node));
    this.#registerOf.set(node, register);
    return register;
  }

  load({ base, view }: Resolved): number {
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

  loadBuffer(buffer: number, whole: View): number {
    const view = this.#restricted(whole);
    const same = this.inputs.find(
      (each) =>
        each.buffer === buffer &&
        each.view.offset === view.offset &&
        each.view.strides.every((stride, axis) => stride === view.strides[axis]),
    );
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

  #restricted(view: View): View {
    if (this.#fixed.size === 0) return view;
    const { shape, strides, offset } = view;
    let first = offset;
    for (const [axis, index] of this.#fixed) first += index * (strides[axis] as number);
    const kept = (_: number, axis: number): boolean => !this.#fixed.has(axis);
    return { shape: shape.filter(kept), strides: strides.filter(kept), offset: first };
  }

  /** The finished body of a loop, whose points are visited in whichever order is cheap. */
  finishLoop(
    shape: Shape,
    written: readonly (readonly number[])[],
    results: readonly number[],
  ): { body: Body; written: readonly number[][]; results: readonly number[] } {
    const strides = [...this.inputs.map(({ view }) => view.strides), ...written];
    const order = loopOrder(shape, strides);
    const ordered = strides.map((each) => pick(each, order));
    const collapsed = collapseAxes(pick(shape, order), ordered);
    const { body, results: registers } = this.#finish(collapsed, results);
    return { body, written: collapsed.strides.slice(this.inputs.length), results: registers };
  }

  /** The finished body of a reduction over the last axes of `order`, those from `kept` on. */
  finishReduction(
    shape: Shape,
    order: readonly number[],
    kept: number,
    result: number,
  ): { body: Body; register: number; barrier: number } {
    const strides = this.inputs.map(({ view }) => pick(view.strides, order));
    const collapsed = collapseAxes(pick(shape, order), strides, kept);
    const { body, results } = this.#finish(collapsed, [result]);
    return { body, register: results[0] as number, barrier: collapsed.barrier };
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

/** Innermost rows below this length cost more to find than to compute. */
const shortRow = 8;

/** Whether a walk over `shape` is one row: contiguous, or a contiguous row again and again. */
function isSimple(shape: Shape, strides: readonly number[]): boolean {
  const first = strides.findIndex((stride, axis) => stride !== 0 && shape[axis] !== 1);
  if (first < 0) return true;
  return isContiguous({ shape: shape.slice(first), strides: strides.slice(first), offset: 0 });
}

/**
 * The order of axes in which the points of a loop are visited. As they stand, unless the innermost
 * rows would be a few elements long, as along windows: then the axis with the closest elements
 * among those that are long enough becomes the innermost one.
 */
function loopOrder(shape: Shape, strides: readonly (readonly number[])[]): number[] {
  const order = shape.map((_, axis) => axis);
  if ((shape.at(-1) ?? shortRow) >= shortRow) return order;
  if (strides.every((each) => isSimple(shape, each))) return order;
  const collapsed = collapseAxes(shape, strides).shape;
  if (collapsed.length < 2 || (collapsed.at(-1) as number) >= shortRow) return order;
  const distance = (axis: number): number =>
    strides.reduce((sum, each) => sum + Math.abs(each[axis] as number), 0);
  const long = order.filter((axis) => (shape[axis] as number) >= shortRow);
  const [inner] = long.sort((a, b) => distance(a) - distance(b));
  return inner === undefined ? order : [...order.filter((axis) => axis !== inner), inner];
}
