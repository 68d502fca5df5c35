import { type Shape, sizeOf } from "../array/index.js";
import type {
  Body,
  BufferDeclaration,
  Chosen,
  Instruction,
  Operand,
  Program,
  Repeat,
} from "../program/index.js";

// A Program that passes reads and writes inside its buffers only, and states in `commit` only. The
// passes make no other; this is where a fault of theirs is caught, with the instruction's name.

class Verifier {
  constructor(private readonly program: Program) {}

  fail(instruction: Instruction, what: string): never {
    throw new Error(`the compiler made a faulty Program: ${instruction.label}: ${what}`);
  }

  #buffer(instruction: Instruction, buffer: number): BufferDeclaration {
    const declared = this.program.buffers[buffer];
    return declared ?? this.fail(instruction, `buffer ${buffer} does not exist`);
  }

  operand(instruction: Instruction, { buffer, offset, strides }: Operand, shape: Shape): void {
    if (buffer === -1) return;
    if (strides.length !== shape.length) {
      this.fail(instruction, `${strides.length} strides for ${shape.length} axes`);
    }
    let lowest = offset;
    let highest = offset;
    shape.forEach((size, axis) => {
      const span = (size - 1) * (strides[axis] as number);
      if (span < 0) lowest += span;
      else highest += span;
    });
    const { length } = this.#buffer(instruction, buffer);
    if (lowest < 0 || highest >= length) {
      this.fail(instruction, `elements ${lowest} to ${highest} of a buffer of ${length}`);
    }
  }

  range(instruction: Instruction, { buffer, offset }: Operand, length: number): void {
    if (length > 0) this.operand(instruction, { buffer, offset, strides: [1] }, [length]);
  }

  /** Rows that are read by position, or as `chosen` says. */
  rows(
    instruction: Instruction,
    source: Operand,
    chosen: Chosen | null,
    count: number,
    inner: number,
  ) {
    if (chosen) this.range(instruction, chosen.indices, count);
    this.range(instruction, source, (chosen ? chosen.size : count) * inner);
  }

  /** Where a moving buffer ends in the last iteration. */
  window(instruction: Repeat, buffer: number): void {
    const { place, length } = this.#buffer(instruction, buffer);
    if (place.kind !== "moving") this.fail(instruction, `buffer ${buffer} does not move`);
    const end = (instruction.iterations - 1) * place.stride + length;
    const { length: available } = this.#buffer(instruction, place.of);
    if (end > available) {
      this.fail(instruction, `slices end at ${end} of a buffer of ${available}`);
    }
  }

  body(instruction: Instruction, body: Body): void {
    const known = new Set<number>();
    for (const { register, operand } of body.inputs) {
      this.operand(instruction, operand, body.shape);
      known.add(register);
    }
    for (const uniform of body.uniforms) {
      if ("scalar" in uniform && !(uniform.scalar < this.program.scalars)) {
        this.fail(instruction, `scalar ${uniform.scalar} does not exist`);
      }
      known.add(uniform.register);
    }
    for (const { operation, target, sources } of body.code) {
      const missing = sources.find((source) => !known.has(source));
      if (missing !== undefined) this.fail(instruction, `${operation} reads r${missing} unwritten`);
      if (target >= body.registers) this.fail(instruction, `r${target} of ${body.registers}`);
      known.add(target);
    }
  }

  instruction(instruction: Instruction, commits: boolean): void {
    const writes = (buffer: number): void => {
      const { place } = this.#buffer(instruction, buffer);
      if (place.kind === "input" || (place.kind === "bound" && !commits)) {
        this.fail(instruction, `writes to ${place.kind} buffer ${buffer}`);
      }
    };
    switch (instruction.kind) {
      case "loop":
        this.body(instruction, instruction);
        for (const { operand } of instruction.outputs) {
          this.operand(instruction, operand, instruction.shape);
          writes(operand.buffer);
        }
        break;
      case "reduce": {
        this.body(instruction, instruction);
        const kept = instruction.shape.slice(0, instruction.shape.length - instruction.reducedAxes);
        for (const { output } of instruction.results) {
          this.operand(instruction, output, kept);
          writes(output.buffer);
        }
        break;
      }
      case "matmul": {
        const { batch, m, n, k, a, b, c } = instruction;
        if (sizeOf(k) > 0) {
          this.operand(instruction, a, [...batch, ...m, ...k]);
          this.operand(instruction, b, [...batch, ...k, ...n]);
        }
        const written = [...batch, sizeOf(m), sizeOf(n)];
        this.operand(instruction, c, written);
        for (const { x } of instruction.epilogue) if (x) this.operand(instruction, x, written);
        writes(c.buffer);
        break;
      }
      case "random":
        this.range(instruction, instruction.target, instruction.length);
        writes(instruction.target.buffer);
        break;
      case "checkFinite":
        this.range(instruction, instruction.operand, instruction.length);
        break;
      case "repeat":
        for (const buffer of instruction.moving) this.window(instruction, buffer);
        for (const each of instruction.body) this.instruction(each, commits);
        break;
      case "checkIndices":
        this.range(instruction, instruction.indices, instruction.count);
        break;
      case "groupRows": {
        const { count, indices, table, groups } = instruction;
        this.range(instruction, indices, count);
        this.range(instruction, table, 2 * count);
        this.range(instruction, groups, 2 * count + 1);
        writes(table.buffer);
        writes(groups.buffer);
        break;
      }
      case "checkRows":
      case "updateRows": {
        const { count, inner, source, chosen, groups } = instruction;
        this.rows(instruction, source, chosen, count, inner);
        this.range(instruction, groups, 2 * count + 1);
        if (instruction.kind === "checkRows") break;
        const { size, indices, target } = instruction;
        this.range(instruction, indices, count);
        this.range(instruction, target, size * inner);
        writes(target.buffer);
        break;
      }
      default: {
        const { kind, outer, size, inner, count, source, indices, target, chosen } = instruction;
        const perElement = kind === "gatherElements" || kind === "scatterElements";
        const rows = outer * count * inner;
        const gathers = kind === "gather" || kind === "gatherElements";
        this.range(instruction, indices, perElement ? rows : count);
        if (gathers) this.range(instruction, source, outer * size * inner);
        else this.rows(instruction, source, chosen, outer * count, inner);
        this.range(instruction, target, gathers ? rows : outer * size * inner);
        writes(target.buffer);
      }
    }
  }

  arena(): void {
    const bytes = { float32: 4, int32: 4, uint8: 1, bool: 1 } as const;
    for (const { place, length, dtype } of this.program.buffers) {
      if (
        place.kind === "arena" &&
        place.offset + length * bytes[dtype] > this.program.arenaBytes
      ) {
        throw new Error("the compiler made a faulty Program: a buffer ends outside the arena");
      }
    }
  }
}

/** Throws if the Program could touch what is not its own. */
export function verify(program: Program): Program {
  const verifier = new Verifier(program);
  verifier.arena();
  for (const each of program.compute) verifier.instruction(each, false);
  for (const each of program.commit) verifier.instruction(each, true);
  return program;
}
