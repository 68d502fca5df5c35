import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Loop, MicroOperation } from "../../src/program/index.js";
import { meanings } from "./interpreter.js";
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

const specialFloats = [0, -0, 1, -1, 0.5, -0.5, 2, 3, -3, 1e10, -1e10, 3e9, -3e9, 1e-20];
const nonFinite = [Number.NaN, Infinity, -Infinity];
const specialInts = [0, 1, -1, 2, -2, 7, -7, 255, 256, 1000, 2 ** 31 - 1, -(2 ** 31)];
const integerSources = (name: MicroOperation): boolean =>
  /Int$|^(not|wrapUint8|intToBool|and|or|intToFloat)$/.test(name) && name !== "floatToInt";
const integerResult = (name: MicroOperation): boolean =>
  name === "floatToInt" ||
  /^(equal|less|lessEqual|exceeds|floatToBool)$/.test(name) ||
  (integerSources(name) && name !== "intToFloat");
const arity = (name: MicroOperation): number => meanings[name].length;

/** All pairs of special values through one operation. */
function everyPair(name: MicroOperation): { builder: ProgramBuilder; loop: Loop } {
  const builder = new ProgramBuilder();
  const ints = integerSources(name);
  const values = ints ? specialInts : [...specialFloats, ...nonFinite];
  const left = values.flatMap((a) => values.map(() => a));
  const right = values.flatMap(() => values);
  const dtype = ints ? "int32" : "float32";
  const make = (list: number[]) => (ints ? Int32Array.from(list) : Float32Array.from(list));
  const a = builder.input(dtype, make(left));
  const b = builder.input(dtype, make(right));
  const out = builder.output(integerResult(name) ? "int32" : "float32", left.length);
  const condition = builder.input(
    "int32",
    Int32Array.from(left, (_, e) => e % 3),
  );
  const sources = name === "select" ? [3, 0, 1] : arity(name) === 1 ? [0] : [0, 1];
  return {
    builder,
    loop: {
      kind: "loop",
      label: name,
      shape: [left.length],
      inputs: [
        { register: 0, operand: operand(a, [1]) },
        { register: 1, operand: operand(b, [1]) },
        { register: 3, operand: operand(condition, [1]) },
      ],
      uniforms: [],
      code: [{ operation: name, target: 2, sources }],
      registers: 4,
      outputs: [{ register: 2, operand: operand(out, [1]) }],
    },
  };
}

