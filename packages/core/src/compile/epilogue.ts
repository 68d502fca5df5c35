import { contiguousStrides, type Shape, sizeOf } from "../array/index.js";
import { buffersOf, writtenBuffers } from "../program/buffers.js";
import type {
  EpilogueStep,
  Instruction,
  Loop,
  MatMul,
  MicroInstruction,
  Operand,
} from "../program/index.js";
import type { Lowered } from "./lower/index.js";

// A product followed by a loop that alone reads it becomes one instruction: bias, sum with what was
// there before, relu and its gradient are computed on each tile while it is in the nearest cache, and
// the product itself is never written.

/** As many as the kernel takes. */
const maxSteps = 8;

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index]);

/** How `operand`, which a loop walks over `shape`, is walked with C; null if it cannot be. */
function alongside(product: MatMul, shape: Shape, operand: Operand): Operand | null {
  const { buffer, offset, strides } = operand;
  if (buffer < 0) return null;
  if (sameNumbers(strides, contiguousStrides(shape))) {
    return { buffer, offset, strides: product.c.strides };
  }
  const columns = sizeOf(product.n);
  const whole = [...product.batch, sizeOf(product.m), columns];
  const [last] = strides.slice(-1);
  if (sameNumbers(shape, whole)) return last === 0 || last === 1 ? operand : null;
  const batches = product.batch.map(() => 0);
  const bias = sameNumbers(shape.slice(1), [columns]) && sameNumbers(strides, [0, 1]);
  return bias ? { buffer, offset, strides: [...batches, 0, 1] } : null;
}

/** What a register of a loop holds, as far as steps can say. */
type Held =
  | { readonly kind: "product" }
  | { readonly kind: "operand"; readonly x: Operand }
  | { readonly kind: "zero" }
  /** x <= 0. */
  | { readonly kind: "closed"; readonly x: Operand };

/** The step that takes the product further; null if it is none. */
function stepOf(
  { operation }: MicroInstruction,
  [first, second, third]: readonly (Held | undefined)[],
): EpilogueStep | null {
  if (operation === "relu") return first?.kind === "product" ? { operation, x: null } : null;
  if (operation === "select") {
    const gates = first?.kind === "closed" && second?.kind === "zero" && third?.kind === "product";
    return gates ? { operation: "gate", x: first.x } : null;
  }
  if (operation !== "add" && operation !== "multiply" && operation !== "subtract") return null;
  if (first?.kind === "product" && second?.kind === "operand") return { operation, x: second.x };
  const turned = operation !== "subtract" && second?.kind === "product";
  return turned && first?.kind === "operand" ? { operation, x: first.x } : null;
}

/** What the registers of a loop hold before its first operation; null if steps cannot say it. */
function heldBefore(loop: Loop, product: MatMul): Map<number, Held> | null {
  const held = new Map<number, Held>();
  for (const { register, operand } of loop.inputs) {
    const x = alongside(product, loop.shape, operand);
    if (!x) return null;
    if (x.buffer !== product.c.buffer) held.set(register, { kind: "operand", x });
    else if (sameNumbers(x.strides, product.c.strides)) held.set(register, { kind: "product" });
    else return null;
  }
  for (const uniform of loop.uniforms) {
    if (!("value" in uniform && Object.is(uniform.value, 0) && !uniform.integer)) return null;
    held.set(uniform.register, { kind: "zero" });
  }
  return held;
}

/** A loop as steps on the elements of C; null if it does anything else. */
function stepsOf(loop: Loop, product: MatMul): EpilogueStep[] | null {
  const held = heldBefore(loop, product);
  if (!held) return null;
  const steps: EpilogueStep[] = [];
  let last: number | null = null;
  for (const micro of loop.code) {
    const sources = micro.sources.map((source) => held.get(source));
    const [first, second] = sources;
    if (micro.operation === "lessEqual" && first?.kind === "operand" && second?.kind === "zero") {
      held.set(micro.target, { kind: "closed", x: first.x });
      continue;
    }
    const step = stepOf(micro, sources);
    if (!step) return null;
    steps.push(step);
    // From here on the product is what the step made of it, and nobody may read it as it was.
    for (const [register, { kind }] of held) if (kind === "product") held.delete(register);
    held.set(micro.target, { kind: "product" });
    last = micro.target;
  }
  return last !== null && loop.outputs[0]?.register === last ? steps : null;
}

