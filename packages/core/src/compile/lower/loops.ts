import {
  collapseAxes,
  contiguousStrides,
  isFloating,
  type Shape,
  sizeOf,
  type View,
} from "../../array/index.js";
import { labelOf, type Node } from "../../graph/index.js";
import type {
  Body,
  Loop,
  MicroInstruction,
  Operand,
  Reduce,
  Uniform,
} from "../../program/index.js";
import type { Group } from "../fuse.js";
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
class BodyWriter {
  readonly inputs: BodyInput[] = [];
  readonly uniforms: (Uniform & { register: number })[] = [];
  readonly code: MicroInstruction[] = [];
  registers = 0;
  readonly #registerOf = new Map<Node, number>();
  readonly #uniformOf = new Map<string, number>();

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

  loadBuffer(buffer: number, view: View): number {
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
    for (const operation of microOperations(node)) {
      const target = this.registers++;
      this.code.push({ operation, target, sources });
      sources = [target];
    }
    // A conversion that changes nothing in the lanes is the register it reads.
    this.#registerOf.set(node, sources[0] as number);
  }

  /** The finished body over collapsed axes, with the strides of what is written. */
  finish(
    shape: Shape,
    order: readonly number[],
    written: readonly (readonly number[])[],
    results: readonly number[],
    barrier: number,
  ): { body: Body; written: number[][]; results: readonly number[]; barrier: number } {
    const pick = (values: readonly number[]): number[] =>
      order.map((axis) => values[axis] as number);
    const strides = [...this.inputs.map(({ view }) => pick(view.strides)), ...written];
    const collapsed = collapseAxes(pick(shape), strides, barrier);
    const allocated = allocateRegisters({
      fixed: [...this.inputs, ...this.uniforms].map(({ register }) => register),
      code: this.code,
      results,
    });
    const inputs = this.inputs.map(({ register, buffer, view }, index) => ({
      register: allocated.registerOf(register),
      operand: {
        buffer,
        offset: view.offset,
        strides: collapsed.strides[index] as number[],
      },
    }));
    const uniforms = this.uniforms.map((uniform) => ({
      ...uniform,
      register: allocated.registerOf(uniform.register),
    }));
    return {
      body: {
        shape: collapsed.shape,
        inputs,
        uniforms,
        code: allocated.code,
        registers: allocated.registers,
      },
      written: collapsed.strides.slice(this.inputs.length),
      results: allocated.results,
      barrier: collapsed.barrier,
    };
  }
}

const identityOrder = (shape: Shape): number[] => shape.map((_, axis) => axis);

function groupLabel({ nodes, shape }: Group): string {
  const names = nodes.slice(0, 5).map((node) => node.primitive);
  return `${names.join("+")}${nodes.length > 5 ? "+..." : ""} (${shape.join(", ")})`;
}

/**
 * A group as one loop. `targetOf` tells where each output goes.
 */
export function groupLoop(
  builder: Builder,
  group: Group,
  targetOf: (node: Node) => number,
): Loop | null {
  if (sizeOf(group.shape) === 0) return null;
  const writer = new BodyWriter(builder);
  for (const node of group.nodes) writer.compute(node);
  const strides = contiguousStrides(group.shape);
  const { body, written, results } = writer.finish(
    group.shape,
    identityOrder(group.shape),
    group.outputs.map(() => strides),
    group.outputs.map((node) => writer.read(node)),
    -1,
  );
  const outputs = group.outputs.map((node, index) => ({
    register: results[index] as number,
    operand: { buffer: targetOf(node), offset: 0, strides: written[index] as number[] },
  }));
  return { kind: "loop", label: groupLabel(group), ...body, outputs };
}

/** A loop that writes the elements of `source` to a view of buffer `target`. */
export function copyLoop(
  builder: Builder,
  source: Resolved,
  target: number,
  view: View,
): Loop | null {
  return writeLoop(builder, "copy", view, target, (writer) => loadAs(writer, source, view));
}

/** A loop that adds the elements of `source` to a view of float buffer `target`. */
export function addLoop(
  builder: Builder,
  source: Resolved,
  target: number,
  view: View,
): Loop | null {
  return writeLoop(builder, "add", view, target, (writer) => {
    const sources = [writer.loadBuffer(target, view), loadAs(writer, source, view)];
    const sum = writer.registers++;
    writer.code.push({ operation: "add", target: sum, sources });
    return sum;
  });
}

const loadAs = (writer: BodyWriter, { base, view }: Resolved, { shape }: View): number =>
  writer.load({ base, view: { ...view, shape } });

/** A loop over `view` of buffer `target` that writes the register which `compute` names. */
function writeLoop(
  builder: Builder,
  name: string,
  view: View,
  target: number,
  compute: (writer: BodyWriter) => number,
): Loop | null {
  if (sizeOf(view.shape) === 0) return null;
  const writer = new BodyWriter(builder);
  const register = compute(writer);
  const { body, written, results } = writer.finish(
    view.shape,
    identityOrder(view.shape),
    [view.strides],
    [register],
    -1,
  );
  const operand: Operand = { buffer: target, offset: view.offset, strides: written[0] as number[] };
  return {
    kind: "loop",
    label: `${name} (${view.shape.join(", ")})`,
    ...body,
    outputs: [{ register: results[0] as number, operand }],
  };
}

const reductionOf = { sum: "sum", reduceMax: "max", argmax: "argmax" } as const;

/** A reduction, with the group that computes its input on the fly, if there is one. */
export function reduceLoop(
  builder: Builder,
  node: Node<"sum"> | Node<"reduceMax"> | Node<"argmax">,
  group: Group | undefined,
): Loop | Reduce | null {
  const x = node.inputs[0] as Node;
  const axes = node.is("argmax") ? [node.attributes.axis] : reducedAxes(node);
  const output = builder.target(node);
  if (sizeOf(node.shape) === 0) return null;
  if (sizeOf(x.shape) === 0) {
    const zero = new BodyWriter(builder);
    return fillLoop(zero, output, sizeOf(node.shape), !isFloating(node.dtype));
  }
  const writer = new BodyWriter(builder);
  for (const each of group?.nodes ?? []) writer.compute(each);
  const register = writer.read(x);
  const kept = identityOrder(x.shape).filter((axis) => !axes.includes(axis));
  const finished = writer.finish(x.shape, [...kept, ...axes], [], [register], kept.length);
  const { body, results, barrier } = finished;
  return {
    kind: "reduce",
    label: group ? `${groupLabel(group)} -> ${labelOf(node)}` : labelOf(node),
    ...body,
    reduction: reductionOf[node.primitive],
    reducedAxes: body.shape.length - barrier,
    register: results[0] as number,
    output: {
      buffer: output.buffer,
      offset: 0,
      strides: contiguousStrides(body.shape.slice(0, barrier)),
    },
  };
}

const reducedAxes = (node: Node<"sum"> | Node<"reduceMax">): readonly number[] =>
  node.attributes.axes;

function fillLoop(writer: BodyWriter, output: Operand, length: number, integer: boolean): Loop {
  writer.uniforms.push({ register: writer.registers++, integer, value: 0 });
  return {
    kind: "loop",
    label: `zeros (${length},)`,
    shape: length === 1 ? [] : [length],
    inputs: [],
    uniforms: writer.uniforms,
    code: [],
    registers: 1,
    outputs: [{ register: 0, operand: { ...output, strides: length === 1 ? [] : [1] } }],
  };
}
