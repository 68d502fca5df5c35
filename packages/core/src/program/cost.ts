import { dtypes, type Shape, sizeOf } from "../array/index.js";
import type {
  Body,
  BufferDeclaration,
  Indexing,
  Instruction,
  MicroOperation,
  Operand,
  RowSums,
} from "./instructions.js";

/** What an instruction cannot do without, however well it is done. */
export interface Cost {
  /** Floating-point operations; a multiply-add counts as two. */
  readonly operations: number;
  /**
   * Bytes that it reads and bytes that it writes: each element that its operands touch once, however
   * often the instruction comes back to it.
   */
  readonly bytes: number;
}

/**
 * Floating-point operations of a micro-operation on one element. Elementary functions count about as
 * many as their polynomials in the kernel have; integers, conversions and choices count nothing.
 */
const operationsOf: { readonly [O in MicroOperation]: number } = {
  negate: 1,
  absolute: 1,
  sign: 1,
  exp: 20,
  log: 30,
  log1p: 40,
  sqrt: 1,
  sin: 40,
  cos: 40,
  tanh: 40,
  sigmoid: 25,
  erf: 50,
  floor: 1,
  relu: 1,
  add: 1,
  subtract: 1,
  multiply: 1,
  divide: 1,
  power: 80,
  maximum: 1,
  minimum: 1,
  remainder: 4,
  equal: 1,
  less: 1,
  lessEqual: 1,
  exceeds: 1,
  negateInt: 0,
  absoluteInt: 0,
  signInt: 0,
  reluInt: 0,
  not: 0,
  wrapUint8: 0,
  intToBool: 0,
  addInt: 0,
  subtractInt: 0,
  multiplyInt: 0,
  maximumInt: 0,
  minimumInt: 0,
  remainderInt: 0,
  equalInt: 0,
  lessInt: 0,
  lessEqualInt: 0,
  and: 0,
  or: 0,
  intToFloat: 0,
  floatToInt: 0,
  floatToBool: 0,
  select: 0,
};

/** An operand and the space in which it is walked. */
interface Access {
  readonly operand: Operand;
  readonly shape: Shape;
}

