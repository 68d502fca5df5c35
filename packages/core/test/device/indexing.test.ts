import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TypedArray } from "../../src/array/index.js";
import type {
  CheckFinite,
  Indexing,
  Instruction,
  Loop,
  Random,
  Repeat,
  UpdateRows,
} from "../../src/program/index.js";
import {
  bitsOf,
  expected,
  kernels,
  load,
  named,
  operand,
  ProgramBuilder,
  runOn,
} from "./programs.js";

const indexings = fc
  .record({
    kind: fc.constantFrom("gather", "scatterAdd", "gatherElements", "scatterElements"),
    outer: fc.integer({ min: 0, max: 3 }),
    size: fc.integer({ min: 1, max: 9 }),
    inner: fc.integer({ min: 0, max: 40 }),
    count: fc.integer({ min: 0, max: 12 }),
    dtype: fc.constantFrom("float32", "int32", "uint8", "bool"),
    bad: fc.option(fc.record({ at: fc.nat(), index: fc.constantFrom(-1, 9, 1000, -(2 ** 31)) }), {
      freq: 3,
    }),
  })
  .map(({ kind, outer, size, inner, count, dtype, bad }) => {
    const builder = new ProgramBuilder();
    const gathers = kind.startsWith("gather");
    const table = outer * size * inner;
    const chosen = outer * count * inner;
    const length = kind.endsWith("Elements") ? chosen : count;
    const indices = Int32Array.from({ length }, (_, e) => (e * 7 + (e >> 2)) % size);
    if (bad && length > 0) indices[bad.at % length] = bad.index === 9 ? size : bad.index;
    const values = Array.from({ length: gathers ? table : chosen }, (_, e) => (e * 37) % 101);
    const type = gathers ? (dtype as "float32") : "float32";
    const isChosen = kind === "scatterAdd" && outer === 1 && count % 2 === 0;
    const numbers = Int32Array.from({ length: count }, (_, e) => (e * 5 + 1) % Math.max(1, count));
    const data: TypedArray =
      type === "float32"
        ? Float32Array.from(values, (x) => x / 4)
        : dtype === "int32"
          ? Int32Array.from(values)
          : Uint8Array.from(values, (x) => (dtype === "bool" ? x & 1 : x));
    const instruction: Indexing = {
      kind: kind as Indexing["kind"],
      label: "embedding lookup",
      outer,
      size,
      inner,
      count,
      source: operand(builder.input(type, data)),
      indices: operand(builder.input("int32", indices)),
      target: operand(builder.output(type, gathers ? chosen : table)),
      chosen: isChosen ? { size: count, indices: operand(builder.input("int32", numbers)) } : null,
    };
    return { builder, program: builder.build([instruction]) };
  });

test("random gathers and scatters agree with the interpreter, and bad indices are named", () => {
  fc.assert(
    fc.property(indexings, ({ builder, program }) => {
      const wanted = expected(builder, program);
      for (const device of kernels) {
        const actual = runOn(device, builder, program);
        expect(actual.failure, device.description).toEqual(wanted.failure);
        if (!wanted.failure) expect(bitsOf(actual), device.description).toBe(bitsOf(wanted));
      }
    }),
    { numRuns: 200 },
  );
});

const updates = fc
  .record({
    size: fc.integer({ min: 1, max: 30 }),
    inner: fc.integer({ min: 0, max: 150 }),
    count: fc.integer({ min: 0, max: 40 }),
    table: fc.option(fc.integer({ min: 1, max: 5 })),
    bad: fc.option(fc.record({ at: fc.nat(), index: fc.constantFrom(-1, 30, -(2 ** 31)) }), {
      freq: 5,
    }),
    large: fc.option(fc.constantFrom(Number.NaN, Infinity, 3e38, 2e38, -3e38, 1e33), { freq: 2 }),
  })
  .map(({ size, inner, count, table, bad, large }) => {
    const builder = new ProgramBuilder();
    const indices = Int32Array.from({ length: count }, (_, p) => (p * p + (p >> 2)) % size);
    if (bad && count > 0) indices[bad.at % count] = bad.index;
    const rows = Float32Array.from(
      { length: (table ?? count) * inner },
      (_, e) => Math.sin(e) * 2 ** (e % 9),
    );
    if (large) rows.fill(large, 0, Math.ceil(rows.length / 3));
    const numbers = Int32Array.from({ length: count }, (_, p) => (p * 3) % (table ?? 1));
    const list = operand(builder.input("int32", indices));
    const slots = 2 ** Math.ceil(Math.log2(2 * Math.max(1, count)));
    const groups = operand(builder.output("int32", 2 * count + 1));
    const sums = {
      count,
      inner,
      source: operand(builder.input("float32", rows)),
      chosen: table ? { size: table, indices: operand(builder.input("int32", numbers)) } : null,
      groups,
    };
    const before = Float32Array.from({ length: size * inner }, (_, e) => (e % 3 ? e : -0));
    const compute: Instruction[] = [
      {
        kind: "groupRows",
        label: "indices",
        size,
        count,
        indices: list,
        table: operand(builder.scratch("int32", slots)),
        groups,
      },
      { kind: "checkRows", label: "gradient", ...sums },
    ];
    const commit: Instruction = {
      kind: "updateRows",
      label: "update",
      ...sums,
      size,
      indices: list,
      target: operand(builder.state("float32", before)),
      factor: count % 2 ? { value: 0.3 } : { scalar: builder.scalar(0.7) },
    };
    return { builder, program: builder.build(compute, [commit]) };
  });

