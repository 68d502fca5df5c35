import fc from "fast-check";
import { expect, test } from "vitest";
import type { Reduce } from "../../src/program/index.js";
import {
  bitsOf,
  expected,
  kernels,
  named,
  natives,
  operand,
  ProgramBuilder,
  runOn,
} from "./programs.js";

const sizes = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** x and y read through any permutation or broadcast, x - 2y reduced over the last axes. */
const randomReduce = fc
  .record({
    shape: fc.oneof(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 700 })),
      fc.tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 90 })),
    ),
    reducedAxes: fc.integer({ min: 0, max: 3 }),
    turn: fc.integer({ min: 0, max: 2 }),
    broadcast: fc.boolean(),
    code: fc.boolean(),
    two: fc.boolean(),
    columns: fc.boolean(),
    integer: fc.boolean(),
    reduction: fc.constantFrom("sum", "max", "argmax"),
  })
  .map(({ shape, turn, broadcast, code, integer, reduction, ...rest }) => {
    const reducedAxes = Math.min(rest.reducedAxes, shape.length);
    const columns =
      rest.columns && reduction !== "argmax" && reducedAxes > 0 && reducedAxes < shape.length;
    const two = rest.two && reduction !== "argmax";
    const builder = new ProgramBuilder();
    const size = sizes(shape);
    const strides = new Array<number>(shape.length).fill(0);
    let stride = 1;
    for (let k = shape.length - 1; k >= 0; k--) {
      const axis = (k + turn) % shape.length;
      strides[axis] = stride;
      stride *= shape[axis] as number;
    }
    // Multiples of 1/4 below 64, whose sums are exact in any order.
    const values = Array.from({ length: size }, (_, e) => ((e * 7919) % 509) / 4 - 50);
    const dtype = integer ? "int32" : "float32";
    const make = (list: number[]) => (integer ? Int32Array.from(list) : Float32Array.from(list));
    const x = builder.input(dtype, make(values));
    const y = builder.input(dtype, make(values.slice(0, shape.at(-1))));
    const results = sizes(shape.slice(0, shape.length - reducedAxes));
    const out = builder.output(reduction === "argmax" ? "int32" : dtype, results);
    const second = builder.output(dtype, two ? results : 0);
    const last = shape.map((_, axis) => (axis === shape.length - 1 ? 1 : 0));
    const reduce: Reduce = {
      kind: "reduce",
      label: "reduce",
      shape,
      inputs: [
        { register: 0, operand: operand(x, strides) },
        ...(broadcast ? [{ register: 1, operand: operand(y, last) }] : []),
      ],
      uniforms: broadcast ? [] : [{ register: 1, integer, value: 3 }],
      code: code
        ? [{ operation: integer ? "subtractInt" : "subtract", target: 2, sources: [0, 1] }]
        : [],
      registers: 3,
      reduction: reduction as Reduce["reduction"],
      reducedAxes,
      columns,
      results: [
        { register: code ? 2 : 0, output: operand(out) },
        ...(two ? [{ register: 0, output: operand(second) }] : []),
      ],
    };
    return { builder, program: builder.build([reduce]) };
  });

test("random reductions agree with the interpreter on every kernel", () => {
  fc.assert(
    fc.property(randomReduce, ({ builder, program }) => {
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 150 },
  );
});

/** Reduces `data` as (rows, columns), over columns or, transposed, over rows. */
function matrixReduce(
  data: Float32Array,
  [kept, reduced]: readonly [number, number],
  reduction: Reduce["reduction"],
  transposed = false,
) {
  const builder = new ProgramBuilder();
  const x = builder.input("float32", data);
  const out = builder.output(reduction === "argmax" ? "int32" : "float32", kept);
  const reduce: Reduce = {
    kind: "reduce",
    label: reduction,
    shape: [kept, reduced],
    inputs: [{ register: 0, operand: operand(x, transposed ? [1, kept] : [reduced, 1]) }],
    uniforms: [],
    code: [],
    registers: 1,
    reduction,
    reducedAxes: 1,
    columns: transposed,
    results: [{ register: 0, output: operand(out) }],
  };
  return { builder, program: builder.build([reduce]) };
}

const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, e) => Math.fround(((e * 7919) % 10007) / 10007));

test.each([
  [[1, 1_000_003], false],
  [[3, 100_001], false],
  [[5, 200_000], true],
  [[700, 1500], true],
] as const)(
  "long sums %j (transposed: %s) stay exact to 1e-6 and keep their bits",
  (shape, transposed) => {
    const data = noise(shape[0] * shape[1]);
    const { builder, program } = matrixReduce(data, shape, "sum", transposed);
    const exact = expected(builder, program).outputs[0] as Float32Array;
    const bits = natives.map((device) => bitsOf(runOn(device, builder, program)));
    expect(new Set(bits).size).toBeLessThanOrEqual(1);
    for (const device of kernels) {
      const actual = runOn(device, builder, program).outputs[0] as Float32Array;
      actual.forEach((sum, k) => {
        expect(Math.abs(sum - (exact[k] as number)) / (exact[k] as number)).toBeLessThan(1e-6);
      });
    }
  },
);

test.each(named)("NaN is the largest, and the first among equals wins, on %s", (_, device) => {
  const data = Float32Array.of(
    1,
    5,
    5,
    2,
    Number.NaN,
    9,
    Number.NaN,
    1,
    -Infinity,
    -Infinity,
    -Infinity,
    -Infinity,
  );
  const argmax = matrixReduce(data, [3, 4], "argmax");
  expect([...(runOn(device, argmax.builder, argmax.program).outputs[0] ?? [])]).toEqual([1, 0, 0]);
  const max = matrixReduce(data, [3, 4], "max");
  expect([...(runOn(device, max.builder, max.program).outputs[0] ?? [])]).toEqual([
    5,
    Number.NaN,
    -Infinity,
  ]);
  const long = new Float32Array(3000).fill(1);
  long[2500] = Number.NaN;
  for (const transposed of [false, true]) {
    const shape = transposed ? ([1, 3000] as const) : ([2, 1500] as const);
    const { builder, program } = matrixReduce(long, shape, "max", transposed);
    expect((runOn(device, builder, program).outputs[0] ?? []).at(-1)).toBeNaN();
  }
});

test.each(named)("an empty reduction gives the identity on %s", (_, device) => {
  for (const [reduction, identity] of [
    ["sum", 0],
    ["max", -Infinity],
    ["argmax", 0],
  ] as const) {
    const { builder, program } = matrixReduce(new Float32Array(0), [3, 0], reduction);
    builder.outputs[0]?.fill(7);
    expect([...(runOn(device, builder, program).outputs[0] ?? [])]).toEqual([
      identity,
      identity,
      identity,
    ]);
  }
});
