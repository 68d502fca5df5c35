import { concatenate, gradients, scan, slice, stack, type Tensor, where } from "@versant/core";
import type { Precision } from "./fixture.js";

/** The keywords of a case; each operation reads those it has. */
export interface Arguments {
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly dtype: "int32" | "uint8" | "bool";
  readonly shape: number[];
  readonly startAxis?: number;
  readonly order: number[];
  readonly a?: number;
  readonly b?: number;
  readonly axis?: number;
  readonly axes?: number[];
  readonly keepDims?: boolean;
  readonly correction?: number;
  readonly index: (number | (number | null)[])[];
  readonly before: number[];
  readonly after: number[];
  readonly size: number;
  readonly length: number;
  readonly step: number;
  readonly dilation: number;
}

/** The operands of a case: as many as its operation takes. */
export type Operands = readonly [Tensor, Tensor, Tensor, Tensor];

type Operation = (operands: Operands, options: Arguments, precision: Precision) => Tensor;

const bound = (value: number | null | undefined): number | undefined => value ?? undefined;

/** h[t] = tanh(x[t] w + h[t - 1] u), all of them stacked. */
const recurrence = (x: Tensor, w: Tensor, u: Tensor, h: Tensor, reverse: boolean): Tensor => {
  const { outputs } = scan(
    ([state], [input]) => {
      const next = (input as Tensor)
        .matmul(w)
        .add((state as Tensor).matmul(u))
        .tanh();
      return { carries: [next], outputs: [next] };
    },
    { carries: [h], sequences: [x], reverse },
  );
  return outputs[0] as Tensor;
};

/** What each name of the generator's table means in Versant. */
export const operations = {
  neg: ([x]) => x.neg(),
  abs: ([x]) => x.abs(),
  sign: ([x]) => x.sign(),
  exp: ([x]) => x.exp(),
  log: ([x]) => x.log(),
  log1p: ([x]) => x.log1p(),
  sqrt: ([x]) => x.sqrt(),
  square: ([x]) => x.square(),
  reciprocal: ([x]) => x.reciprocal(),
  sin: ([x]) => x.sin(),
  cos: ([x]) => x.cos(),
  tanh: ([x]) => x.tanh(),
  sigmoid: ([x]) => x.sigmoid(),
  erf: ([x]) => x.erf(),
  floor: ([x]) => x.floor(),
  relu: ([x]) => x.relu(),
  add: ([a, b]) => a.add(b),
  subtract: ([a, b]) => a.subtract(b),
  multiply: ([a, b]) => a.multiply(b),
  divide: ([a, b]) => a.divide(b),
  power: ([a, b]) => a.power(b),
  maximum: ([a, b]) => a.maximum(b),
  minimum: ([a, b]) => a.minimum(b),
  remainder: ([a, b]) => a.remainder(b),
  addNumber: ([x], { value }) => x.add(value),
  subtractNumber: ([x], { value }) => x.sub(value),
  multiplyNumber: ([x], { value }) => x.mul(value),
  divideNumber: ([x], { value }) => x.div(value),
  powerNumber: ([x], { value }) => x.pow(value),
  maximumNumber: ([x], { value }) => x.maximum(value),
  equal: ([a, b]) => a.equal(b),
  notEqual: ([a, b]) => a.notEqual(b),
  less: ([a, b]) => a.less(b),
  lessEqual: ([a, b]) => a.lessEqual(b),
  greater: ([a, b]) => a.greater(b),
  greaterEqual: ([a, b]) => a.greaterEqual(b),
  and: ([a, b]) => a.and(b),
  or: ([a, b]) => a.or(b),
  not: ([x]) => x.not(),
  where: ([condition, a, b]) => where(condition, a, b),
  clamp: ([x], bounds) => x.clamp(bounds),
  cast: ([x], { dtype }) => x.cast(dtype),
  castToFloat: ([x], _, { dtype }) => x.cast(dtype),
  detach: ([x]) => x.detach().multiply(x),
  reshape: ([x], { shape }) => x.reshape(shape),
  flatten: ([x], { startAxis }) => x.flatten(startAxis),
  permute: ([x], { order }) => x.permute(order),
  transpose: ([x], { a, b }) => x.transpose(a, b),
  expand: ([x], { shape }) => x.expand(shape),
  squeeze: ([x], { axis }) => x.squeeze(axis),
  unsqueeze: ([x], { axis = 0 }) => x.unsqueeze(axis),
  at: ([x], { index }) =>
    x.at(
      ...index.map((each) =>
        typeof each === "number" ? each : slice(bound(each[0]), bound(each[1]), bound(each[2])),
      ),
    ),
  unfold: ([x], { axis = 0, size, step, dilation }) => x.unfold(axis, size, { step, dilation }),
  fold: ([x], { axis = 0, length, step, dilation }) => x.fold(axis, length, { step, dilation }),
  pad: ([x], { before, after }) => x.pad(before, after),
  concatenate: (parts, { axis }) => concatenate(parts, axis),
  stack: (parts, { axis }) => stack(parts, axis),
  sum: ([x], { axes, ...options }) => x.sum(axes, options),
  mean: ([x], { axes, ...options }) => x.mean(axes, options),
  max: ([x], { axes, ...options }) => x.max(axes, options),
  min: ([x], { axes, ...options }) => x.min(axes, options),
  variance: ([x], { axes, ...options }) => x.variance(axes, options),
  argmax: ([x], { axis }) => x.argmax(axis),
  argmin: ([x], { axis }) => x.argmin(axis),
  logSumExp: ([x], { axis, ...options }) => x.logSumExp(axis, options),
  softmax: ([x], { axis }) => x.softmax(axis),
  logSoftmax: ([x], { axis }) => x.logSoftmax(axis),
  matmul: ([a, b]) => a.matmul(b),
  take: ([x, indices], { axis }) => x.take(indices, axis),
  takeAlong: ([x, indices], { axis }) => x.takeAlong(indices, axis),
  recurrence: ([x, w, u, h]) => recurrence(x, w, u, h, false),
  reverseRecurrence: ([x, w, u, h]) => recurrence(x, w, u, h, true),
  gradientNorm: ([x, w]) => {
    const value = x.matmul(w).tanh().power(3).sum();
    return (gradients(value, [w])[0] as Tensor).square().sum();
  },
} satisfies Record<string, Operation>;
