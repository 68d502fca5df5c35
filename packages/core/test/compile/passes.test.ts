import { describe, expect, test } from "vitest";
import { compileGraph, explainGraph } from "../../src/compile/index.js";
import { simplify } from "../../src/compile/simplify.js";
import { verify } from "../../src/compile/verify.js";
import {
  add,
  binary,
  broadcastTo,
  constant,
  constantLike,
  matmul,
  multiply,
  permute,
  reshape,
  scale,
  sum,
  transpose,
  unary,
} from "../../src/graph/build.js";
import { inventoryOf, makeNode, type Node } from "../../src/graph/index.js";
import type { Program } from "../../src/program/index.js";
import { graphOf } from "./support.js";

const input = (shape: readonly number[], index = 0): Node<"input"> =>
  makeNode("input", [], { index, shape, dtype: "float32" });

function compileNodes(inputs: readonly Node<"input">[], outputs: readonly Node[]): Program {
  const graph = { ...graphOf(outputs), inputs };
  return compileGraph(graph, inventoryOf(graph));
}

const kinds = (program: Program): string[] => program.compute.map(({ kind }) => kind);

describe("indexing", () => {
  const numbers = (length: number, index: number): Node<"input"> =>
    makeNode("input", [], { index, shape: [length], dtype: "int32" });

  test("rows that are gathered to be added up are read where they stand", () => {
    const [x, from, to] = [input([9, 3]), numbers(4, 1), numbers(4, 2)];
    const gathered = makeNode("gather", [x, from], { axis: 0, label: "rows" });
    const sums = makeNode("scatterAdd", [to, gathered], { axis: 0, size: 2 });
    const program = compileNodes([x, from, to], [sums]);
    expect(program.compute).toMatchObject([
      { kind: "checkIndices", label: "rows", size: 9 },
      { kind: "scatterAdd", chosen: { size: 9 } },
    ]);
    // Somebody else wants them.
    expect(kinds(compileNodes([x, from, to], [sums, gathered]))).toEqual(["gather", "scatterAdd"]);
  });

  test("a position taken from a list of positions is itself, once it was checked", () => {
    const indices = numbers(4, 0);
    const taken = makeNode("gather", [makeNode("iota", [], { length: 7 }), indices], { axis: 0 });
    expect(compileNodes([indices], [binary("add", taken, taken)]).compute).toMatchObject([
      { kind: "checkIndices", size: 7 },
      { kind: "loop" },
    ]);
  });
});

