import { describe, expect, it } from "vitest";
import { type DType, Storage } from "../../src/array/index.js";
import { createReference } from "../../src/device/reference/index.js";
import { add, binary, cast, constant, matmul, permute, sum, unary } from "../../src/graph/build.js";
import { type Graph, inventoryOf, labelOf, makeNode, type Node } from "../../src/graph/index.js";
import {
  evaluate,
  integers,
  loadOnReference,
  loop,
  runGraph,
  value,
  vector,
} from "../gradient/harness.js";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const ints = (dtype: DType, ...data: number[]): Node => value(dtype, [data.length], data);
const first = (node: Node): number[] => evaluate(node)[0] as number[];
const graphOf = (...outputs: Node[]): Graph => ({ inputs: [], outputs, updates: [], checks: [] });

describe("the reference device", () => {
  it("says what it is", () => {
    expect(createReference()).toMatchObject({
      name: "reference",
      arithmetic: "float64",
      threads: 1,
    });
  });

  it("keeps floating intermediates in float64 and rounds at the output", () => {
    const large = constant(2 ** 24, [1], "float32");
    const one = constant(1, [1], "float32");
    const difference = binary("subtract", add(large, one), large);
    expect(first(difference)).toEqual([1]);
    expect(first(add(large, one))).toEqual([2 ** 24]);
  });
});

describe("elements", () => {
  it("erf is accurate to about 1e-15", () => {
    const expected = [
      [1e-10, 1.1283791670955126e-10],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [1.999999, 0.9953222443519261],
      [2, 0.9953222650189527],
      [2.5, 0.999593047982555],
      [3, 0.9999779095030014],
      [4, 0.9999999845827421],
      [5.5, 0.9999999999999927],
      [7, 1],
      [infinity, 1],
    ] as const;
    const received = first(unary("erf", vector(...expected.map(([x]) => x))));
    const mirrored = first(unary("erf", vector(...expected.map(([x]) => -x))));
    expected.forEach(([, y], i) => {
      expect(Math.abs((received[i] as number) / y - 1)).toBeLessThan(1.5e-15);
      expect(mirrored[i]).toBe(-(received[i] as number));
    });
    expect(first(unary("erf", vector(0, nan)))).toEqual([0, nan]);
  });

  it("NaN is kept by relu, maximum and minimum, and compares as false", () => {
    expect(first(unary("relu", vector(nan, -1, 2)))).toEqual([nan, 0, 2]);
    const [a, b] = [vector(nan, 1, 1), vector(1, nan, 2)];
    expect(first(binary("maximum", a, b))).toEqual([nan, nan, 2]);
    expect(first(binary("minimum", a, b))).toEqual([nan, nan, 1]);
    expect(first(binary("lessEqual", a, b))).toEqual([0, 0, 1]);
    expect(first(binary("equal", a, a))).toEqual([0, 1, 1]);
  });

  it("sigmoid and tanh saturate", () => {
    expect(first(unary("sigmoid", vector(-800, 0, 800)))).toEqual([0, 0.5, 1]);
    expect(first(unary("tanh", vector(-800, 0, 800)))).toEqual([-1, 0, 1]);
  });

  it("power follows IEEE 754", () => {
    const [a, b] = [vector(1, -1, 0, 2, -8, nan), vector(nan, infinity, 0, -1, 1 / 3, 0)];
    expect(first(binary("power", a, b))).toEqual([1, 1, 1, 0.5, nan, 1]);
  });

  it("remainder has the sign of the divisor", () => {
    expect(first(binary("remainder", vector(7, -7, 7, -7), vector(3, 3, -3, -3)))).toEqual([
      1, 2, -2, -1,
    ]);
    expect(first(binary("remainder", integers(7, -7, 5), integers(-3, 3, 0)))).toEqual([-2, 2, 0]);
  });

  it("int32 wraps to 32 bits", () => {
    const top = 2 ** 31 - 1;
    expect(first(add(integers(top), integers(1)))).toEqual([-(2 ** 31)]);
    expect(first(binary("multiply", integers(123456789), integers(987654321)))).toEqual([
      -67153019,
    ]);
    expect(first(unary("absolute", integers(-(2 ** 31), -5)))).toEqual([-(2 ** 31), 5]);
    expect(first(sum(integers(top, top, 3), [0]))).toEqual([1]);
  });

  it("uint8 wraps to 8 bits", () => {
    expect(first(add(ints("uint8", 250), ints("uint8", 10)))).toEqual([4]);
    expect(first(unary("negate", ints("uint8", 1)))).toEqual([255]);
    expect(first(binary("multiply", ints("uint8", 20), ints("uint8", 20)))).toEqual([144]);
  });

  it("casts truncate, saturate, and take NaN for 0 and for true", () => {
    const x = vector(2.9, -2.9, nan, 3e9, -infinity, 0);
    expect(first(cast(x, "int32"))).toEqual([2, -2, 0, 2 ** 31 - 1, -(2 ** 31), 0]);
    expect(first(cast(x, "bool"))).toEqual([1, 1, 1, 1, 1, 0]);
    expect(first(cast(vector(255.7, 256, -1), "uint8"))).toEqual([255, 0, 255]);
    expect(first(cast(integers(300, -1, 0), "uint8"))).toEqual([44, 255, 0]);
    expect(first(cast(integers(256, 0), "bool"))).toEqual([1, 0]);
  });

  it("bools combine", () => {
    const [a, b] = [ints("bool", 0, 0, 1, 1), ints("bool", 0, 1, 0, 1)];
    expect(first(binary("and", a, b))).toEqual([0, 0, 0, 1]);
    expect(first(binary("or", a, b))).toEqual([0, 1, 1, 1]);
    expect(first(unary("not", a))).toEqual([1, 1, 0, 0]);
    expect(first(makeNode("select", [a, vector(1, 2, 3, 4), vector(5, 6, 7, 8)], {}))).toEqual([
      5, 6, 3, 4,
    ]);
  });
});

