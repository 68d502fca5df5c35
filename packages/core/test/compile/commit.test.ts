import { describe, expect, test } from "vitest";
import { compileGraph } from "../../src/compile/index.js";
import { type Device, devices } from "../../src/device/index.js";
import { add, constant, constantLike, multiply, sum, transpose } from "../../src/graph/build.js";
import { inventoryOf, makeNode, type Node, type StateCell } from "../../src/graph/index.js";
import { graphOf, makeCell, runGraph } from "./support.js";

const stateOf = (cell: StateCell): Node<"state"> => makeNode("state", [], { cell });
const valuesOf = (cell: StateCell): number[] => [...cell.storage.read()];
const available = (await devices()).flatMap(({ device }) => (device ? [device] : []));

describe.each(available)("updates of states on $name", (device: Device) => {
  test("two states swap", () => {
    const a = makeCell("a", [2], [1, 2]);
    const b = makeCell("b", [2], [3, 4]);
    const [readA, readB] = [stateOf(a), stateOf(b)];
    runGraph(device, {
      inputs: [],
      outputs: [],
      updates: [
        { state: readA, value: readB },
        { state: readB, value: readA },
      ],
      checks: [],
    });
    expect([valuesOf(a), valuesOf(b)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  test("each update sees the contents from before the run", () => {
    const a = makeCell("a", [2], [1, 2]);
    const b = makeCell("b", [2], [10, 20]);
    const [readA, readB] = [stateOf(a), stateOf(b)];
    runGraph(device, {
      inputs: [],
      outputs: [readA],
      updates: [
        { state: readA, value: add(readA, readB) },
        { state: readB, value: multiply(readA, readB) },
      ],
      checks: [],
    });
    expect([valuesOf(a), valuesOf(b)]).toEqual([
      [11, 22],
      [10, 40],
    ]);
  });

  test("a state that is read transposed is not overwritten too early", () => {
    const a = makeCell("a", [2, 2], [1, 2, 3, 4]);
    const read = stateOf(a);
    const value = add(read, transpose(read));
    runGraph(device, { inputs: [], outputs: [], updates: [{ state: read, value }], checks: [] });
    expect(valuesOf(a)).toEqual([2, 5, 5, 8]);
  });

  test("nothing changes when a checked value is not finite", () => {
    const a = makeCell("a", [2], [1, 2]);
    const read = stateOf(a);
    const bad = multiply(read, constantLike(Number.POSITIVE_INFINITY, read));
    const { failure } = runGraph(device, {
      inputs: [],
      outputs: [],
      updates: [{ state: read, value: add(read, read) }],
      checks: [{ node: sum(bad, [0]), label: "the loss" }],
    });
    expect(failure).toEqual({ kind: "nonFinite", label: "the loss" });
    expect(valuesOf(a)).toEqual([1, 2]);
  });

  test("nothing changes when an index is out of range, and the error names it", () => {
    const a = makeCell("a", [2], [1, 2]);
    const read = stateOf(a);
    const indices = constant(5, [1], "int32");
    const picked = makeNode("gather", [read, indices], { axis: 0 });
    const { failure } = runGraph(device, {
      inputs: [],
      outputs: [picked],
      updates: [{ state: read, value: add(read, read) }],
      checks: [],
    });
    expect(failure).toEqual({ kind: "index", label: "take (1,)", index: 5, size: 2 });
    expect(valuesOf(a)).toEqual([1, 2]);
  });
});

test("a sum over rows of which there are none is 0", () => {
  const none = makeNode("iota", [], { length: 0 });
  const rows = constant(1, [0, 2], "float32");
  const sums = makeNode("scatterAdd", [none, rows], { axis: 0, size: 2 });
  for (const device of available) {
    expect([...(runGraph(device, graphOf([sums])).outputs[0] ?? [])]).toEqual([0, 0, 0, 0]);
  }
});

test("moments and weights of one parameter are updated by one loop, in place", () => {
  const [w, m] = [makeCell("w", [8], Array(8).fill(1)), makeCell("m", [8], Array(8).fill(0))];
  const [readW, readM] = [stateOf(w), stateOf(m)];
  const moment = add(multiply(readM, constantLike(0.9, readM)), readW);
  const graph = {
    inputs: [],
    outputs: [],
    updates: [
      { state: readM, value: moment },
      { state: readW, value: add(readW, moment) },
    ],
    checks: [],
  };
  const program = compileGraph(graph, inventoryOf(graph));
  expect(program.compute).toEqual([]);
  expect(program.commit.map(({ kind }) => kind)).toEqual(["loop"]);
  expect(program.arenaBytes).toBe(0);
});