describe("simplify", () => {
  test("removes what computes nothing", () => {
    const x = input([2, 3]);
    const same = permute(permute(reshape(scale(x, 1), [2, 3]), [1, 0]), [1, 0]);
    const program = compileNodes([x], [unary("exp", makeNode("detach", [same], {}))]);
    expect(program.compute).toMatchObject([{ kind: "loop", code: [{ operation: "exp" }] }]);
  });

  test("a choice between a value and itself is none", () => {
    const x = input([2, 3]);
    const mask = binary("less", constantLike(0, x), x);
    const y = makeNode("select", [mask, x, makeNode("detach", [x], {})], {});
    expect(simplify(graphOf([y])).outputs).toEqual([x]);
  });

  test("keeps -0: x + 0 is not x", () => {
    const x = input([2]);
    const program = compileNodes([x], [add(x, constantLike(0, x))]);
    expect(program.compute).toMatchObject([{ code: [{ operation: "add" }] }]);
  });

  test("the sum of -0 alone is 0", () => {
    const x = input([1, 2]);
    const program = compileNodes([x], [sum(x, [0])]);
    expect(program.compute).toMatchObject([{ kind: "loop", code: [{ operation: "add" }] }]);
  });

  test("folds numbers as float32, and leaves denormals to the device", () => {
    const fold = (node: Node): Node | undefined => simplify(graphOf([node])).outputs[0];
    const tenth = constant(0.1, [], "float32");
    expect(fold(unary("sqrt", tenth))?.attributes).toMatchObject({
      value: Math.fround(Math.sqrt(Math.fround(0.1))),
    });
    const tiny = constant(1e-30, [], "float32");
    expect(fold(multiply(tiny, tiny))?.attributes).toMatchObject({ value: 0 });
    expect(fold(multiply(tiny, constant(1e-10, [], "float32")))?.primitive).toBe("multiply");
    expect(fold(binary("power", input([]), constant(2, [], "float32")))?.primitive).toBe("power");
  });

  test("divides by a power of two as it multiplies, and by nothing else", () => {
    const x = input([2]);
    const over = (value: number): Node | undefined =>
      simplify(graphOf([binary("divide", x, constantLike(value, x))])).outputs[0];
    for (const [value, factor] of [
      [0.5, 2],
      [-8, -0.125],
      [2 ** 126, 2 ** -126],
    ] as const) {
      expect(over(value)?.primitive).toBe("multiply");
      expect(over(value)?.inputs[1]?.attributes).toMatchObject({ value: factor });
    }
    // 1 / 3 and 1 / 2^127 are no normal numbers of 24 bits, and close to 2^100 is not 2^100.
    for (const value of [3, 0, 2 ** 127, 2 ** 100 * (1 + 2 ** -52)]) {
      expect(over(value)?.primitive).toBe("divide");
    }
  });

  test("computes equal expressions once", () => {
    const x = input([4]);
    const program = compileNodes([x], [add(unary("exp", x), unary("exp", x))]);
    expect(program.compute).toMatchObject([{ code: [{ operation: "exp" }, { operation: "add" }] }]);
  });

  test("transposes a product by exchanging its operands", () => {
    const [a, b] = [input([4, 5]), input([5, 6], 1)];
    const program = compileNodes([a, b], [unary("exp", transpose(matmul(a, b)))]);
    expect(program.compute).toMatchObject([
      { kind: "matmul", m: [6], n: [4], k: [5] },
      { shape: [24] },
    ]);
  });
});

describe("fuse", () => {
  test("bias and activation belong to the product", () => {
    const [x, w, b] = [input([8, 4]), input([5, 4], 1), input([5], 2)];
    const y = unary("relu", add(matmul(x, transpose(w)), broadcastTo(b, [8, 5])));
    expect(kinds(compileNodes([x, w, b], [y]))).toEqual(["matmul"]);
  });

  test("a reduction computes its operand on the fly", () => {
    const [x, y] = [input([8, 4]), input([8, 4], 1)];
    const difference = binary("subtract", x, y);
    expect(kinds(compileNodes([x, y], [sum(multiply(difference, difference), [0, 1])]))).toEqual([
      "reduce",
    ]);
  });

  test("what only the backward pass needs is computed there", () => {
    const [x, g] = [input([4, 4]), input([4, 4], 1)];
    const y = unary("relu", x);
    const mask = binary("less", constantLike(0, y), y);
    const product = matmul(y, g);
    const masked = makeNode("select", [mask, product, constantLike(0, y)], {});
    const program = compileNodes([x, g], [masked]);
    expect(program.compute).toMatchObject([
      { kind: "loop", code: [{ operation: "relu" }] },
      { kind: "matmul" },
      { kind: "loop", code: [{ operation: "less" }, { operation: "select" }] },
    ]);
  });

  test("20,000 operations in a row compile without overflowing the stack", () => {
    const x = input([4]);
    let y: Node = x;
    for (let i = 0; i < 20_000; i++) y = unary("sin", y);
    const program = compileNodes([x], [y]);
    expect(kinds(program)).toEqual(["loop"]);
    expect(program.compute).toMatchObject([{ registers: 2 }]);
  });
});

