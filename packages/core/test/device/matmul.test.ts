import fc from "fast-check";
import { expect, test } from "vitest";
import type { Instruction, MatMul } from "../../src/program/index.js";
import {
  bitsOf,
  expected,
  kernels,
  named,
  natives,
  operand,
  ProgramBuilder,
  runOn,
} from "./programs.js";

interface Layout {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Elements between rows beyond the row itself. */
  readonly gap: number;
  /** B is shared by all batches. */
  readonly shareB: boolean;
}

/** Small integers, so that every order of additions gives the same sum. */
const integers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, e) => ((e * 37) % 13) - 6);
const reals = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, e) => Math.fround(((e * 7919) % 10007) / 5003 - 1));

function matmul(layout: Layout, fill: (length: number) => Float32Array) {
  const { batch, m, n, k, gap } = layout;
  const builder = new ProgramBuilder();
  const batches = batch.reduce((a, b) => a * b, 1);
  const matrix = (rows: number, columns: number, transposed: boolean, shared: boolean) => {
    const width = (transposed ? rows : columns) + gap;
    const size = width * (transposed ? columns : rows);
    let stride = size * batches;
    const strides = batch.map((count) => {
      stride /= Math.max(1, count);
      return shared ? 0 : stride;
    });
    strides.push(...(transposed ? [1, width] : [width, 1]));
    return { strides, length: size * (shared ? 1 : batches) + 1 };
  };
  const a = matrix(m, k, layout.transposeA, false);
  const b = matrix(k, n, layout.transposeB, layout.shareB);
  const c = matrix(m, n, false, false);
  const instruction: MatMul = {
    kind: "matmul",
    epilogue: [],
    label: "matmul",
    batch,
    m: [m],
    n: [n],
    k: [k],
    a: operand(builder.input("float32", fill(a.length)), a.strides, 1),
    b: operand(builder.input("float32", fill(b.length)), b.strides, 1),
    c: operand(builder.scratch("float32", c.length), c.strides, 1),
  };
  const out = builder.output("float32", batches * m * n);
  const dense = [...batch, m, n].map((_, axis, all) =>
    all.slice(axis + 1).reduce((x, y) => x * y, 1),
  );
  return {
    builder,
    program: builder.build([
      instruction,
      {
        kind: "loop",
        label: "copy",
        shape: [...batch, m, n],
        inputs: [{ register: 0, operand: instruction.c }],
        uniforms: [],
        code: [],
        registers: 1,
        outputs: [{ register: 0, operand: operand(out, dense) }],
      },
    ]),
  };
}

const layouts = fc.record({
  batch: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  m: fc.integer({ min: 1, max: 40 }),
  n: fc.integer({ min: 1, max: 70 }),
  k: fc.integer({ min: 0, max: 30 }),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  gap: fc.integer({ min: 0, max: 3 }),
  shareB: fc.boolean(),
});

test("random products agree with the interpreter to the bit, on every kernel", () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      const { builder, program } = matmul(layout, integers);
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 150 },
  );
});

interface Walks {
  readonly batch: readonly number[];
  readonly m: readonly number[];
  readonly n: readonly number[];
  readonly k: readonly number[];
  /** Strides of A's and of B's axes, taken in turn; what they reach may overlap, as windows do. */
  readonly steps: readonly number[];
}

/** A product whose sides go along several axes. */
function walking({ batch, m, n, k, steps }: Walks, fill: (length: number) => Float32Array) {
  const builder = new ProgramBuilder();
  const factor = (shape: readonly number[], first: number) => {
    const strides = shape.map((_, axis) => steps[(first + axis) % steps.length] as number);
    const reach = strides.reduce(
      (most, stride, axis) => most + stride * ((shape[axis] as number) - 1),
      1,
    );
    return operand(builder.input("float32", fill(reach)), strides);
  };
  const count = (shape: readonly number[]) => shape.reduce((x, y) => x * y, 1);
  const a = factor([...batch, ...m, ...k], 0);
  const b = factor([...batch, ...k, ...n], 3);
  const [rows, columns] = [count(m), count(n)];
  const dense = batch.map((_, axis) => count(batch.slice(axis + 1)) * rows * columns);
  const c = operand(builder.output("float32", count(batch) * rows * columns), [
    ...dense,
    columns,
    1,
  ]);
  const matrices = { batch, m, n, k, a, b, c };
  const instruction: MatMul = { kind: "matmul", label: "matmul", ...matrices, epilogue: [] };
  return { builder, program: builder.build([instruction]) };
}

const side = (most: number) =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 3 });