/** The product with the loop taken in; null if that cannot be. */
function withEpilogue(product: MatMul, loop: Loop): MatMul | null {
  const [output, ...others] = loop.outputs;
  if (!output || others.length > 0) return null;
  if (sizeOf(loop.shape) !== sizeOf([...product.batch, ...product.m, ...product.n])) return null;
  const { buffer, offset, strides } = output.operand;
  const whole = sameNumbers(strides, contiguousStrides(loop.shape));
  if (!whole || loop.inputs.some(({ operand }) => operand.buffer === buffer)) return null;
  const epilogue = stepsOf(loop, product);
  if (!epilogue || epilogue.length > maxSteps || sizeOf(product.k) === 0) return null;
  const c = { buffer, offset, strides: product.c.strides };
  return { ...product, label: `${product.label} -> ${loop.label}`, c, epilogue };
}

/** Whether a product with these factors can wait until an instruction is done. */
function canWait({ a, b }: MatMul, instruction: Instruction): boolean {
  // The body of a loop may write any.
  if (instruction.kind === "repeat") return false;
  const written = writtenBuffers(instruction);
  return !written.includes(a.buffer) && !written.includes(b.buffer);
}

/** `spared` receives the buffers of products that are no longer written. */
function joinList(
  instructions: readonly Instruction[],
  readOnce: (buffer: number) => boolean,
  spared: Set<number>,
): Instruction[] {
  const list: (Instruction | null)[] = [...instructions];
  /** Products that a loop may still take in, by the buffer they write. */
  const waiting = new Map<number, { readonly product: MatMul; readonly at: number }>();
  list.forEach((instruction, index) => {
    if (!instruction) return;
    if (instruction.kind === "repeat") {
      list[index] = { ...instruction, body: joinList(instruction.body, readOnce, spared) };
    } else if (instruction.kind === "loop") {
      for (const { operand } of instruction.inputs) {
        const { product, at } = waiting.get(operand.buffer) ?? {};
        const whole = product && withEpilogue(product, instruction);
        if (!whole || at === undefined) continue;
        list[at] = null;
        list[index] = whole;
        spared.add(operand.buffer);
        break;
      }
    }
    for (const [buffer, { product }] of waiting) {
      if (!canWait(product, instruction)) waiting.delete(buffer);
    }
    if (instruction.kind === "matmul" && readOnce(instruction.c.buffer)) {
      waiting.set(instruction.c.buffer, { product: instruction, at: index });
    }
  });
  return list.filter((instruction) => instruction !== null);
}

/** How many instructions touch each buffer, those of loops included. */
function countTouches(instructions: readonly Instruction[], counts: Map<number, number>): void {
  for (const instruction of instructions) {
    for (const buffer of new Set(buffersOf(instruction))) {
      counts.set(buffer, (counts.get(buffer) ?? 0) + 1);
    }
    if (instruction.kind === "repeat") countTouches(instruction.body, counts);
  }
}

/** Products take in the element-wise loops that alone read them. */
export function joinEpilogues(lowered: Lowered): Lowered {
  const { buffers, compute, commit } = lowered;
  const counts = new Map<number, number>();
  countTouches([...compute, ...commit], counts);
  // A slice shows the buffer that it moves over under a number of its own.
  const sliced = new Set(
    buffers.flatMap(({ place }) => (place?.kind === "moving" ? [place.of] : [])),
  );
  const readOnce = (buffer: number): boolean =>
    buffers[buffer]?.place === null && counts.get(buffer) === 2 && !sliced.has(buffer);
  const spared = new Set<number>();
  const joined = joinList(compute, readOnce, spared);
  const left = buffers.map((buffer, index) =>
    spared.has(index) ? { ...buffer, length: 0 } : buffer,
  );
  return { buffers: left, compute: joined, commit };
}