describe("arrangement", () => {
  const x = value("float64", [2, 3], [1, 2, 3, 4, 5, 6]);

  it("permutes, stretches, pads and joins", () => {
    expect(first(permute(x, [1, 0]))).toEqual([1, 4, 2, 5, 3, 6]);
    const cube = value("int32", [1, 2, 3], [1, 2, 3, 4, 5, 6]);
    expect(makeNode("permute", [cube], { order: [2, 0, 1] }).shape).toEqual([3, 1, 2]);
    expect(first(permute(cube, [2, 0, 1]))).toEqual([1, 4, 2, 5, 3, 6]);
    const column = value("float64", [2, 1], [1, 2]);
    expect(first(makeNode("expand", [column], { shape: [2, 3] }))).toEqual([1, 1, 1, 2, 2, 2]);
    expect(first(makeNode("pad", [column], { before: [1, 0], after: [0, 1] }))).toEqual([
      0, 0, 1, 0, 2, 0,
    ]);
    expect(first(makeNode("concatenate", [x, column], { axis: 1 }))).toEqual([
      1, 2, 3, 1, 4, 5, 6, 2,
    ]);
    expect(first(makeNode("reshape", [x], { shape: [3, 2] }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("slices with steps of either sign", () => {
    const cut = { start: [1, 2], step: [-1, -2], shape: [2, 2] };
    expect(first(makeNode("slice", [x], cut))).toEqual([6, 4, 3, 1]);
  });

  it("takes empty arrays", () => {
    const empty = value("float64", [0, 3], []);
    expect(first(sum(empty, [0]))).toEqual([0, 0, 0]);
    expect(first(makeNode("concatenate", [empty, x], { axis: 0 }))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(first(matmul(value("float64", [2, 0], []), empty))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("reductions and products", () => {
  const x = value("float64", [2, 3], [1, 9, 9, nan, 5, nan]);

  it("argmax takes the first among equals, and NaN for the largest", () => {
    expect(first(makeNode("argmax", [x], { axes: [1] }))).toEqual([1, 0]);
    expect(first(makeNode("argmax", [x], { axes: [0] }))).toEqual([1, 0, 1]);
    expect(first(makeNode("argmax", [x], { axes: [0, 1] }))).toEqual([3]);
    expect(first(makeNode("argmax", [vector(-infinity, -infinity)], { axes: [0] }))).toEqual([0]);
  });

  it("reduceMax keeps NaN, and knows integers", () => {
    expect(first(makeNode("reduceMax", [x], { axes: [1] }))).toEqual([9, nan]);
    expect(first(makeNode("reduceMax", [integers(-7, -3)], { axes: [0] }))).toEqual([-3]);
  });

  it("sums over several axes", () => {
    const cube = value("float64", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(first(sum(cube, [0, 2]))).toEqual([14, 22]);
  });

  it("multiplies batches of matrices", () => {
    const a = value("float64", [2, 1, 2], [1, 2, 3, 4]);
    const b = value("float64", [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(first(matmul(a, b))).toEqual([7, 10, 43, 50]);
  });
});

describe("indexing", () => {
  const x = value("float64", [2, 3], [1, 2, 3, 4, 5, 6]);

  it("gathers and scatters rows, repeated ones add up", () => {
    expect(first(makeNode("gather", [x, integers(2, 0)], { axis: 1 }))).toEqual([3, 1, 6, 4]);
    expect(first(makeNode("scatterAdd", [integers(1, 1), x], { axis: 0, size: 3 }))).toEqual([
      0, 0, 0, 5, 7, 9, 0, 0, 0,
    ]);
  });

  it("gathers and scatters elements", () => {
    const indices = value("int32", [2, 1], [2, 0]);
    expect(first(makeNode("gatherElements", [x, indices], { axis: 1 }))).toEqual([3, 4]);
    const updates = value("float64", [2, 1], [7, 8]);
    expect(first(makeNode("scatterElements", [indices, updates], { axis: 1, size: 3 }))).toEqual([
      0, 0, 7, 8, 0, 0,
    ]);
  });

  it.each([-1, 3])("an index of %i fails with the operation's name", (index) => {
    const taken = makeNode("gather", [x, integers(0, index)], { axis: 1 });
    expect(labelOf(taken)).toBe("take (2, 2)");
    expect(runGraph(graphOf(taken)).failure).toEqual({
      kind: "index",
      label: "take (2, 2)",
      index,
      size: 3,
    });
    const indices = value("int32", [2, 1], [0, index]);
    const along = makeNode("gatherElements", [x, indices], { axis: 1 });
    expect(runGraph(graphOf(along)).failure).toMatchObject({ label: "takeAlong (2, 1)", index });
  });
});

describe("randomness", () => {
  const source = (number: number) => ({ read: () => number });
  const draw = (shape: number[], seed: number, base: number, index = 0): Node =>
    makeNode("random", [], { shape, seed: source(seed), base: source(base), draw: index });

  it("is Philox4x32-10 with the upper 24 bits of each word", () => {
    // The published known answer for a counter and a key of zeros.
    const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
    expect(first(draw([4], 0, 0))).toEqual(words.map((word) => (word >>> 8) / 2 ** 24));
  });

  it("depends on element, seed, base + draw, also beyond 32 bits", () => {
    const long = first(draw([9], 5, 1, 2));
    expect(new Set(long).size).toBe(9);
    expect(first(draw([9], 5, 3, 0))).toEqual(long);
    expect(first(draw([9], 5 + 2 ** 32, 3))).not.toEqual(long);
    expect(first(draw([9], 5, 3 + 2 ** 32))).not.toEqual(long);
  });

  it("draws anew in each iteration of the innermost loop", () => {
    const start = constant(0, [], "float32");
    const [, rows] = loop({ carries: [start], length: 3 }, (c) => [c, draw([2], 5, 3)]) as Node[];
    const [, turned] = loop({ carries: [start], length: 3, reverse: true }, (c) => [
      c,
      draw([2], 5, 3),
    ]) as Node[];
    const values = first(rows as Node);
    expect(values.slice(0, 2)).toEqual(first(draw([2], 5, 3)));
    expect(new Set(values).size).toBe(6);
    expect(first(turned as Node)).toEqual(values);
  });

  it("draws anew in each iteration of nested loops, which count together", () => {
    const none = () => constant(0, [], "float32");
    const [, nested] = loop({ carries: [none()], length: 3 }, (c) => {
      const [, rows] = loop({ carries: [none()], length: 2 }, (d) => [d, draw([4], 5, 3)]);
      return [c, rows as Node];
    }) as Node[];
    const [, flat] = loop({ carries: [none()], length: 6 }, (c) => [c, draw([4], 5, 3)]) as Node[];
    expect(first(nested as Node)).toEqual(first(flat as Node));
    expect(new Set(first(nested as Node)).size).toBe(24);
  });
});

describe("loops", () => {
  it.each([
    [false, [1, 3, 6]],
    [true, [6, 5, 3]],
  ])("a running sum, reverse %s", (reverse, expected) => {
    const [last, all] = loop(
      { carries: [constant(0, [], "int32")], sequences: [integers(1, 2, 3)], length: 3, reverse },
      (total, each) => [add(total, each), add(total, each)],
    ) as [Node, Node];
    expect(evaluate(last, all)).toEqual([[6], expected]);
  });

  it("a loop in a loop", () => {
    const matrix = value("int32", [2, 3], [1, 2, 3, 4, 5, 6]);
    const [total] = loop(
      { carries: [constant(0, [], "int32")], sequences: [matrix], length: 2 },
      (outer, row) =>
        loop({ carries: [outer], sequences: [row], length: 3 }, (inner, each) => [
          add(add(inner, inner), each),
        ]),
    ) as [Node];
    expect(first(total)).toEqual([[1, 2, 3, 4, 5, 6].reduce((sum, each) => 2 * sum + each, 0)]);
  });

  it("a failure inside stops the run", () => {
    const table = vector(1, 2);
    const [last] = loop(
      { carries: [constant(0, [], "int32")], constants: [table], length: 3 },
      (t, x) => [add(t, constant(1, [], "int32")), makeNode("gather", [x, t], { axis: 0 })],
    ) as [Node];
    expect(runGraph(graphOf(last)).failure).toEqual({
      kind: "index",
      label: "take ()",
      index: 2,
      size: 2,
    });
  });
});

describe("states", () => {
  const cell = (...data: number[]) => ({
    name: "w",
    shape: [data.length],
    dtype: "float32" as const,
    storage: Storage.of("float32", Float32Array.from(data)),
  });
  const stateOf = (each: ReturnType<typeof cell>) => makeNode("state", [], { cell: each });

  it("new contents come from the old ones, whatever the order", () => {
    const [a, b] = [cell(1, 2), cell(3, 4)];
    const [left, right] = [stateOf(a), stateOf(b)];
    const updates = [
      { state: left, value: right },
      { state: right, value: add(left, right) },
    ];
    const { failure, outputs } = runGraph({ inputs: [], outputs: [left], updates, checks: [] });
    expect(failure).toBeNull();
    expect([...(outputs[0] ?? [])]).toEqual([1, 2]);
    expect([...a.storage.read()]).toEqual([3, 4]);
    expect([...b.storage.read()]).toEqual([4, 6]);
  });

  it("works on the storage that is bound, and reads scalars at every run", () => {
    const w = cell(1, 2);
    const state = stateOf(w);
    const rate = { read: () => 0 };
    const factor = makeNode("scalar", [], { source: rate, dtype: "float32" });
    const scaled = binary(
      "multiply",
      state,
      makeNode("expand", [makeNode("reshape", [factor], { shape: [1] })], { shape: [2] }),
    );
    const graph = { inputs: [], outputs: [], updates: [{ state, value: scaled }], checks: [] };
    expect(inventoryOf(graph).bindings).toHaveLength(1);
    const executable = loadOnReference(graph);
    const moved = Storage.of("float32", Float32Array.of(10, 20));
    executable.bind(0, moved);
    expect(executable.run([], [], Float64Array.of(0.5))).toBeNull();
    expect(executable.run([], [], Float64Array.of(3))).toBeNull();
    expect([...moved.read()]).toEqual([15, 30]);
    expect([...w.storage.read()]).toEqual([1, 2]);
  });

  it("fetches bytes that only another device has, and takes their ownership", () => {
    const w = cell(0);
    w.storage.host = null;
    w.storage.resident = {
      device: {},
      read: () => Float32Array.of(41),
      readAsync: async () => Float32Array.of(41),
    };
    const state = stateOf(w);
    const updates = [{ state, value: add(state, constant(1, [1], "float32")) }];
    expect(runGraph({ inputs: [], outputs: [], updates, checks: [] }).failure).toBeNull();
    expect(w.storage.resident).toBeNull();
    expect([...w.storage.read()]).toEqual([42]);
  });

  it.each([
    ["NaN", unary("log", constant(-1, [1], "float32"))],
    ["what float32 cannot hold", constant(1e39, [1], "float32")],
  ])("nothing changes when a checked value is %s", (_, bad) => {
    const w = cell(1);
    const state = stateOf(w);
    const { failure } = runGraph({
      inputs: [],
      outputs: [],
      updates: [{ state, value: constant(5, [1], "float32") }],
      checks: [
        { node: constant(1, [1], "float32"), label: "loss" },
        { node: bad, label: "gradient of w" },
      ],
    });
    expect(failure).toEqual({ kind: "nonFinite", label: "gradient of w" });
    expect([...w.storage.read()]).toEqual([1]);
  });
});
