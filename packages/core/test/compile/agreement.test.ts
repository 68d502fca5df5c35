import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Shape, Storage, sizeOf, type TypedArray } from "../../src/array/index.js";
import type { PassOptions } from "../../src/compile/index.js";
import { type Device, devices } from "../../src/device/index.js";
import {
  add,
  binary,
  broadcastTo,
  constantLike,
  matmul,
  multiply,
  reshape,
  select,
  sum,
  transpose,
  unary,
} from "../../src/graph/build.js";
import { makeNode, type Node } from "../../src/graph/index.js";
import { type RandomGraph, randomGraph } from "./randomGraphs.js";
import { graphOf, runGraph } from "./support.js";

// Random graphs, run on every device with every combination of passes: the reference interprets the
// graph as it was written, so a fault of a pass or of a kernel shows as a difference.

const passes: readonly PassOptions[] = [
  {},
  { simplify: false },
  { fuse: false },
  { recompute: false },
  { sparse: false },
  { reuseMemory: false },
  { simplify: false, fuse: false, sparse: false, reuseMemory: false },
];

const all = await devices();
const reference = all.find(({ name }) => name === "reference")?.device as Device;
const others = all.flatMap(({ device }) => (device && device !== reference ? [device] : []));

/** The outputs of a run, and what it leaves in the states. */
function resultsOf(device: Device, { graph, initial }: RandomGraph, options = {}): TypedArray[] {
  for (const [cell, { dtype, host }] of initial) {
    cell.storage = Storage.of(dtype, (host as TypedArray).slice());
  }
  const { outputs, failure } = runGraph(device, graph, [], options);
  expect(failure).toBeNull();
  return [...outputs, ...[...initial.keys()].map(({ storage }) => storage.read())];
}

function largestIn({ floats, initial }: RandomGraph): number {
  for (const [cell, storage] of initial) cell.storage = storage;
  let largest = 1;
  for (const values of runGraph(reference, graphOf(floats)).outputs) {
    for (const each of values)
      if (Number.isFinite(each)) largest = Math.max(largest, Math.abs(each));
  }
  return largest;
}

const hex = ({ buffer, byteOffset, byteLength }: TypedArray): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("hex");

describe.each(others)("$name", (device) => {
  test("agrees with the reference on random graphs", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(randomGraph, (random) => {
        const expected = resultsOf(reference, random);
        const received = resultsOf(device, random);
        const tolerance = 2e-4 * largestIn(random);
        expected.forEach((values, index) => {
          if (!(values instanceof Float32Array)) {
            expect(received[index]).toEqual(values);
            return;
          }
          values.forEach((value, position) => {
            const other = received[index]?.[position] as number;
            if (!Number.isFinite(value)) expect(other).toBe(value);
            else if (!(Math.abs(other - value) <= tolerance)) expect(other).toBeCloseTo(value);
          });
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("gives the same bits whichever passes run", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(randomGraph, (random) => {
        const [first, ...rest] = passes.map((options) =>
          resultsOf(device, random, options).map(hex),
        );
        for (const each of rest) expect(each).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });
});

/** What batch normalisation needs, over products whose axes stand in another order. */
function normalised(): Node[] {
  const wave = (shape: Shape, pace: number): Node => {
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * pace));
    return makeNode("value", [], { storage: Storage.of("float32", data), shape });
  };
  const full = [37, 300];
  const [a, b, g] = [wave([300, 5], 0.7), wave([5, 37], 0.3), transpose(wave([300, 37], 0.9))];
  const perRow = (x: Node): Node => broadcastTo(reshape(x, [37, 1]), full);
  const x = add(transpose(matmul(a, b)), perRow(wave([37], 0.1)));
  const centred = binary("subtract", x, perRow(sum(x, [1])));
  const square = multiply(centred, centred);
  const y = unary("relu", multiply(centred, perRow(sum(square, [1]))));
  const back = select(binary("less", constantLike(0, y), y), g, constantLike(0, g));
  const weighted = multiply(back, centred);
  const rows = [sum(back, [1]), sum(weighted, [1])];
  const mixed = binary("subtract", back, multiply(centred, perRow(rows[1] as Node)));
  return [
    y,
    ...rows,
    sum(back, [0]),
    sum(weighted, [0]),
    sum(square, [0, 1]),
    mixed,
    sum(mixed, [1]),
  ];
}

test.each(others.map((device) => [device.description, device] as const))(
  "sums keep their bits whichever passes run, on %s",
  (_, device) => {
    const [first, ...rest] = passes
      .filter(({ simplify }) => simplify !== false)
      .map((options) => runGraph(device, graphOf(normalised()), [], options).outputs.map(hex));
    for (const each of rest) expect(each).toEqual(first);
  },
);

test("every device of this machine takes part", () => {
  expect(others.length).toBeGreaterThan(0);
});
