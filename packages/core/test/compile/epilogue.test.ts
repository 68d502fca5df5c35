import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Storage, sizeOf } from "../../src/array/index.js";
import { compileGraph } from "../../src/compile/index.js";
import { devices } from "../../src/device/index.js";
import {
  add,
  binary,
  broadcastTo,
  constantLike,
  matmul,
  multiply,
  permute,
  reshape,
  unary,
} from "../../src/graph/build.js";
import { inventoryOf, makeNode, type Node } from "../../src/graph/index.js";
import type { MatMul, Program } from "../../src/program/index.js";
import { graphOf, runGraph } from "./support.js";

const value = (shape: readonly number[], seed = 1): Node => {
  const numbers = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
    Math.fround(Math.sin(seed + 1.7 * i)),
  );
  return makeNode("value", [], { storage: Storage.of("float32", numbers), shape });
};
const select = (condition: Node, yes: Node, no: Node): Node =>
  makeNode("select", [condition, yes, no], {});
/** The gradient g of relu at x. */
const gate = (x: Node, g: Node): Node =>
  select(binary("lessEqual", x, constantLike(0, x)), constantLike(0, x), g);

function compiled(...outputs: readonly Node[]): Program {
  const graph = graphOf(outputs);
  return compileGraph(graph, inventoryOf(graph));
}
const kinds = ({ compute }: Program): string[] => compute.map(({ kind }) => kind);
const stepsOf = ({ compute }: Program): string[] =>
  (compute.find(({ kind }) => kind === "matmul") as MatMul).epilogue.map(
    ({ operation }) => operation,
  );

const a = value([6, 4]);
const b = value([4, 5], 2);

describe("a product takes in", () => {
  const product = matmul(a, b);
  const cases: [string, Node, string[]][] = [
    ["a bias for each column", add(product, broadcastTo(value([5]), [6, 5])), ["add"]],
    ["a factor for each row", multiply(broadcastTo(value([6, 1]), [6, 5]), product), ["multiply"]],
    ["relu after a bias", unary("relu", add(product, value([6, 5]))), ["add", "relu"]],
    ["what is subtracted from it", binary("subtract", product, value([6, 5])), ["subtract"]],
    ["the gradient of relu", gate(value([6, 5]), product), ["gate"]],
  ];
  test.each(cases)("%s", (_, node, steps) => {
    const program = compiled(node);
    expect(kinds(program)).toEqual(["matmul"]);
    expect(stepsOf(program)).toEqual(steps);
  });

  test("steps for each of a batch, seen as another shape", () => {
    const batched = matmul(value([2, 3, 4]), value([2, 4, 5]));
    const program = compiled(unary("relu", add(reshape(batched, [6, 5]), value([6, 5]))));
    expect(stepsOf(program)).toEqual(["add", "relu"]);
  });
});

describe("a product stays by itself", () => {
  const product = matmul(a, b);
  const cases: [string, Node[]][] = [
    ["when somebody else reads it", [unary("relu", product), unary("exp", product)]],
    ["when it is an output", [product, add(product, value([6, 5]))]],
    ["before what is no step", [unary("tanh", product)]],
    ["when it is what is subtracted", [binary("subtract", value([6, 5]), product)]],
    ["when it is used twice", [multiply(product, product)]],
    [
      "when it is walked another way",
      [add(permute(reshape(product, [2, 3, 5]), [1, 0, 2]), value([3, 2, 5]))],
    ],
    ["over no k at all", [unary("relu", matmul(value([6, 0]), value([0, 5])))]],
    [
      "before more steps than a tile takes",
      [
        Array.from({ length: 9 }, (_, i) => value([6, 5], i)).reduce(
          (sum, each) => add(sum, each),
          product,
        ),
      ],
    ],
  ];
  test.each(cases)("%s", (_, nodes) => {
    expect(stepsOf(compiled(...nodes))).toEqual([]);
  });
});

test("steps give the bits of loops, for every shape and on every device", async () => {
  const kernels = (await devices()).flatMap(({ device }) =>
    device && device.name !== "reference" ? [device] : [],
  );
  const size = fc.integer({ min: 1, max: 40 });
  const step = fc.constantFrom("add", "bias", "rows", "subtract", "relu", "gate");
  const shapes = fc.record({ m: size, n: size, k: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(shapes, fc.array(step, { minLength: 1, maxLength: 4 }), ({ m, n, k }, steps) => {
      const result = steps.reduce(
        (c: Node, name, seed): Node => {
          const whole = value([m, n], seed);
          if (name === "add") return add(whole, c);
          if (name === "bias") return add(c, broadcastTo(value([n], seed), [m, n]));
          if (name === "rows") return multiply(c, broadcastTo(value([m, 1], seed), [m, n]));
          if (name === "subtract") return binary("subtract", c, whole);
          return name === "relu" ? unary("relu", c) : gate(whole, c);
        },
        matmul(value([m, k], 3), value([k, n], 4)),
      );
      for (const device of kernels) {
        const [joined] = runGraph(device, graphOf([result]), []).outputs;
        const [apart] = runGraph(device, graphOf([result]), [], { fuse: false }).outputs;
        expect(joined, device.description).toEqual(apart);
      }
    }),
    { numRuns: 150 },
  );
});
