import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFloating, Storage } from "../../src/array/index.js";
import { type Device, devices } from "../../src/device/index.js";
import {
  binary,
  broadcastTo,
  cast,
  constantLike,
  matmul,
  permute,
  reshape,
  select,
  sum,
  transpose,
  unary,
} from "../../src/graph/build.js";
import { makeNode, type Node, type Primitive } from "../../src/graph/index.js";
import { graphOf, runGraph } from "./support.js";

// Random graphs, run on every device with every combination of passes: the reference interprets the
// graph as it was written, so a fault of a pass or of a kernel shows as a difference.

type Choice = readonly [number, number, number];

const shapes = [[], [3], [4, 3], [1, 3], [2, 4, 3], [17, 33]] as const;

function leaf(choice: Choice): Node {
  const shape = shapes[choice[0] % shapes.length] ?? [];
  const size = shape.reduce((a: number, b: number) => a * b, 1);
  const values = Float32Array.from({ length: size }, (_, i) =>
    Math.fround(Math.sin(i * 1.7 + choice[1]) * (1 + (choice[2] % 3))),
  );
  const storage = Storage.of("float32", values);
  return makeNode("value", [], { storage, shape });
}

const exact: ReadonlySet<Primitive> = new Set<Primitive>([
  "value",
  "reshape",
  "permute",
  "slice",
  "pad",
  "concatenate",
  "reduceMax",
  "maximum",
  "relu",
  "negate",
]);

/** Whether a value has no rounding in it, so that comparing it has one answer on every device. */
const isExact = (node: Node): boolean =>
  exact.has(node.primitive) && node.inputs.every((each) => isExact(each));

const axisOf = (x: Node, choice: number): number => choice % Math.max(1, x.shape.length);

/** One more node over those that exist; every kind of unit and view occurs. */
function grow(nodes: readonly Node[], [kind, first, second]: Choice): Node {
  const compares = [6, 18, 19].includes(kind % 20);
  const floats = nodes.filter((node) => isFloating(node.dtype) && (!compares || isExact(node)));
  const x = floats[first % floats.length] as Node;
  const same = floats.filter((node) => String(node.shape) === String(x.shape));
  const y = same[second % same.length] as Node;
  const rank = x.shape.length;
  const axis = axisOf(x, second);
  switch (kind % 20) {
    case 0:
      return binary("add", x, y);
    case 1:
      return binary("multiply", x, y);
    case 2:
      return binary("subtract", y, x);
    case 3:
      return unary("tanh", x);
    case 4:
      return unary("relu", x);
    case 5:
      return binary("maximum", x, y);
    case 6:
      return select(binary("less", x, y), x, constantLike(0.5, x));
    case 7:
      return unary("exp", unary("sin", x));
    case 8:
      return rank === 0 ? x : sum(x, [axis]);
    case 9:
      return rank === 0 ? x : makeNode("reduceMax", [x], { axes: [axis] });
    case 10:
      return rank < 2 ? x : transpose(x);
    case 11:
      return rank < 2 ? x : permute(x, [...x.shape.keys()].reverse());
    case 12:
      return rank < 2 ? unary("negate", x) : unary("tanh", matmul(x, transpose(y)));
    case 13:
      return broadcastTo(sum(x, [...x.shape.keys()]), x.shape);
    case 14:
      return reshape(x, [x.shape.reduce((a, b) => a * b, 1)]);
    case 15:
      return makeNode("slice", [x], {
        start: x.shape.map((size) => size - 1),
        step: x.shape.map(() => -1),
        shape: x.shape,
      });
    case 16:
      return rank === 0 ? x : makeNode("concatenate", [x, y], { axis });
    case 17:
      return makeNode("pad", [x], { before: x.shape.map(() => 1), after: x.shape.map(() => 0) });
    case 18:
      return rank === 0 ? x : cast(makeNode("argmax", [x], { axis }), "float32");
    default:
      return cast(binary("lessEqual", x, y), "float32");
  }
}

const choice = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000));
const randomGraph = fc
  .tuple(
    fc.array(choice, { minLength: 1, maxLength: 3 }),
    fc.array(choice, { minLength: 1, maxLength: 14 }),
    fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }),
  )
  .map(([leaves, growth, chosen]) => {
    const nodes = leaves.map(leaf);
    for (const each of growth) {
      const node = grow(nodes, each);
      if (node.shape.reduce((a, b) => a * b, 1) < 5000 && node.shape.length <= 4) nodes.push(node);
    }
    return chosen.map((index) => nodes[Math.max(0, nodes.length - 1 - (index % 4))] as Node);
  });

const passes = [
  {},
  { simplify: false },
  { fuse: false },
  { reuseMemory: false },
  { simplify: false, fuse: false, reuseMemory: false },
];

const all = await devices();
const reference = all.find(({ name }) => name === "reference")?.device as Device;
const others = all.flatMap(({ device }) => (device && device !== reference ? [device] : []));

describe.each(others)("$name", (device) => {
  test("agrees with the reference on random graphs", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(randomGraph, (outputs) => {
        const expected = runGraph(reference, graphOf(outputs)).outputs;
        const received = runGraph(device, graphOf(outputs)).outputs;
        expected.forEach((values, index) => {
          const numbers = Array.from(values);
          const magnitude = Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs));
          numbers.forEach((value, position) => {
            const other = received[index]?.[position] as number;
            if (Number.isFinite(value)) {
              expect(Math.abs(other - value)).toBeLessThanOrEqual(2e-4 * magnitude);
            } else expect(other).toBe(value);
          });
        });
      }),
      { numRuns: 300 },
    );
  });

  test("gives the same bits whichever passes run", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(randomGraph, (outputs) => {
        const [first, ...rest] = passes.map((options) =>
          runGraph(device, graphOf(outputs), [], options).outputs.map((values) =>
            Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex"),
          ),
        );
        for (const each of rest) expect(each).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });
});

test("every device of this machine takes part", () => {
  expect(others.length).toBeGreaterThan(0);
});
