import { describe, expect, test } from "vitest";
import { Storage } from "../../src/array/index.js";
import { compileGraph } from "../../src/compile/index.js";
import { type Device, devices } from "../../src/device/index.js";
import { add, broadcastTo, multiply, scale, subtract, sum } from "../../src/graph/build.js";
import {
  type Graph,
  inventoryOf,
  makeNode,
  type Node,
  type StateCell,
} from "../../src/graph/index.js";
import * as nn from "../../src/nn/index.js";
import { SGD, type SGDOptions } from "../../src/optim/index.js";
import { compile, RunTimeScalar, type Tensor, tensor } from "../../src/tensor/index.js";
import { makeCell, runGraph } from "./support.js";

const available = (await devices()).flatMap(({ device }) => (device ? [device] : []));
const kernels = available.filter(({ name }) => name !== "reference");

const integers = (values: readonly number[], shape = [values.length]): Node =>
  makeNode("value", [], { storage: Storage.of("int32", Int32Array.from(values)), shape });
const floats = (values: readonly number[], shape: readonly number[]): Node =>
  makeNode("value", [], { storage: Storage.of("float32", Float32Array.from(values)), shape });
const rate = (value: number, atLeastZero: boolean): Node =>
  makeNode("scalar", [], { source: { read: () => value, atLeastZero }, dtype: "float32" });

/** A table of 8 rows of 3, of which 4 positions use some. */
function tableOf(indices = [6, 1, 6, 2], rows = Array.from({ length: 12 }, (_, i) => i - 5)) {
  const cell = makeCell(
    "table",
    [8, 3],
    [
      ...[-0, 1, Number.NaN, -0, 5, 6, 7, 8, 9, Infinity, -Infinity, -0],
      ...Array.from({ length: 12 }, (_, i) => i / 7),
    ],
  );
  const state = makeNode("state", [], { cell });
  const sums = makeNode("scatterAdd", [integers(indices), floats(rows, [4, 3])], {
    ...{ axis: 0, size: 8, label: "indices of the table" },
  });
  return { cell, state, sums };
}

const descent = (state: Node<"state">, value: Node, more: Partial<Graph> = {}): Graph => ({
  inputs: [],
  outputs: [],
  updates: [{ state, value }],
  checks: [],
  ...more,
});

const commitOf = (graph: Graph): string[] =>
  compileGraph(graph, inventoryOf(graph)).commit.map(({ kind }) => kind);

const bitsOf = ({ storage }: StateCell): number[] => [
  ...new Uint32Array((storage.read() as Float32Array).slice().buffer),
];

type Form = (state: Node, sums: Node) => Node;
const exact: [string, Form][] = [
  ["w - g", (w, g) => subtract(w, g)],
  ["w - 0.3 g", (w, g) => subtract(w, scale(g, 0.3))],
  ["w + g (-0.3)", (w, g) => add(w, scale(g, -0.3))],
  ["w - 0 g", (w, g) => subtract(w, scale(g, 0))],
  ["w - rate g", (w, g) => subtract(w, multiply(broadcastTo(rate(0.1, true), w.shape), g))],
];
const inexact: [string, Form][] = [
  // What is -0 in a row that was not used would become 0.
  ["w + g", (w, g) => add(w, g)],
  ["w - (-0.3) g", (w, g) => subtract(w, scale(g, -0.3))],
  ["w - (-0) g", (w, g) => subtract(w, scale(g, -0))],
  [
    "a rate that may be anything",
    (w, g) => subtract(w, multiply(g, broadcastTo(rate(0.1, false), w.shape))),
  ],
  // 0 times these is NaN.
  ["w - Infinity g", (w, g) => subtract(w, scale(g, Infinity))],
  ["w - 1e39 g", (w, g) => subtract(w, scale(g, 1e39))],
  ["another factor for each row", (w, g) => subtract(w, multiply(g, w))],
  ["weight decay", (w, g) => subtract(w, scale(add(g, scale(w, 0.1)), 0.1))],
  ["what is subtracted from g", (w, g) => subtract(g, w)],
];

describe("sparse updates", () => {
  test.each(exact)("%s writes only the rows that were used", (_, form) => {
    const { state, sums } = tableOf();
    expect(commitOf(descent(state, form(state, sums)))).toEqual(["updateRows"]);
  });

  test.each(inexact)("%s stays dense", (_, form) => {
    const { state, sums } = tableOf();
    expect(commitOf(descent(state, form(state, sums)))).toEqual(["loop"]);
  });

  test("so do sums that somebody else needs, and those of nearly as many rows as there are", () => {
    const { state, sums } = tableOf();
    const change = scale(sums, 0.5);
    const value = subtract(state, change);
    for (const outputs of [[sums], [change], [sum(sums, [0])]]) {
      expect(commitOf(descent(state, value, { outputs }))).toEqual(["loop"]);
    }
    expect(commitOf(descent(state, value, { outputs: [value] }))).toEqual(["loop"]);
    const many = makeNode("scatterAdd", [integers([0, 1, 2, 3, 4]), floats(Array(15), [5, 3])], {
      ...{ axis: 0, size: 8 },
    });
    expect(commitOf(descent(state, subtract(state, many)))).toEqual(["loop"]);
  });

  test("need no memory that grows with the table", () => {
    const cell = makeCell("table", [1000, 4], new Array(4000).fill(1));
    const state = makeNode("state", [], { cell });
    const rows = makeNode("gather", [floats([1, 2, 3, 4], [1, 4]), integers([0, 0])], { axis: 0 });
    const sums = makeNode("scatterAdd", [integers([7, 7]), rows], { axis: 0, size: 1000 });
    const graph = descent(state, subtract(state, scale(sums, 0.5)), {
      checks: [{ node: sums, label: "the gradient" }],
    });
    const program = compileGraph(graph, inventoryOf(graph));
    expect(program.arenaBytes).toBeLessThan(256);
    expect(program.compute.map(({ kind }) => kind)).toEqual([
      ...["checkIndices", "groupRows", "checkRows"],
    ]);
  });
});