test("rows of equal index are summed, checked and subtracted as the interpreter does", () => {
  fc.assert(
    fc.property(updates, ({ builder, program }) => {
      const wanted = expected(builder, program);
      for (const device of kernels) {
        const actual = runOn(device, builder, program);
        expect(actual.failure, device.description).toEqual(wanted.failure);
        const bits = ({ states }: typeof wanted) => bitsOf({ ...actual, outputs: [], states });
        expect(bits(actual), device.description).toBe(bits(wanted));
        if (wanted.failure) continue;
        expect(groupsIn(actual.outputs), device.description).toEqual(groupsIn(wanted.outputs));
      }
    }),
    { numRuns: 300 },
  );
});

/** What groupRows says, without the words that mean nothing. */
function groupsIn([words = new Int32Array(1)]: readonly TypedArray[]) {
  const count = (words.length - 1) / 2;
  return { firsts: [...words.slice(1, 1 + (words[0] ?? 0))], next: [...words.slice(1 + count)] };
}

test("threads may share rows and columns without changing a bit", () => {
  const [size, inner, count] = [500, 200, 3000];
  const builder = new ProgramBuilder();
  const list = Int32Array.from({ length: count }, (_, p) => (p * 7919) % size);
  const indices = operand(builder.input("int32", list));
  const rows = Float32Array.from({ length: size * inner }, (_, e) => Math.sin(e));
  const source = operand(builder.input("float32", rows));
  const gathered = operand(builder.output("float32", count * inner));
  const shape = { label: "", outer: 1, size, inner, count, indices, chosen: null };
  const groups = operand(builder.scratch("int32", 2 * count + 1));
  const chosen = { size, indices };
  const table = operand(builder.scratch("int32", 8192));
  const summed = operand(builder.output("float32", size * inner));
  const state = operand(builder.state("float32", rows));
  const scatter = { ...shape, kind: "scatterAdd", source: gathered, target: summed } as const;
  const program = builder.build(
    [
      { ...shape, kind: "gather", source, target: gathered },
      scatter,
      { ...scatter, source, chosen, target: operand(builder.output("float32", size * inner)) },
      { kind: "groupRows", label: "", size, count, indices, table, groups },
    ],
    [
      {
        ...{ kind: "updateRows", label: "", count, inner, source: gathered, chosen: null, groups },
        ...{ size, indices, target: state, factor: { value: 0.1 } },
      } as UpdateRows,
    ],
  );
  const wanted = bitsOf(expected(builder, program));
  for (const device of kernels) {
    expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
  }
});

test("random numbers are Philox, in every iteration of a loop", () => {
  const builder = new ProgramBuilder();
  const seed = builder.scalar(2 ** 40 + 12345);
  const base = builder.scalar(2 ** 32 - 2);
  const stacked = builder.output("float32", 5 * 77);
  const slice = builder.moving(stacked, 77, 77);
  const flat = builder.output("float32", 1001);
  const draw = (draw: number, length: number, buffer: number): Random => ({
    kind: "random",
    label: "random",
    length,
    seed,
    base,
    draw,
    target: operand(buffer),
  });
  const repeat: Repeat = {
    kind: "repeat",
    label: "scan",
    iterations: 5,
    reverse: true,
    moving: [slice],
    body: [draw(3, 77, slice)],
  };
  const program = builder.build([draw(0, 1001, flat), repeat, draw(0, 1001, flat)]);
  const wanted = expected(builder, program);
  for (const device of kernels) {
    expect(bitsOf(runOn(device, builder, program)), device.description).toBe(bitsOf(wanted));
  }
  const numbers = wanted.outputs[1] as Float32Array;
  expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
  expect(numbers.reduce((sum, x) => sum + x) / numbers.length).toBeCloseTo(0.5, 1);
});