describe.each(named)("loops on %s", (_, device) => {
  test.each(Object.keys(meanings) as MicroOperation[])("%s on special values", (name) => {
    const { builder, loop } = everyPair(name);
    const program = builder.build([loop]);
    const actual = runOn(device, builder, program).outputs[0] as Float32Array;
    const wanted = expected(builder, program).outputs[0] as Float32Array;
    const [a, b] = builder.inputs as [Float32Array, Float32Array];
    for (let e = 0; e < wanted.length; e++) {
      const [x, y] = [actual[e] as number, wanted[e] as number];
      const where = `${name}(${a[e]}, ${b[e]})`;
      if (Number.isNaN(y)) expect(x, where).toBeNaN();
      else if (!Number.isFinite(y) || y === 0) {
        // Denormals count as zero, and sin of large numbers is not exact.
        if (Math.abs(x) > 2e-38 || y !== 0) expect(x === y, `${where} = ${x}, not ${y}`).toBe(true);
      } else {
        const tolerance = /sin|cos/.test(name) ? 1e-4 : 4e-7 * Math.abs(y);
        if (Math.abs(y) < 1.2e-38) expect(Math.abs(x)).toBeLessThan(1.2e-38);
        else expect(Math.abs(x - y), `${where} = ${x}, not ${y}`).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  test("signs of zero", () => {
    const builder = new ProgramBuilder();
    const zero = builder.input("float32", Float32Array.of(0, -0, -0));
    const other = builder.input("float32", Float32Array.of(-0, 0, -0));
    const outputs = Array.from({ length: 8 }, () => builder.output("float32", 3));
    const operations: MicroOperation[] = [
      "maximum",
      "minimum",
      "relu",
      "sin",
      "tanh",
      "erf",
      "log1p",
      "floor",
    ];
    const loops = operations.map(
      (operation, k): Loop => ({
        kind: "loop",
        label: operation,
        shape: [3],
        inputs: [
          { register: 0, operand: operand(zero, [1]) },
          { register: 1, operand: operand(other, [1]) },
        ],
        uniforms: [],
        code: [{ operation, target: 2, sources: k < 2 ? [0, 1] : [0] }],
        registers: 3,
        outputs: [{ register: 2, operand: operand(outputs[k] as number, [1]) }],
      }),
    );
    const [maximum, minimum, relu, ...odd] = runOn(device, builder, builder.build(loops)).outputs;
    expect([...(maximum ?? [])]).toEqual([0, 0, -0]);
    expect([...(minimum ?? [])]).toEqual([-0, -0, -0]);
    expect([...(relu ?? [])]).toEqual([0, 0, 0]);
    for (const each of odd) expect([...each]).toEqual([0, -0, -0]);
  });
});

/** A loop over random shapes, strides, dtypes and fused code, reading and writing anywhere. */
const randomLoop = fc
  .record({
    shape: fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(2)), { maxLength: 3 }),
    order: fc.integer({ min: 0, max: 5 }),
    broadcast: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    reverse: fc.boolean(),
    gap: fc.integer({ min: 0, max: 2 }),
    inputDtypes: fc.array(fc.constantFrom("float32", "int32", "uint8", "bool"), {
      minLength: 2,
      maxLength: 2,
    }),
    narrow: fc.boolean(),
    transposeOutput: fc.boolean(),
    inPlace: fc.boolean(),
  })
  .map((options) => {
    const { shape } = options;
    const builder = new ProgramBuilder();
    const size = shape.reduce((a, b) => a * b, 1);
    const permutation = shape.map((_, axis) => (axis + options.order) % shape.length);
    const laidOut = (order: readonly number[], dropped: (axis: number) => boolean): number[] => {
      const strides = new Array<number>(shape.length).fill(0);
      let stride = 1 + options.gap;
      for (const axis of [...order].reverse()) {
        if (dropped(axis)) continue;
        strides[axis] = stride;
        stride *= shape[axis] as number;
      }
      return strides;
    };
    const contiguous = (): number[] => {
      let stride = 1;
      return [...shape]
        .reverse()
        .map((n) => {
          const here = stride;
          stride *= n;
          return here;
        })
        .reverse();
    };
    const span = (strides: readonly number[]): number =>
      1 + strides.reduce((sum, stride, axis) => sum + stride * ((shape[axis] as number) - 1), 0);
    const inputs = options.inputDtypes.map((dtype, k) => {
      const strides = laidOut(permutation, (axis) => options.broadcast[3 * k + axis] === true);
      const length = span(strides) + 3;
      const values = Array.from(
        { length },
        (_, e) => ((e * 37 + k * 11) % 101) - (dtype === "uint8" ? 0 : 50),
      );
      const data =
        dtype === "float32"
          ? Float32Array.from(values, (x) => x / 8)
          : dtype === "int32"
            ? Int32Array.from(values)
            : Uint8Array.from(values, (x) => (dtype === "bool" ? x & 1 : x));
      const buffer = builder.input(dtype as "float32", data);
      const flipped = options.reverse && shape.length > 0;
      const last = shape.length - 1;
      const offset = flipped ? 2 + (strides[last] as number) * ((shape[last] as number) - 1) : 2;
      const walked = flipped ? strides.map((s, axis) => (axis === last ? -s : s)) : strides;
      return { register: k, operand: operand(buffer, walked, offset), float: dtype === "float32" };
    });
    const third = builder.input(
      "float32",
      Float32Array.from({ length: size }, (_, e) => e % 17),
    );
    const carried = builder.scratch("float32", size);
    const floats = inputs.map(({ register, float }, k) =>
      float
        ? { operation: "absolute" as const, target: 3 + k, sources: [register] }
        : { operation: "intToFloat" as const, target: 3 + k, sources: [register] },
    );
    const scalar = builder.scalar(0.75);
    const whole = builder.output("float32", size);
    const ints = builder.output(options.narrow ? "uint8" : "int32", size);
    const iota = { register: 2, operand: operand(-1, contiguous(), 5) };
    const outputStrides = options.transposeOutput
      ? laidOut(permutation, () => false)
      : contiguous();
    const spread = builder.output("float32", span(outputStrides));
    const fill: Loop = {
      kind: "loop",
      label: "fill",
      shape: [size],
      inputs: [{ register: 0, operand: operand(third, [1]) }],
      uniforms: [],
      code: [],
      registers: 1,
      outputs: [{ register: 0, operand: operand(carried, [1]) }],
    };
    const clear: Loop = {
      kind: "loop",
      label: "clear",
      shape: [span(outputStrides)],
      inputs: [],
      uniforms: [{ register: 0, integer: false, value: 0 }],
      code: [],
      registers: 1,
      outputs: [{ register: 0, operand: operand(spread, [1]) }],
    };
    const loop: Loop = {
      kind: "loop",
      label: "random",
      shape,
      inputs: [...inputs, iota, { register: 9, operand: operand(carried, contiguous()) }],
      uniforms: [
        { register: 5, integer: false, scalar },
        { register: 6, integer: true, value: 255 },
      ],
      code: [
        ...floats,
        { operation: "add", target: 7, sources: [3, 4] },
        { operation: "multiply", target: 7, sources: [7, 5] },
        // Writes over an input's register, which a later block has to find filled again.
        { operation: "intToFloat", target: 2, sources: [2] },
        { operation: "subtract", target: 7, sources: [7, 2] },
        { operation: "add", target: 8, sources: [7, 9] },
        { operation: "floatToInt", target: 5, sources: [8] },
        { operation: "and", target: 5, sources: [5, 6] },
      ],
      registers: 10,
      outputs: [
        { register: 7, operand: operand(whole, contiguous()) },
        { register: 8, operand: operand(spread, outputStrides) },
        { register: 5, operand: operand(ints, contiguous()) },
        ...(options.inPlace ? [{ register: 8, operand: operand(carried, contiguous()) }] : []),
      ],
    };
    const copied = builder.output("float32", size);
    const copy: Loop = {
      ...fill,
      label: "copy",
      inputs: [{ register: 0, operand: operand(carried, [1]) }],
      outputs: [{ register: 0, operand: operand(copied, [1]) }],
    };
    return { builder, program: builder.build([fill, clear, loop, copy]) };
  });

test("random loops agree with the interpreter to the bit, on every kernel", () => {
  fc.assert(
    fc.property(randomLoop, ({ builder, program }) => {
      const wanted = bitsOf(expected(builder, program));
      for (const device of kernels) {
        expect(bitsOf(runOn(device, builder, program)), device.description).toBe(wanted);
      }
    }),
    { numRuns: 150 },
  );
});

test("an input that is stored whole while another output takes its place is read before", () => {
  const builder = new ProgramBuilder();
  const a = builder.state(
    "float32",
    Float32Array.from({ length: 512 }, (_, e) => e),
  );
  const b = builder.state(
    "float32",
    Float32Array.from({ length: 512 }, (_, e) => -e),
  );
  const swap: Loop = {
    kind: "loop",
    label: "swap",
    shape: [512],
    inputs: [
      { register: 0, operand: operand(a, [1]) },
      { register: 1, operand: operand(b, [1]) },
    ],
    uniforms: [],
    code: [],
    registers: 2,
    outputs: [
      { register: 1, operand: operand(a, [1]) },
      { register: 0, operand: operand(b, [1]) },
    ],
  };
  const program = builder.build([], [swap]);
  for (const device of kernels) {
    const { states } = runOn(device, builder, program);
    expect(states[0]?.[3]).toBe(-3);
    expect(states[1]?.[3]).toBe(3);
  }
});

test("long loops give the same bits on every instruction set and any number of threads", () => {
  const builder = new ProgramBuilder();
  const length = 300_001;
  const x = builder.input(
    "float32",
    Float32Array.from({ length }, (_, e) => Math.fround(((e * 7919) % 20011) / 997 - 10)),
  );
  const operations: MicroOperation[] = [
    "exp",
    "tanh",
    "sigmoid",
    "erf",
    "sin",
    "cos",
    "log1p",
    "sqrt",
  ];
  const loops = operations.map(
    (operation): Loop => ({
      kind: "loop",
      label: operation,
      shape: [length],
      inputs: [{ register: 0, operand: operand(x, [1]) }],
      uniforms: [{ register: 1, integer: false, value: 2.5 }],
      code: [
        { operation: "absolute", target: 2, sources: [0] },
        { operation, target: 3, sources: [2] },
        { operation: "power", target: 4, sources: [2, 1] },
        { operation: "add", target: 3, sources: [3, 4] },
        { operation: "log", target: 3, sources: [3] },
      ],
      registers: 5,
      outputs: [{ register: 3, operand: operand(builder.output("float32", length), [1]) }],
    }),
  );
  const program = builder.build(loops);
  const bits = natives.map((device) => bitsOf(runOn(device, builder, program)));
  expect(new Set(bits).size).toBeLessThanOrEqual(1);
});