describe.each(kernels)("sparse updates on $name", (device: Device) => {
  const both = (make: () => { cell: StateCell; graph: Graph }) =>
    [true, false].map((sparse) => {
      const { cell, graph } = make();
      const { failure } = runGraph(device, graph, [], { sparse });
      return { failure, bits: bitsOf(cell) };
    });

  test.each([...exact, ...inexact])("%s gives the bits of the dense form", (_, form) => {
    const [sparse, dense] = both(() => {
      const { cell, state, sums } = tableOf();
      return { cell, graph: descent(state, form(state, sums)) };
    });
    expect(sparse?.failure).toBeNull();
    expect(sparse?.bits).toEqual(dense?.bits);
  });

  test.each([
    ["an index out of range", [6, 8, 6, 2], [], { kind: "index", index: 8 }],
    ["a gradient that is not finite", [6, 1, 6, 2], [Number.NaN], { kind: "nonFinite" }],
    ["a sum that overflows", [6, 1, 6, 2], [2e38, 0, 0, 0, 0, 0, 2e38], { kind: "nonFinite" }],
    ["a sum that does not", [6, 1, 6, 2], [2e38, 0, 0, 2e38, 0, 0, -2e38], null],
  ])("%s is found as in the dense form", (_, indices, first, wanted) => {
    const [sparse, dense] = both(() => {
      const rows = Array.from({ length: 12 }, (_, i) => first[i] ?? i);
      const { cell, state, sums } = tableOf(indices, rows);
      const checks = [{ node: sums, label: "the gradient of table" }];
      return { cell, graph: descent(state, subtract(state, scale(sums, 0.1)), { checks }) };
    });
    if (wanted) expect(sparse?.failure).toMatchObject(wanted);
    expect(sparse).toEqual(dense);
  });

  test("see every other state as it was before the run", () => {
    const [sparse, dense] = both(() => {
      const { cell, state } = tableOf();
      const other = makeCell(
        "other",
        [4, 3],
        Array.from({ length: 12 }, (_, i) => i),
      );
      const average = makeCell("average", [8, 3], new Array(24).fill(1));
      const [rows, mean] = [other, average].map((each) => makeNode("state", [], { cell: each }));
      if (!rows || !mean) throw new Error("no state");
      const sums = makeNode("scatterAdd", [integers([5, 5, 0, 7]), rows], { axis: 0, size: 8 });
      const updates = [
        { state, value: subtract(state, scale(sums, 0.5)) },
        { state: rows, value: scale(rows, 2) },
        { state: mean, value: add(mean, state) },
      ];
      return { cell, graph: { inputs: [], outputs: [], updates, checks: [] } };
    });
    expect(sparse).toEqual(dense);
  });
});

describe("embeddings in compiled steps", () => {
  const indices = (...values: number[]): Tensor => tensor(Int32Array.from(values));

  /** Weights after some steps; kept gradients are dense ones. */
  function trained(bags: boolean, keepGradients: boolean, options: SGDOptions): number[] {
    const layer = bags
      ? new nn.EmbeddingBag(50, 5, { initializer: nn.init.constant(0.25) })
      : new nn.Embedding(50, 5, { initializer: nn.init.constant(0.25), paddingIndex: 3 });
    const optimizer = new SGD(layer.parameters(), options);
    const step = compile(
      (x: Tensor, offsets: Tensor) => {
        const y =
          layer instanceof nn.EmbeddingBag ? layer.forward(x, { offsets }) : layer.forward(x);
        const cost = y.square().sum().add(y.sin().sum());
        cost.backward();
        optimizer.step();
        return cost;
      },
      { keepGradients },
    );
    for (let time = 0; time < 3; time++) {
      step(indices(3, 9, 9, 40 + time, 9, 2), indices(0, 0, 4));
      optimizer.groups.forEach((group) => {
        group.learningRate /= 2;
      });
    }
    return [...layer.weight.dataSync()];
  }

  test.each([
    [true, { learningRate: 0.1 }],
    [false, { learningRate: 0.1 }],
    [false, { learningRate: 0.1, momentum: 0.9 }],
    [true, { learningRate: 0.1, weightDecay: 0.1 }],
    [false, { learningRate: 0 }],
  ])("train to the same bits with and without kept gradients (bags: %s, %j)", (bags, options) => {
    expect(trained(bags, false, options)).toEqual(trained(bags, true, options));
  });

  test("a run-time scalar that is at least 0 refuses others", () => {
    const scalar = new RunTimeScalar(1, { atLeastZero: true });
    for (const wrong of [-1, Infinity, 1e39]) {
      expect(() => {
        scalar.value = wrong;
      }).toThrow("expected a finite number of at least 0");
    }
    expect(scalar.value).toBe(1);
    expect(() => new RunTimeScalar(-1, { atLeastZero: true })).toThrow("received -1");
  });
});