test("products along several axes agree with the interpreter to the bit, on every kernel", () => {
  const walks = fc.record({
    batch: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    m: side(5),
    n: side(7),
    k: side(6),
    steps: fc.array(fc.constantFrom(0, 1, 1, 1, 2, 7, 30), { minLength: 5, maxLength: 9 }),
  });
  fc.assert(
    fc.property(walks, (each) => {
      const { builder, program } = walking(each, integers);
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 150 },
  );
});

test("windows of rows that hold whole vectors agree to the bit, on every kernel", () => {
  const windows = fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    // Above and below what is read in place.
    m: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 70 })),
    n: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom(4, 8, 16, 32, 48)),
    k: fc.tuple(...[3, 3, 3].map((max) => fc.integer({ min: 1, max }))),
    gap: fc.integer({ min: 0, max: 3 }),
    unrelated: fc.constantFrom(1, 2, 30),
  });
  fc.assert(
    fc.property(windows, ({ batch, m, n, k, gap, unrelated }) => {
      const row = n[1] + gap;
      // A: batch, m and the first axis of k; then B, whose first two axes A's last two go along with.
      const steps = [unrelated, 27, unrelated, 11 * row, 5 * row, row, 1, row, 1];
      const { builder, program } = walking({ batch: [batch], m: [m], n, k, steps }, integers);
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 100 },
  );
});

test.each([
  // The windows of a convolution, as B and as its transpose, and as A with more rows than fit.
  { batch: [], m: [20], n: [3, 14, 28], k: [9, 3, 3], steps: [81, 27, 9, 900, 30, 1, 1000, 30, 1] },
  {
    batch: [],
    m: [20],
    n: [5, 3, 3],
    k: [7, 14, 28],
    steps: [1, 784, 28, 1000, 30, 1, 990, 30, 1],
  },
  // Rows of whole vectors, more steps than one cut of k.
  { batch: [2], m: [32], n: [5, 32], k: [40, 3, 3], steps: [0, 360, 9, 40000, 300, 34, 1, 34, 1] },
  { batch: [2], m: [30, 11], n: [9], k: [40, 7], steps: [3, 50, 2, 40, 1] },
])("$m x $n x $k: blocks in scratch keep the chain over k", (walks) => {
  const { builder, program } = walking(walks, reals);
  const bits = natives.map((device) => bitsOf(runOn(device, builder, program)));
  expect(new Set(bits).size).toBeLessThanOrEqual(1);
  const exact = expected(builder, program).outputs[0] as Float32Array;
  for (const device of kernels) {
    const actual = runOn(device, builder, program).outputs[0] as Float32Array;
    const worst = actual.reduce(
      (most, x, e) => Math.max(most, Math.abs(x - (exact[e] as number))),
      0,
    );
    expect(worst, device.description).toBeLessThan(6e-8 * 3000 * Math.sqrt(3000));
  }
});

const plain = { batch: [], transposeA: false, transposeB: false, gap: 0, shareB: false };

test.each([
  { ...plain, m: 64, n: 40, k: 784, transposeB: true },
  { ...plain, m: 40, n: 784, k: 64, transposeA: true },
  { ...plain, m: 300, n: 5, k: 600 },
  { ...plain, m: 1, n: 1000, k: 700 },
  { ...plain, m: 260, n: 250, k: 520, gap: 3 },
  { ...plain, batch: [8], m: 64, n: 64, k: 64, shareB: true },
])("$batch $m x $n x $k: the chain over k decides every bit", (layout) => {
  const { builder, program } = matmul(layout, reals);
  const bits = natives.map((device) => bitsOf(runOn(device, builder, program)));
  expect(new Set(bits).size).toBeLessThanOrEqual(1);
  const exact = expected(builder, program).outputs[0] as Float32Array;
  for (const device of kernels) {
    const actual = runOn(device, builder, program).outputs[0] as Float32Array;
    // Each addition of a chain errs by half a unit in the last place of at most sum |a b| <= k.
    const tolerance = 6e-8 * layout.k * Math.sqrt(layout.k);
    const worst = actual.reduce(
      (most, x, e) => Math.max(most, Math.abs(x - (exact[e] as number))),
      0,
    );
    expect(worst, device.description).toBeLessThan(tolerance);
  }
});

test("a product of fewer rows than threads, in a Program that wakes them", () => {
  const { builder, program } = matmul({ ...plain, m: 1, n: 64, k: 2000 }, integers);
  const [product, ...rest] = program.compute as [MatMul, ...Instruction[]];
  const often = { ...program, compute: [...Array.from({ length: 60 }, () => product), ...rest] };
  const wanted = bitsOf(expected(builder, program));
  for (const device of kernels) {
    expect(bitsOf(runOn(device, builder, often)), device.description).toBe(wanted);
  }
});

test.each(named)("no columns, no rows, and NaN on %s", (_, device) => {
  for (const [m, n] of [
    [0, 3],
    [3, 0],
  ] as const) {
    const { builder, program } = matmul({ ...plain, m, n, k: 4 }, integers);
    expect(runOn(device, builder, program).outputs[0]).toHaveLength(0);
  }
  const { builder, program } = matmul({ ...plain, m: 2, n: 20, k: 3 }, integers);
  (builder.inputs[0] as Float32Array)[2] = Number.NaN;
  const out = runOn(device, builder, program).outputs[0] as Float32Array;
  expect([...out.subarray(0, 20)].every(Number.isNaN)).toBe(true);
  expect([...out.subarray(20)].some(Number.isNaN)).toBe(false);
});