test("random numbers differ in all iterations of nested loops", () => {
  const builder = new ProgramBuilder();
  const seed = builder.scalar(7);
  const base = builder.scalar(1);
  const stacked = builder.output("float32", 3 * 4 * 8);
  const rows = builder.moving(stacked, 32, 32);
  const row = builder.moving(rows, 8, 8);
  const random: Random = {
    kind: "random",
    label: "random",
    length: 8,
    seed,
    base,
    draw: 0,
    target: operand(row),
  };
  const inner: Repeat = {
    kind: "repeat",
    label: "scan",
    iterations: 4,
    reverse: true,
    moving: [row],
    body: [random],
  };
  const program = builder.build([{ ...inner, iterations: 3, moving: [rows], body: [inner] }]);
  const wanted = expected(builder, program);
  expect(new Set(wanted.outputs[0]).size).toBe(96);
  for (const device of kernels) {
    expect(bitsOf(runOn(device, builder, program)), device.description).toBe(bitsOf(wanted));
  }
});

test.each([false, true])("nested loops move their slices (reverse: %s)", (reverse) => {
  const builder = new ProgramBuilder();
  const x = builder.input(
    "float32",
    Float32Array.from({ length: 3 * 4 * 10 }, (_, e) => e),
  );
  const out = builder.output("float32", 3 * 4 * 10);
  const carry = builder.scratch("float32", 10);
  const [outerX, outerOut] = [builder.moving(x, 40, 40), builder.moving(out, 40, 40)];
  const [innerX, innerOut] = [builder.moving(outerX, 10, 10), builder.moving(outerOut, 10, 10)];
  const add: Loop = {
    kind: "loop",
    label: "add",
    shape: [10],
    inputs: [
      { register: 0, operand: operand(innerX, [1]) },
      { register: 1, operand: operand(carry, [1]) },
    ],
    uniforms: [],
    code: [{ operation: "add", target: 2, sources: [0, 1] }],
    registers: 3,
    outputs: [
      { register: 2, operand: operand(innerOut, [1]) },
      { register: 2, operand: operand(carry, [1]) },
    ],
  };
  const zero: Loop = {
    ...add,
    label: "zero",
    inputs: [],
    uniforms: [{ register: 2, integer: false, value: 0 }],
    code: [],
    outputs: [{ register: 2, operand: operand(carry, [1]) }],
  };
  const loop = (
    iterations: number,
    moving: readonly number[],
    body: readonly Instruction[],
  ): Repeat => ({
    kind: "repeat",
    label: "scan",
    iterations,
    reverse,
    moving,
    body,
  });
  const program = builder.build([
    zero,
    loop(3, [outerX, outerOut], [loop(4, [innerX, innerOut], [add])]),
  ]);
  const wanted = bitsOf(expected(builder, program));
  for (const device of kernels) {
    expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
  }
});

describe.each(named)("failures on %s", (_, device) => {
  const update = (length: number) => {
    const builder = new ProgramBuilder();
    const x = builder.input("float32", new Float32Array(length).fill(1));
    const state = builder.state("float32", new Float32Array(length).fill(2));
    const check: CheckFinite = {
      kind: "checkFinite",
      label: "gradient of w",
      length,
      operand: operand(x),
    };
    const commit: Loop = {
      kind: "loop",
      label: "update",
      shape: [length],
      inputs: [
        { register: 0, operand: operand(x, [1]) },
        { register: 1, operand: operand(state, [1]) },
      ],
      uniforms: [],
      code: [{ operation: "add", target: 2, sources: [0, 1] }],
      registers: 3,
      outputs: [{ register: 2, operand: operand(state, [1]) }],
    };
    return { builder, program: builder.build([check], [commit]) };
  };

  test("the commit runs only if all is finite", () => {
    for (const length of [1, 3, 16, 33, 300]) {
      for (const bad of [Number.NaN, Infinity, -Infinity, 3e38]) {
        for (const at of [0, length - 1]) {
          const { builder, program } = update(length);
          (builder.inputs[0] as Float32Array)[at] = bad;
          const { failure, states } = runOn(device, builder, program);
          const finite = bad === 3e38;
          expect(failure).toEqual(finite ? null : { kind: "nonFinite", label: "gradient of w" });
          expect(states[0]?.[at]).toBe(finite ? Math.fround(bad) : 2);
        }
      }
    }
  });

  test("states accumulate over runs", () => {
    const { builder, program } = update(100);
    expect(runOn(device, builder, program, 5).states[0]?.[99]).toBe(7);
  });

  test("a slot that was never bound, and arrays that are too short", () => {
    const { builder, program } = update(100);
    const executable = load(device, program);
    const inputs = builder.inputs as TypedArray[];
    expect(() => executable.run(inputs, [], new Float64Array(0))).toThrow("a slot is not bound");
    const storage = builder.states[0];
    if (!storage) throw new Error("no state");
    executable.bind(0, storage);
    expect(() => executable.run([new Float32Array(99)], [], new Float64Array(0))).toThrow(
      "too short",
    );
  });
});
