import { expect, test } from "vitest";
import type { Loop, MicroOperation } from "../../src/program/index.js";
import { erf } from "./erf.js";
import { kernels, operand, ProgramBuilder, runOn } from "./programs.js";

/** Distance in units in the last place of the float32 nearest to `exact`. */
function ulps(actual: number, exact: number): number {
  const magnitude = Math.abs(Math.fround(exact));
  if (magnitude < 2 ** -126) return Math.abs(actual) < 2 ** -125 ? 0 : Infinity;
  const unit = 2 ** (Math.floor(Math.log2(magnitude)) - 23);
  return Math.abs(actual - exact) / unit;
}

const between = (low: number, high: number, count = 20_000): Float32Array =>
  Float32Array.from({ length: count }, (_, e) => low + ((high - low) * e) / (count - 1));
/** Both signs, over many powers of two. */
const logarithmic = (low: number, high: number, count = 20_000): Float32Array =>
  Float32Array.from(
    { length: count },
    (_, e) => (e % 2 ? -1 : 1) * low * (high / low) ** (e / count),
  );
const positive = (values: Float32Array): Float32Array => values.map(Math.abs);

const cases: readonly {
  operation: MicroOperation;
  exact: (x: number, y: number) => number;
  x: Float32Array;
  y?: Float32Array;
  /** With fused multiply-adds, and without. */
  within: readonly [number, number];
}[] = [
  { operation: "exp", exact: Math.exp, x: between(-87, 88.7), within: [1.1, 1.6] },
  { operation: "exp", exact: Math.exp, x: logarithmic(1e-30, 1), within: [1.1, 1.1] },
  { operation: "log", exact: Math.log, x: positive(logarithmic(1e-37, 1e38)), within: [1.1, 1.1] },
  { operation: "log", exact: Math.log, x: between(0.5, 2), within: [1.1, 1.6] },
  { operation: "log1p", exact: Math.log1p, x: between(-0.99, 3), within: [2.1, 2.1] },
  {
    operation: "log1p",
    exact: Math.log1p,
    x: positive(logarithmic(1e-30, 1e38)),
    within: [2.1, 2.1],
  },
  { operation: "tanh", exact: Math.tanh, x: between(-10, 10), within: [2.1, 2.6] },
  { operation: "tanh", exact: Math.tanh, x: logarithmic(1e-30, 10), within: [2.1, 2.6] },
  {
    operation: "sigmoid",
    exact: (x) => 1 / (1 + Math.exp(-x)),
    x: between(-87, 30),
    within: [3.1, 3.6],
  },
  { operation: "erf", exact: erf, x: between(-5, 5), within: [2.1, 2.6] },
  { operation: "erf", exact: erf, x: logarithmic(1e-30, 5), within: [2.1, 2.6] },
  { operation: "sin", exact: Math.sin, x: between(-30, 30), within: [0.51, 0.51] },
  { operation: "sin", exact: Math.sin, x: logarithmic(1e-30, 1e6), within: [0.51, 0.51] },
  { operation: "cos", exact: Math.cos, x: logarithmic(1e-30, 1e6), within: [0.51, 0.51] },
  {
    operation: "sqrt",
    exact: Math.sqrt,
    x: positive(logarithmic(1e-37, 1e38)),
    within: [0.5, 0.5],
  },
  {
    operation: "power",
    exact: Math.pow,
    x: positive(logarithmic(1e-3, 1e3)),
    y: between(-12, 12),
    within: [0.51, 0.51],
  },
  {
    operation: "power",
    exact: Math.pow,
    x: between(0.9, 1.1),
    y: between(-800, 800),
    within: [0.51, 0.51],
  },
];

test.each(cases)("$operation", ({ operation, exact, x, y, within }) => {
  const builder = new ProgramBuilder();
  const loop: Loop = {
    kind: "loop",
    label: operation,
    shape: [x.length],
    inputs: [
      { register: 0, operand: operand(builder.input("float32", x), [1]) },
      { register: 1, operand: operand(builder.input("float32", y ?? x), [1]) },
    ],
    uniforms: [],
    code: [{ operation, target: 2, sources: y ? [0, 1] : [0] }],
    registers: 3,
    outputs: [{ register: 2, operand: operand(builder.output("float32", x.length), [1]) }],
  };
  const program = builder.build([loop]);
  for (const device of kernels) {
    const actual = runOn(device, builder, program).outputs[0] as Float32Array;
    let worst = 0;
    let where = 0;
    for (let e = 0; e < x.length; e++) {
      const error = ulps(actual[e] as number, exact(x[e] as number, (y ?? x)[e] as number));
      if (error > worst) [worst, where] = [error, x[e] as number];
    }
    const limit = device.arithmetic === "wasm-simd" ? within[1] : within[0];
    expect(worst, `${operation}(${where}) on ${device.description}`).toBeLessThanOrEqual(limit);
  }
});
