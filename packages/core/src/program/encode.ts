import { ArgumentError } from "../array/index.js";
import {
  type Body,
  type BufferDeclaration,
  type Chosen,
  epilogueOperations,
  type Instruction,
  type MicroOperation,
  type Operand,
  type Place,
  type Program,
  type Reduce,
  type RowSums,
} from "./instructions.js";

/** A Program as the kernel reads it (kernel/src/decode.cc). */
export interface EncodedProgram {
  readonly words: Int32Array;
  readonly constants: Float64Array;
  /** The label of each instruction, by the number under which the kernel reports it. */
  readonly labels: readonly string[];
}

/** Codes are positions in these lists, which kernel/src/operations.h and program.h repeat. */
export const operationCodes = [
  ...["negate", "absolute", "sign", "exp", "log", "log1p", "sqrt", "sin", "cos", "tanh"],
  ...["sigmoid", "erf", "floor", "relu"],
  ...["add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "remainder"],
  ...["equal", "less", "lessEqual", "exceeds"],
  ...["negateInt", "absoluteInt", "signInt", "reluInt", "not", "wrapUint8", "intToBool"],
  ...["addInt", "subtractInt", "multiplyInt", "maximumInt", "minimumInt", "remainderInt"],
  ...["equalInt", "lessInt", "lessEqualInt", "and", "or"],
  ...["intToFloat", "floatToInt", "floatToBool", "select"],
] as readonly MicroOperation[];
const kinds = [
  ...["loop", "reduce", "matmul", "gather", "scatterAdd", "gatherElements", "scatterElements"],
  ...["checkIndices", "groupRows", "checkRows", "updateRows", "random", "repeat", "checkFinite"],
] as readonly Instruction["kind"][];
const dtypes: readonly BufferDeclaration["dtype"][] = ["float32", "int32", "uint8", "bool"];
const places: readonly Place["kind"][] = ["arena", "bound", "input", "output", "moving"];
const reductions: readonly Reduce["reduction"][] = ["sum", "max", "argmax"];

const operationCode = new Map(operationCodes.map((name, code) => [name, code]));
const magic = 0x56525331;
/** Arena offsets are counted in units of this many bytes. */
const arenaUnit = 64;

class Encoder {
  readonly words: number[] = [];
  readonly constants: number[] = [];
  readonly labels: string[] = [];

  put(...values: readonly number[]): void {
    this.all(values);
  }

  all(values: readonly number[]): void {
    for (const value of values) {
      if (value !== (value | 0)) {
        throw new ArgumentError(
          `a Program holds the number ${value}, but sizes, offsets and strides must be integers ` +
            "below 2^31: split the tensor into smaller ones.",
        );
      }
      this.words.push(value);
    }
  }

  numbers(values: readonly number[]): void {
    this.put(values.length);
    this.all(values);
  }

  list<T>(items: readonly T[], each: (item: T) => void): void {
    this.put(items.length);
    for (const item of items) each(item);
  }

  /** Operands whose strides the kernel does not need are `flat`. */
  operand({ buffer, offset, strides }: Operand): void {
    this.put(buffer, offset);
    this.all(strides);
  }
  flat({ buffer, offset }: Operand): void {
    this.put(buffer, offset);
  }

  buffer({ dtype, length, place }: BufferDeclaration): void {
    this.put(dtypes.indexOf(dtype), length, places.indexOf(place.kind));
    switch (place.kind) {
      case "arena":
        this.put(place.offset / arenaUnit, 0);
        break;
      case "bound":
        this.put(place.slot, 0);
        break;
      case "input":
      case "output":
        this.put(place.index, 0);
        break;
      case "moving":
        this.put(place.of, place.stride);
        break;
    }
  }

  body(body: Body): void {
    this.numbers(body.shape);
    this.put(body.registers);
    this.list(body.inputs, ({ register, operand }) => {
      this.put(register);
      this.operand(operand);
    });
    this.list(body.uniforms, (uniform) => {
      const scalar = "scalar" in uniform;
      this.put(Number(uniform.integer), Number(scalar));
      this.put(scalar ? uniform.scalar : this.constants.push(uniform.value) - 1, uniform.register);
    });
    this.list(body.code, ({ operation, target, sources }) => {
      this.put(operationCode.get(operation) ?? -1);
      this.all(sources);
      this.put(target);
    });
  }

  /** Rows that are added up. */
  rows(source: Operand, chosen: Chosen | null): void {
    this.put(Number(chosen !== null));
    if (chosen) this.put(chosen.size);
    this.flat(source);
    if (chosen) this.flat(chosen.indices);
  }
  rowSums({ count, inner, source, chosen, groups }: RowSums): void {
    this.put(count, inner);
    this.rows(source, chosen);
    this.flat(groups);
  }

  instruction(instruction: Instruction): void {
    this.labels.push(instruction.label);
    this.put(kinds.indexOf(instruction.kind));
    switch (instruction.kind) {
      case "loop":
        this.body(instruction);
        this.list(instruction.outputs, ({ register, operand }) => {
          this.put(register);
          this.operand(operand);
        });
        break;
      case "reduce":
        this.body(instruction);
        this.put(reductions.indexOf(instruction.reduction), instruction.reducedAxes);
        this.put(Number(instruction.columns));
        this.list(instruction.results, ({ register, output }) => {
          this.put(register);
          this.flat(output);
        });
        break;
      case "matmul":
        for (const axes of [instruction.batch, instruction.m, instruction.n, instruction.k]) {
          this.numbers(axes);
        }
        this.operand(instruction.a);
        this.operand(instruction.b);
        this.operand(instruction.c);
        this.list(instruction.epilogue, ({ operation, x }) => {
          this.put(epilogueOperations.indexOf(operation));
          if (x) this.operand(x);
        });
        break;
      case "gather":
      case "scatterAdd":
      case "gatherElements":
      case "scatterElements":
        this.put(instruction.outer, instruction.size, instruction.inner, instruction.count);
        this.flat(instruction.indices);
        this.flat(instruction.target);
        if (instruction.kind === "scatterAdd") this.rows(instruction.source, instruction.chosen);
        else this.flat(instruction.source);
        break;
      case "checkIndices":
        this.put(instruction.size, instruction.count);
        this.flat(instruction.indices);
        break;
      case "groupRows":
        this.put(instruction.size, instruction.count);
        this.flat(instruction.indices);
        this.flat(instruction.table);
        this.flat(instruction.groups);
        break;
      case "checkRows":
        this.rowSums(instruction);
        break;
      case "updateRows": {
        const { size, indices, target, factor } = instruction;
        this.rowSums(instruction);
        this.put(size);
        this.flat(indices);
        this.flat(target);
        const isScalar = "scalar" in factor;
        this.put(Number(isScalar));
        this.put(isScalar ? factor.scalar : this.constants.push(factor.value) - 1);
        break;
      }
      case "random":
        this.put(instruction.length, instruction.seed, instruction.base, instruction.draw);
        this.flat(instruction.target);
        break;
      case "repeat":
        this.put(instruction.iterations, Number(instruction.reverse));
        this.numbers(instruction.moving);
        this.list(instruction.body, (each) => this.instruction(each));
        break;
      case "checkFinite":
        this.put(instruction.length);
        this.flat(instruction.operand);
        break;
    }
  }
}

/** The words and constants of a Program. The kernel checks them when it loads them. */
export function encode(program: Program): EncodedProgram {
  const encoder = new Encoder();
  encoder.put(magic, Math.ceil(program.arenaBytes / arenaUnit));
  encoder.put(program.slots, program.inputs, program.outputs, program.scalars);
  encoder.list(program.buffers, (buffer) => encoder.buffer(buffer));
  encoder.list(program.compute, (instruction) => encoder.instruction(instruction));
  encoder.list(program.commit, (instruction) => encoder.instruction(instruction));
  return {
    words: Int32Array.from(encoder.words),
    constants: Float64Array.from(encoder.constants),
    labels: encoder.labels,
  };
}