interface Work {
  readonly operations: number;
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

/** What one execution costs; that of a `repeat` nothing, as its body has costs of its own. */
export function costOf(instruction: Instruction, buffers: readonly BufferDeclaration[]): Cost {
  const { operations, reads, writes } = workOf(instruction);
  return { operations, bytes: bytesOf(reads, buffers) + bytesOf(writes, buffers) };
}

function workOf(instruction: Instruction): Work {
  switch (instruction.kind) {
    case "loop":
      return {
        operations: sizeOf(instruction.shape) * operationsAt(instruction),
        reads: readsOf(instruction),
        writes: instruction.outputs.map(({ operand }) => ({ operand, shape: instruction.shape })),
      };
    case "reduce": {
      const { shape, reducedAxes, results } = instruction;
      const kept = shape.slice(0, shape.length - reducedAxes);
      return {
        // One more for each result, to add or compare what was computed.
        operations: sizeOf(shape) * (operationsAt(instruction) + results.length),
        reads: readsOf(instruction),
        writes: results.map(({ output }) => ({ operand: output, shape: kept })),
      };
    }
    case "matmul": {
      const { batch, m, n, k, a, b, c, epilogue } = instruction;
      const written = [...batch, sizeOf(m), sizeOf(n)];
      return {
        operations: 2 * sizeOf([...batch, ...m, ...n, ...k]) + epilogue.length * sizeOf(written),
        reads: [
          { operand: a, shape: [...batch, ...m, ...k] },
          { operand: b, shape: [...batch, ...k, ...n] },
          ...epilogue.flatMap(({ x }) => (x ? [{ operand: x, shape: written }] : [])),
        ],
        writes: [{ operand: c, shape: written }],
      };
    }
    case "random":
      return { operations: 0, reads: [], writes: [row(instruction.target, instruction.length)] };
    case "checkFinite":
      return { operations: 0, reads: [row(instruction.operand, instruction.length)], writes: [] };
    case "repeat":
      return { operations: 0, reads: [], writes: [] };
    case "checkIndices":
      return { operations: 0, reads: [row(instruction.indices, instruction.count)], writes: [] };
    case "groupRows": {
      const { indices, table, groups, count } = instruction;
      return {
        operations: 0,
        reads: [row(indices, count)],
        writes: [row(table, 2 * count), row(groups, 2 * count + 1)],
      };
    }
    case "checkRows":
      return { operations: elementsOf(instruction), reads: readsOfRows(instruction), writes: [] };
    case "updateRows": {
      const updated = row(instruction.target, elementsOf(instruction));
      return {
        // A sum, and a product that is subtracted.
        operations: 3 * elementsOf(instruction),
        reads: [...readsOfRows(instruction), updated],
        writes: [updated],
      };
    }
    default:
      return workOfIndexing(instruction);
  }
}

const elementsOf = ({ count, inner }: RowSums): number => count * inner;

/** As if no row came twice: how often they do is known to the run alone. */
const readsOfRows = ({ source, groups, count, inner }: RowSums): Access[] => [
  row(source, count * inner),
  row(groups, 2 * count + 1),
];

function workOfIndexing(instruction: Indexing): Work {
  const { kind, outer, size, inner, count, source, indices, target } = instruction;
  const whole = outer * size * inner;
  const chosen = outer * count * inner;
  const perElement = kind === "gatherElements" || kind === "scatterElements";
  const positions = row(indices, perElement ? chosen : count);
  return kind === "gather" || kind === "gatherElements"
    ? {
        operations: 0,
        // Which elements the indices name is known to the run alone; all may differ.
        reads: [row(source, Math.min(whole, chosen)), positions],
        writes: [row(target, chosen)],
      }
    : {
        operations: chosen,
        reads: [row(source, chosen), positions],
        writes: [row(target, whole)],
      };
}

const operationsAt = ({ code }: Body): number =>
  code.reduce((sum, { operation }) => sum + operationsOf[operation], 0);

const readsOf = ({ inputs, shape }: Body): Access[] =>
  inputs.map(({ operand }) => ({ operand, shape }));

/** `length` elements side by side. */
const row = ({ buffer, offset }: Operand, length: number): Access => ({
  operand: { buffer, offset, strides: [1] },
  shape: [length],
});

/** An operand that stands twice counts once; iota is nowhere in memory. */
function bytesOf(accesses: readonly Access[], buffers: readonly BufferDeclaration[]): number {
  const distinct = new Map(
    accesses.map((access) => {
      const { buffer, offset, strides } = access.operand;
      return [[buffer, offset, ...strides].join(), access];
    }),
  );
  return [...distinct.values()].reduce((sum, { operand, shape }) => {
    const buffer = buffers[operand.buffer];
    if (!buffer) return sum;
    const elements = Math.min(buffer.length, elementsTouched(operand.strides, shape));
    return sum + elements * dtypes[buffer.dtype].bytes;
  }, 0);
}

/**
 * How many different elements strides visit. Axes that step over each other, such as those of
 * overlapping windows, together visit one run of evenly spaced elements: i q + j with i < n and j < m
 * takes q (n - 1) + m values where q <= m.
 */
function elementsTouched(strides: readonly number[], shape: Shape): number {
  if (sizeOf(shape) === 0) return 0;
  const axes = shape
    .map((size, axis) => ({ size, stride: Math.abs(strides[axis] ?? 0) }))
    .filter(({ size, stride }) => size > 1 && stride > 0)
    .sort((a, b) => a.stride - b.stride);
  const runs: { size: number; stride: number }[] = [];
  for (const { size, stride } of axes) {
    const run = runs.find(
      (each) => stride % each.stride === 0 && stride / each.stride <= each.size,
    );
    if (run) run.size += (size - 1) * (stride / run.stride);
    else runs.push({ size, stride });
  }
  return runs.reduce((product, { size }) => product * size, 1);
}
