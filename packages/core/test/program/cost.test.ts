import { describe, expect, test } from "vitest";
import { costOf } from "../../src/program/cost.js";
import type {
  BufferDeclaration,
  Indexing,
  Loop,
  MatMul,
  MicroOperation,
  Operand,
  Reduce,
} from "../../src/program/index.js";
import { operand } from "../device/programs.js";

const buffer = (dtype: BufferDeclaration["dtype"], length: number): BufferDeclaration => ({
  dtype,
  length,
  place: { kind: "arena", offset: 0 },
});
const large = buffer("float32", 1_000_000);

/** A loop that reads these operands and writes (4, 6) float32 to buffer 1. */
const loopOver = (reads: readonly Operand[], ...operations: readonly MicroOperation[]): Loop => ({
  kind: "loop",
  label: "loop",
  shape: [4, 6],
  inputs: reads.map((each, register) => ({ register, operand: each })),
  uniforms: [],
  code: operations.map((operation) => ({ operation, target: 0, sources: [0] })),
  registers: 1,
  outputs: [{ register: 0, operand: operand(1, [6, 1]) }],
});
const written = 4 * 6 * 4;

describe("a loop", () => {
  test("counts what it computes at each point; integers count nothing", () => {
    const loop = loopOver([], "add", "multiply", "addInt", "select", "exp");
    expect(costOf(loop, [large, large])).toEqual({ operations: 24 * 22, bytes: written });
  });

  test.each<[string, Operand, number]>([
    ["all elements", operand(0, [6, 1]), 24],
    ["a row for all rows", operand(0, [0, 1]), 6],
    ["a column for all columns", operand(0, [1, 0]), 4],
    ["one number", operand(0, [0, 0]), 1],
    ["a transposed matrix", operand(0, [1, 4]), 24],
    ["backwards", operand(0, [-6, -1], 23), 24],
    ["every second element", operand(0, [12, 2]), 24],
    ["windows of 6 that advance by 1", operand(0, [1, 1]), 9],
    ["windows of 6 that advance by 4", operand(0, [4, 1]), 18],
    ["its own position", operand(-1, [6, 1]), 0],
  ])("reads %s", (_, read, elements) => {
    expect(costOf(loopOver([read]), [large, large]).bytes).toBe(written + 4 * elements);
  });

  test("counts by the size of the dtype, and no more than the buffer has", () => {
    const loop = loopOver([operand(0, [6, 1])]);
    expect(costOf(loop, [buffer("uint8", 24), large]).bytes).toBe(written + 24);
    // Strides that meet in ways not looked into.
    expect(costOf(loopOver([operand(0, [2, 3])]), [buffer("bool", 22), large]).bytes).toBe(
      written + 22,
    );
  });

  test("counts an operand that stands twice once, and what it reads and writes as both", () => {
    const x = operand(0, [6, 1]);
    expect(costOf(loopOver([x, x]), [large, large]).bytes).toBe(written + 96);
    expect(costOf(loopOver([operand(1, [6, 1])]), [large, large]).bytes).toBe(2 * written);
  });

  test("over nothing costs nothing", () => {
    const loop = { ...loopOver([operand(0, [6, 1])], "add"), shape: [0, 6] };
    expect(costOf(loop, [large, large])).toEqual({ operations: 0, bytes: 0 });
  });
});

test("a reduction adds one operation a point and writes what it keeps", () => {
  const { outputs: _, ...body } = loopOver([operand(0, [6, 1])], "multiply");
  const reduce: Reduce = {
    ...body,
    kind: "reduce",
    reduction: "sum",
    reducedAxes: 1,
    columns: false,
    results: [{ register: 0, output: operand(1, [1]) }],
  };
  expect(costOf(reduce, [large, large])).toEqual({ operations: 48, bytes: 4 * (24 + 4) });
});

describe("a product", () => {
  const product: MatMul = {
    kind: "matmul",
    label: "matmul",
    batch: [2],
    m: [3],
    n: [4],
    k: [5],
    a: operand(0, [15, 5, 1]),
    b: operand(1, [0, 4, 1]),
    epilogue: [],
    c: operand(2, [12, 4, 1]),
  };

  test("takes a multiply-add for each m, n, k and batch; a factor for all batches counts once", () => {
    const bytes = 4 * (2 * 3 * 5 + 5 * 4 + 2 * 3 * 4);
    expect(costOf(product, [large, large, large])).toEqual({
      operations: 2 * 2 * 3 * 4 * 5,
      bytes,
    });
  });

  test("reads overlapping windows of an image once", () => {
    // A 3x3 convolution of one channel, 28x28 to 26x26, into 4 channels.
    const convolution: MatMul = {
      ...product,
      batch: [],
      m: [26, 26],
      n: [4],
      k: [3, 3],
      a: operand(0, [28, 1, 28, 1]),
      b: operand(1, [3, 1, 9]),
      c: operand(2, [4, 1]),
    };
    expect(costOf(convolution, [large, large, large])).toEqual({
      operations: 2 * 26 * 26 * 4 * 9,
      bytes: 4 * (28 * 28 + 9 * 4 + 26 * 26 * 4),
    });
  });
});

describe("indexing", () => {
  const buffers = [large, buffer("int32", 1000), large];
  const rows: Indexing = {
    kind: "gather",
    label: "take",
    outer: 2,
    size: 10,
    inner: 8,
    count: 3,
    source: operand(0),
    indices: operand(1),
    chosen: null,
    target: operand(2),
  };

  test.each<[Indexing["kind"], number, number, number]>([
    // kind, operations, elements moved, indices read
    ["gather", 0, 48 + 48, 3],
    ["gatherElements", 0, 48 + 48, 48],
    ["scatterAdd", 48, 48 + 160, 3],
    ["scatterElements", 48, 48 + 160, 48],
  ])("%s", (kind, operations, moved, indices) => {
    const bytes = 4 * (moved + indices);
    expect(costOf({ ...rows, kind }, buffers)).toEqual({ operations, bytes });
  });

  test("takes no more of a table than it has", () => {
    const bytes = 4 * (160 + 2 * 50 * 8 + 50);
    expect(costOf({ ...rows, count: 50 }, buffers)).toEqual({ operations: 0, bytes });
  });
});

test("draws and checks move their elements; a repeat itself does nothing", () => {
  const [label, length] = ["each", 100];
  const target = operand(0);
  const bytes = 400;
  const draw = { kind: "random", label, length, seed: 0, base: 1, draw: 0, target } as const;
  const check = { kind: "checkFinite", label, length, operand: target } as const;
  expect(costOf(draw, [large])).toEqual({ operations: 0, bytes });
  expect(costOf(check, [large])).toEqual({ operations: 0, bytes });
  const repeat = { kind: "repeat", label, iterations: 9, reverse: false, moving: [] } as const;
  expect(costOf({ ...repeat, body: [check] }, [large])).toEqual({ operations: 0, bytes: 0 });
});