describe("reductions that share a pass", () => {
  test("sums over the same axes of the same memory are one instruction", () => {
    const [g, x] = [input([8, 40]), input([8, 40], 1)];
    const program = compileNodes([g, x], [sum(g, [0]), sum(multiply(g, x), [0]), sum(x, [1])]);
    const [both] = program.compute;
    expect(kinds(program)).toEqual(["reduce", "reduce"]);
    expect(both).toMatchObject({ kind: "reduce", columns: true, inputs: [{}, {}] });
    expect(both?.kind === "reduce" && both.results.length).toBe(2);
  });

  test("not a sum and a maximum, nor sums of which one needs the other", () => {
    const x = input([40, 40]);
    const total = sum(x, [1]);
    const centred = binary("subtract", x, broadcastTo(reshape(total, [40, 1]), [40, 40]));
    const largest = makeNode("reduceMax", [x], { axes: [1] });
    const program = compileNodes([x], [largest, sum(multiply(centred, centred), [1])]);
    expect(kinds(program)).toEqual(["reduce", "reduce", "reduce"]);
  });

  test("takes in what only it needs, past what is stored for others", () => {
    const [x, y] = [input([40, 40]), input([40, 40], 1)];
    const power = unary("exp", x);
    const program = compileNodes([x, y], [power, sum(multiply(power, y), [1])]);
    expect(program.compute).toMatchObject([
      { kind: "loop", code: [{ operation: "exp" }] },
      { kind: "reduce", code: [{ operation: "multiply" }] },
    ]);
  });
});

describe("recompute", () => {
  const [a, b, bias] = [input([16, 8]), input([8, 40], 1), input([40], 2)];
  const product = matmul(a, b);
  const x = add(product, broadcastTo(bias, [16, 40]));
  const mean = scale(sum(x, [0]), 1 / 16);
  const centred = binary("subtract", x, broadcastTo(mean, [16, 40]));
  const variance = sum(multiply(centred, centred), [0]);

  test("a cheap value of one tensor is never stored, but for what the product itself can leave", () => {
    const y = multiply(centred, broadcastTo(variance, [16, 40]));
    expect(compileNodes([a, b, bias], [y]).compute).toMatchObject([
      { kind: "matmul", epilogue: [{ operation: "add" }] },
      { kind: "reduce", code: [] },
      { kind: "loop", shape: [40] },
      { kind: "reduce", code: [{}, {}] },
      { kind: "loop", code: [{}, {}], outputs: [{}] },
    ]);
  });

  test("one that is asked for is stored, and read", () => {
    const program = compileNodes([a, b, bias], [x, variance]);
    expect(program.compute[0]).toMatchObject({ kind: "matmul", epilogue: [{ operation: "add" }] });
    expect(program.compute[1]).toMatchObject({ kind: "reduce", code: [] });
  });

  test("an expensive one is stored", () => {
    const power = unary("exp", x);
    const share = multiply(power, broadcastTo(sum(power, [0]), [16, 40]));
    expect(compileNodes([a, b, bias], [share]).compute.slice(1)).toMatchObject([
      { kind: "loop", outputs: [{}] },
      { kind: "reduce", code: [] },
      { kind: "loop", inputs: [{}, {}] },
    ]);
  });

  test("a mask does not keep the larger numbers it was made of alive", () => {
    const seed = { read: () => 1 };
    const draw = makeNode("random", [], { shape: [16, 8], draw: 0, seed, base: seed });
    const mask = binary("less", draw, constantLike(0.5, draw));
    const masked = (x: Node): Node => makeNode("select", [mask, x, constantLike(0, x)], {});
    let y = masked(a);
    for (let i = 0; i < 10; i++) y = matmul(y, matmul(transpose(a), a));
    const program = compileNodes([a], [masked(y)]);
    const bools = program.buffers.filter(({ dtype }) => dtype === "bool");
    expect(bools).toHaveLength(1);
  });
});

