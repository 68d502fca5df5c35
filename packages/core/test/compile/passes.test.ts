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
  test("bias and activation are one loop after the product", () => {
    const [x, w, b] = [input([8, 4]), input([5, 4], 1), input([5], 2)];
    const y = unary("relu", add(matmul(x, transpose(w)), broadcastTo(b, [8, 5])));
    expect(kinds(compileNodes([x, w, b], [y]))).toEqual(["matmul", "loop"]);
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
