import type { TypedArray } from "../../src/array/index.js";
import { makeArray } from "../../src/array/index.js";
import { philox4x32 } from "../../src/array/philox.js";
import type { Failure } from "../../src/device/device.js";
import type {
  Body,
  BufferDeclaration,
  Instruction,
  MicroOperation,
  Operand,
  Program,
  RowSums,
} from "../../src/program/index.js";
import { erf } from "./erf.js";

const f = Math.fround;
const i = (x: number): number => x | 0;
const bit = (x: boolean): number => (x ? 1 : 0);
const floorRemainder = (a: number, b: number): number => a - Math.floor(a / b) * b;
const saturate = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)));
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;

/** What each micro-operation means, one element at a time. */
export const meanings: {
  readonly [O in MicroOperation]: (a: number, b: number, c: number) => number;
} = {
  negate: (a) => -a,
  absolute: Math.abs,
  sign: Math.sign,
  exp: (a) => f(Math.exp(a)),
  log: (a) => f(Math.log(a)),
  log1p: (a) => f(Math.log1p(a)),
  sqrt: (a) => f(Math.sqrt(a)),
  sin: (a) => f(Math.sin(a)),
  cos: (a) => f(Math.cos(a)),
  tanh: (a) => f(Math.tanh(a)),
  sigmoid: (a) => f(1 / (1 + Math.exp(-a))),
  erf: (a) => f(erf(a)),
  floor: Math.floor,
  relu: (a) => Math.max(a, 0),
  add: (a, b) => f(a + b),
  subtract: (a, b) => f(a - b),
  multiply: (a, b) => f(a * b),
  divide: (a, b) => f(a / b),
  power: (a, b) => f(power(a, b)),
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  remainder: (a, b) => f(floorRemainder(a, b)),
  equal: (a, b) => bit(a === b),
  less: (a, b) => bit(a < b),
  lessEqual: (a, b) => bit(a <= b),
  exceeds: (a, b) => bit(a > b || (Number.isNaN(a) && !Number.isNaN(b))),
  negateInt: (a) => i(-a),
  absoluteInt: (a) => i(Math.abs(a)),
  signInt: Math.sign,
  reluInt: (a) => Math.max(a, 0),
  not: (a) => i(1 - a),
  wrapUint8: (a) => a & 255,
  intToBool: (a) => bit(a !== 0),
  addInt: (a, b) => i(a + b),
  subtractInt: (a, b) => i(a - b),
  multiplyInt: Math.imul,
  maximumInt: (a, b) => Math.max(a, b),
  minimumInt: (a, b) => Math.min(a, b),
  remainderInt: (a, b) => i(floorRemainder(a, b)),
  equalInt: (a, b) => bit(a === b),
  lessInt: (a, b) => bit(a < b),
  lessEqualInt: (a, b) => bit(a <= b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  intToFloat: f,
  floatToInt: saturate,
  floatToBool: (a) => bit(a !== 0),
  select: (a, b, c) => (a !== 0 ? b : c),
};

interface Memory {
  readonly states: readonly TypedArray[];
  readonly inputs: readonly TypedArray[];
  readonly outputs: readonly TypedArray[];
}

/** Executes a Program element by element: slow, and nothing in common with the kernel. */
export function interpret(
  program: Program,
  memory: Memory,
  scalars: readonly number[],
): Failure | null {
  const arena = program.buffers.map(({ dtype, length, place }) =>
    place.kind === "arena" ? makeArray(dtype, length) : new Uint8Array(0),
  );
  const iterations = new Map<number, number>();
  const place = (index: number): { data: TypedArray; start: number } => {
    const { place: where } = program.buffers[index] as BufferDeclaration;
    if (where.kind === "moving") {
      const { data, start } = place(where.of);
      return { data, start: start + (iterations.get(index) ?? 0) * where.stride };
    }
    const data =
      where.kind === "arena"
        ? arena[index]
        : where.kind === "bound"
          ? memory.states[where.slot]
          : where.kind === "input"
            ? memory.inputs[where.index]
            : memory.outputs[where.index];
    return { data: data as TypedArray, start: 0 };
  };
  const positionOf = (operand: Operand, at: readonly number[]): number =>
    at.reduce((sum, x, axis) => sum + x * (operand.strides[axis] ?? 0), operand.offset);
  const read = (operand: Operand, at: readonly number[]): number => {
    const position = positionOf(operand, at);
    if (operand.buffer < 0) return position;
    const { data, start } = place(operand.buffer);
    return data[start + position] as number;
  };
  const write = (operand: Operand, at: readonly number[], value: number): void => {
    const { data, start } = place(operand.buffer);
    data[start + positionOf(operand, at)] = value;
  };
  const flat = (operand: Operand, index: number): [Operand, number[]] => [
    { ...operand, strides: [1] },
    [index],
  ];
  const evaluate = (body: Body, at: readonly number[]): number[] => {
    const registers = new Array<number>(body.registers).fill(Number.NaN);
    for (const uniform of body.uniforms) {
      const value = "scalar" in uniform ? (scalars[uniform.scalar] as number) : uniform.value;
      registers[uniform.register] = uniform.integer ? saturate(value) : f(value);
    }
    for (const { register, operand } of body.inputs) registers[register] = read(operand, at);
    for (const { operation, target, sources } of body.code) {
      const [a = 0, b = 0, c = 0] = sources.map((source) => registers[source] as number);
      registers[target] = meanings[operation](a, b, c);
    }
    return registers;
  };
  const pointsOf = (shape: readonly number[]): number[][] =>
    shape.reduce<number[][]>(
      (points, size) =>
        points.flatMap((point) => Array.from({ length: size }, (_, x) => [...point, x])),
      [[]],
    );

  const outOf = (indices: Operand, count: number, size: number, label: string): Failure | null => {
    for (let p = 0; p < count; p++) {
      const index = read(...flat(indices, p));
      if (index < 0 || index >= size) return { kind: "index", label, index, size };
    }
    return null;
  };
  const sumsOf = ({ count, inner, source, chosen, groups }: RowSums) => {
    const rowAt = (p: number): number => (chosen ? read(...flat(chosen.indices, p)) : p);
    return Array.from({ length: read(...flat(groups, 0)) }, (_, g) => {
      const first = read(...flat(groups, 1 + g));
      const sum = new Array<number>(inner).fill(0);
      for (let p = first; p >= 0; p = read(...flat(groups, 1 + count + p))) {
        sum.forEach((before, x) => {
          sum[x] = f(before + read(...flat(source, rowAt(p) * inner + x)));
        });
      }
      return { first, sum };
    });
  };

  const execute = (instruction: Instruction, iteration: number): Failure | null => {
    const { label } = instruction;
    switch (instruction.kind) {
      case "loop":
        for (const at of pointsOf(instruction.shape)) {
          const registers = evaluate(instruction, at);
          for (const { register, operand } of instruction.outputs) {
            write(operand, at, registers[register] as number);
          }
        }
        return null;
      case "reduce": {
        const kept = instruction.shape.length - instruction.reducedAxes;
        pointsOf(instruction.shape.slice(0, kept)).forEach((outer, result) => {
          const points = pointsOf(instruction.shape.slice(kept)).map((inner) =>
            evaluate(instruction, [...outer, ...inner]),
          );
          for (const { register, output } of instruction.results) {
            const values = points.map((registers) => registers[register] as number);
            const nan = values.findIndex(Number.isNaN);
            const reduced =
              instruction.reduction === "sum"
                ? values.reduce((sum, value) => sum + value, 0)
                : instruction.reduction === "max"
                  ? values.reduce((most, value) => Math.max(most, value), -Infinity)
                  : nan >= 0
                    ? nan
                    : values.indexOf(values.reduce((most, value) => Math.max(most, value)));
            write(...flat(output, result), reduced);
          }
        });
        return null;
      }
      case "matmul":
        for (const batch of pointsOf(instruction.batch)) {
          pointsOf(instruction.m).forEach((row, rowIndex) => {
            pointsOf(instruction.n).forEach((column, columnIndex) => {
              let sum = 0;
              for (const k of pointsOf(instruction.k)) {
                const a = read(instruction.a, [...batch, ...row, ...k]);
                sum += a * read(instruction.b, [...batch, ...k, ...column]);
              }
              write(instruction.c, [...batch, rowIndex, columnIndex], sum);
            });
          });
        }
        return null;
      case "random":
        for (let element = 0; element < instruction.length; element++) {
          const seed = scalars[instruction.seed] as number;
          const stream = (scalars[instruction.base] as number) + instruction.draw;
          const counter = Uint32Array.of(
            Math.floor(element / 4),
            iteration,
            stream,
            Math.floor(stream / 2 ** 32),
          );
          const words = philox4x32(seed >>> 0, Math.floor(seed / 2 ** 32), counter);
          write(
            ...flat(instruction.target, element),
            ((words[element % 4] as number) >>> 8) / 2 ** 24,
          );
        }
        return null;
      case "repeat":
        for (let step = 0; step < instruction.iterations; step++) {
          const t = instruction.reverse ? instruction.iterations - 1 - step : step;
          for (const buffer of instruction.moving) iterations.set(buffer, t);
          for (const each of instruction.body) {
            const nested = (Math.imul(iteration, instruction.iterations) + t) >>> 0;
            const failure = execute(each, nested);
            if (failure) return failure;
          }
        }
        return null;
      case "checkFinite":
        for (let index = 0; index < instruction.length; index++) {
          if (!Number.isFinite(read(...flat(instruction.operand, index)))) {
            return { kind: "nonFinite", label };
          }
        }
        return null;
      case "checkIndices":
        return outOf(instruction.indices, instruction.count, instruction.size, label);
      case "groupRows": {
        const { count, size, indices, groups } = instruction;
        const failure = outOf(indices, count, size, label);
        if (failure) return failure;
        const list = Array.from({ length: count }, (_, p) => read(...flat(indices, p)));
        const firsts = list.flatMap((index, p) => (list.indexOf(index) === p ? [p] : []));
        write(...flat(groups, 0), firsts.length);
        firsts.forEach((p, g) => {
          write(...flat(groups, 1 + g), p);
        });
        list.forEach((index, p) => {
          write(...flat(groups, 1 + count + p), list.indexOf(index, p + 1));
        });
        return null;
      }
      case "checkRows":
        return sumsOf(instruction).every(({ sum }) => sum.every(Number.isFinite))
          ? null
          : { kind: "nonFinite", label };
      case "updateRows": {
        const { inner, indices, target, factor } = instruction;
        const by = f("value" in factor ? factor.value : (scalars[factor.scalar] as number));
        for (const { first, sum } of sumsOf(instruction)) {
          const row = read(...flat(indices, first));
          sum.forEach((each, x) => {
            const at = flat(target, row * inner + x);
            write(...at, f(read(...at) - f(each * by)));
          });
        }
        return null;
      }
      default: {
        const { outer, size, inner, count, source, indices, target, chosen } = instruction;
        const bad = chosen && outOf(chosen.indices, count, chosen.size, label);
        if (bad && outer > 0 && inner > 0) return bad;
        const elements = instruction.kind.endsWith("Elements");
        const gathers = instruction.kind.startsWith("gather");
        if (!gathers) {
          for (let e = 0; e < outer * size * inner; e++) write(...flat(target, e), 0);
        }
        for (const [o = 0, c = 0, x = 0] of pointsOf([outer, count, inner])) {
          const place = (o * count + c) * inner + x;
          const index = read(...flat(indices, elements ? place : c));
          if (index < 0 || index >= size) return { kind: "index", label, index, size };
          const row = (o * size + index) * inner + x;
          if (gathers) write(...flat(target, place), read(...flat(source, row)));
          else {
            const from = chosen ? read(...flat(chosen.indices, c)) * inner + x : place;
            const sum = read(...flat(target, row)) + read(...flat(source, from));
            write(...flat(target, row), sum);
          }
        }
        return null;
      }
    }
  };
  const all = (list: readonly Instruction[]): Failure | null => {
    for (const instruction of list) {
      const failure = execute(instruction, 0);
      if (failure) return failure;
    }
    return null;
  };
  return all(program.compute) ?? all(program.commit);
}