describe("loops", () => {
  const shape = [4, 3, 8, 6];
  const tiles = [4, 3, 4, 2, 3, 2];

  test("the largest of small tiles and its position are one loop over what stands in memory", () => {
    const x = input(shape);
    const within = reshape(x, tiles);
    const largest = makeNode("reduceMax", [within], { axes: [3, 5] });
    const position = makeNode("argmax", [within], { axes: [3, 5] });
    const program = compileNodes([x], [largest, position]);
    expect(program.compute).toMatchObject([
      { kind: "loop", outputs: [{ operand: { buffer: 0 } }, { operand: { buffer: 1 } }] },
    ]);
  });

  test("read what is repeated along two axes without a copy", () => {
    const x = input(shape);
    const perTile = input([4, 3, 4, 3], 1);
    const apart = reshape(perTile, [4, 3, 4, 1, 3, 1]);
    const spread = reshape(makeNode("expand", [apart], { shape: tiles }), shape);
    expect(kinds(compileNodes([x, perTile], [multiply(x, spread)]))).toEqual(["loop"]);
  });

  test("copy what cannot be walked together", () => {
    const pairs = (width: number): Node => {
      const parts = [96 / width, width];
      return reshape(permute(reshape(input([96], width - 3), parts), [1, 0]), [96]);
    };
    // Rows of 32 and of 24 elements have no common axes.
    const program = compileNodes([], [multiply(pairs(3), pairs(4))]);
    expect(program.compute.map(({ label }) => label)).toEqual(["copy (4, 24)", "multiply (96)"]);
  });
});

describe("plan memory", () => {
  test("buffers that are never in use together share bytes", () => {
    const x = input([64, 64]);
    let y: Node = x;
    for (let i = 0; i < 20; i++) y = matmul(y, x);
    const program = compileNodes([x], [y]);
    expect(program.arenaBytes).toBe(2 * 64 * 64 * 4);
  });
});

describe("verify", () => {
  const x = input([4]);
  const good = compileNodes([x], [unary("exp", x)]);
  const [loop] = good.compute;
  const broken = (change: object): Program =>
    ({ ...good, compute: [{ ...loop, ...change }] }) as Program;

  test("refuses what reads or writes outside its buffers", () => {
    expect(() => verify(broken({ shape: [5] }))).toThrow("elements 0 to 4 of a buffer of 4");
    expect(() => verify(broken({ shape: [2, 2] }))).toThrow("1 strides for 2 axes");
    expect(() => verify(broken({ inputs: [] }))).toThrow("unwritten");
    const output = { register: 0, operand: { buffer: 1, offset: 0, strides: [1] } };
    expect(() => verify(broken({ outputs: [output] }))).toThrow(/writes to|faulty/);
  });

  test("refuses slices beyond the end of what a loop walks over", () => {
    const steps = input([3, 2]);
    const formal = input([2]);
    const attributes = { carries: 0, sequences: 1, length: 3, reverse: false };
    const body = { inputs: [formal], outputs: [unary("exp", formal)] };
    const loop = makeNode("scan", [steps], { ...attributes, body });
    const program = compileNodes([steps], [makeNode("result", [loop], { index: 0 })]);
    const compute = program.compute.map((each) =>
      each.kind === "repeat" ? { ...each, iterations: 4 } : each,
    );
    expect(() => verify({ ...program, compute })).toThrow("slices end at 8 of a buffer of 6");
  });

  test("accepts what the passes made", () => {
    expect(verify(good)).toBe(good);
  });
});

test("explain shows what each pass did", () => {
  const x = input([4]);
  const graph = { ...graphOf([unary("exp", scale(x, 1))]), inputs: [x] };
  const text = explainGraph(graph, inventoryOf(graph));
  expect(text).toContain("%2 = multiply %0, %1 : float32 (4,)");
  expect(text).toContain("== simplify\n%0 = input 0 : float32 (4,)\n%1 = exp %0");
  expect(text).toContain("loop: exp (4) over [4]\n    r0 = b1[1]");
});
