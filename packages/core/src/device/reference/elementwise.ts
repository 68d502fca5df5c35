import { type DType, isFloating, sizeOf } from "../../array/index.js";
import type { BinaryPrimitive, UnaryPrimitive } from "../../graph/index.js";
import { erf } from "./erf.js";
import { type Meaning, makeValues } from "./values.js";

type Elementwise = UnaryPrimitive | BinaryPrimitive | "cast" | "select";

/** Element by element: `compute` gets one element of each input. */
const each =
  (compute: (a: number, b: number, c: number) => number): Meaning<Elementwise> =>
  (node, inputs) => {
    const result = makeValues(node.dtype, sizeOf(node.shape));
    const [a, b, c] = inputs;
    for (let i = 0; i < result.length; i++) {
      result[i] = compute(a?.[i] ?? 0, b?.[i] ?? 0, c?.[i] ?? 0);
    }
    return result;
  };

/** As IEEE 754 has it: 1 to any power is 1, and so is -1 to an infinite one. */
const power = (a: number, b: number): number =>
  a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;

/**
 * Towards zero; NaN gives 0, and what is too large the nearest int32. uint8 keeps the lower 8 bits
 * of that; bool is "not zero".
 */
function convert(x: number, from: DType, to: DType): number {
  if (to === "bool") return Number(x !== 0);
  if (isFloating(to) || !isFloating(from)) return x;
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x || 0)));
}

const exactProduct = each(Math.imul);
const product = each((a, b) => a * b);

export const elementwise: { readonly [P in Elementwise]: Meaning<P> } = {
  negate: each((x) => -x),
  absolute: each(Math.abs),
  sign: each(Math.sign),
  exp: each(Math.exp),
  log: each(Math.log),
  log1p: each(Math.log1p),
  sqrt: each(Math.sqrt),
  sin: each(Math.sin),
  cos: each(Math.cos),
  tanh: each(Math.tanh),
  sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  erf: each(erf),
  floor: each(Math.floor),
  relu: each((x) => Math.max(x, 0)),
  not: each((x) => 1 - x),
  cast: (node, inputs, frame) => {
    const from = node.inputs[0]?.dtype ?? node.dtype;
    return each((x) => convert(x, from, node.dtype))(node, inputs, frame);
  },

  add: each((a, b) => a + b),
  subtract: each((a, b) => a - b),
  multiply: (node, inputs, frame) =>
    (isFloating(node.dtype) ? product : exactProduct)(node, inputs, frame),
  divide: each((a, b) => a / b),
  power: each(power),
  maximum: each((a, b) => Math.max(a, b)),
  minimum: each((a, b) => Math.min(a, b)),
  remainder: each((a, b) => a - Math.floor(a / b) * b),
  equal: each((a, b) => Number(a === b)),
  less: each((a, b) => Number(a < b)),
  lessEqual: each((a, b) => Number(a <= b)),
  and: each((a, b) => a & b),
  or: each((a, b) => a | b),

  select: each((condition, a, b) => (condition ? a : b)),
};
