import fc from "fast-check";
import { expect, test } from "vitest";
import { Storage, sizeOf } from "../../src/array/index.js";
import { type Device, devices } from "../../src/device/index.js";
import { add, broadcastTo, multiply, permute, sum } from "../../src/graph/build.js";
import { makeNode, type Node } from "../../src/graph/index.js";
import { graphOf, runGraph } from "./support.js";

// Loops read long rows where they stand. Whole numbers, whose sums are exact, show each element that
// was read from the wrong place.

const all = (await devices()).flatMap(({ device }) => (device ? [device] : []));
const reference = all.find(({ name }) => name === "reference") as Device;

function whole(shape: readonly number[], seed: number): Node {
  const numbers = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7 + seed) % 1021);
  return makeNode("value", [], { storage: Storage.of("float32", numbers), shape });
}

/** (a, b, c), seen in one of the ways that rows may stand in memory. */
function seen(way: string, [a, b, c]: readonly [number, number, number], seed: number): Node {
  const shape = [a, b, c];
  if (way === "cut") {
    const wide = whole([a, b, c + 5], seed);
    return makeNode("slice", [wide], { start: [0, 0, 2], step: [1, 1, 1], shape });
  }
  if (way === "turned") return permute(whole([b, a, c], seed), [1, 0, 2]);
  if (way === "columns") return permute(whole([c, a, b], seed), [1, 2, 0]);
  if (way === "every second") {
    const tall = whole([a, 2 * b, c], seed);
    return makeNode("slice", [tall], { start: [0, 1, 0], step: [1, 2, 1], shape });
  }
  const sizes = { channels: [1, b, 1], rows: [a, b, 1], samples: [a, 1, 1], row: [1, 1, c] }[way];
  return broadcastTo(whole(sizes ?? shape, seed), shape);
}

test("long rows are read from where they stand", { timeout: 120_000 }, () => {
  const way = fc.constantFrom(
    ...["cut", "turned", "columns", "every second", "channels", "rows", "samples", "row", "whole"],
  );
  const shape = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom(250, 256, 272, 512, 784, 1024),
  );
  fc.assert(
    fc.property(shape, way, way, way, (size, first, second, third) => {
      const product = multiply(seen(first, size, 1), seen(second, size, 2));
      const result = add(product, seen(third, size, 3));
      const graph = graphOf([result, sum(result, [2]), sum(result, [0, 1]), sum(result, [0, 2])]);
      const [expected, ...sums] = runGraph(reference, graph).outputs;
      for (const device of all) {
        const [received, ...others] = runGraph(device, graph).outputs;
        expect(received, device.description).toEqual(expected);
        others.forEach((each, index) => {
          each.forEach((value, at) => {
            const exact = sums[index]?.[at] as number;
            expect(Math.abs(value - exact)).toBeLessThanOrEqual(1e-5 * exact);
          });
        });
      }
    }),
    { numRuns: 200 },
  );
});
