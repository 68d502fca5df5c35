import { describe, expect, test } from "vitest";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/optim/index.js";
import { compile, Parameter, tensor } from "../../src/tensor/index.js";
import { adam, sgd } from "./pytorch.js";

const start = [0.5, -2, 3];
const centre = [1, 1, -0.5];
const curvature = [1, 0.2, 3];
const steps = 20;

/** Values after each step on sum_i c_i (w_i - centre_i)^2 / 2. */
function descend(make: (parameters: Parameter[]) => Optimizer, compiled: boolean): number[][] {
  const w = new Parameter(tensor(start), "w");
  const optimizer = make([w]);
  const step = () => {
    const cost = w.sub(tensor(centre)).square().mul(tensor(curvature)).sum().mul(0.5);
    cost.backward();
    optimizer.step();
    return cost;
  };
  const run = compiled ? compile(step) : step;
  return Array.from({ length: steps }, () => {
    run();
    return [...w.dataSync()];
  });
}

const gradientAt = (index: number) => (w: number) =>
  (curvature[index] as number) * (w - (centre[index] as number));

const sgdOptions = {
  "plain SGD": { learningRate: 0.1 },
  momentum: { learningRate: 0.05, momentum: 0.9 },
  "momentum with dampening": { learningRate: 0.05, momentum: 0.9, dampening: 0.4 },
  nesterov: { learningRate: 0.05, momentum: 0.8, nesterov: true },
  "weight decay": { learningRate: 0.1, momentum: 0.5, weightDecay: 0.3 },
};
const adamOptions = {
  "default Adam": { learningRate: 0.1 },
  "other betas": { learningRate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
  "no momentum": { learningRate: 0.05, beta1: 0, beta2: 0.99 },
  // Steps of one size: none may land where the gradient is 0 and rounding would choose its sign.
  "no memory": { learningRate: 0.047, beta1: 0, beta2: 0 },
  "L2 penalty": { learningRate: 0.1, weightDecay: 0.2 },
};
const adamWOptions = {
  "default AdamW": { learningRate: 0.1 },
  "strong decay": { learningRate: 0.1, weightDecay: 0.5 },
  "no decay": { learningRate: 0.1, weightDecay: 0 },
};

type Case = [
  name: string,
  make: (parameters: Parameter[]) => Optimizer,
  expected: (index: number) => number[],
];
const at = (index: number): number => start[index] as number;
const cases: Case[] = [
  ...Object.entries(sgdOptions).map(
    ([name, options]): Case => [
      name,
      (parameters) => new SGD(parameters, options),
      (index) => sgd(at(index), gradientAt(index), steps, options),
    ],
  ),
  ...Object.entries(adamOptions).map(
    ([name, options]): Case => [
      name,
      (parameters) => new Adam(parameters, options),
      (index) => adam(at(index), gradientAt(index), steps, options),
    ],
  ),
  ...Object.entries(adamWOptions).map(
    ([name, options]): Case => [
      name,
      (parameters) => new AdamW(parameters, options),
      (index) =>
        adam(at(index), gradientAt(index), steps, {
          weightDecay: 0.01,
          ...options,
          decoupled: true,
        }),
    ],
  ),
];

describe.each(cases)("%s", (_, make, expected) => {
  test.each([false, true])("follows PyTorch's formulas over 20 steps, compiled: %s", (compiled) => {
    const found = descend(make, compiled);
    start.forEach((_, index) => {
      const wanted = expected(index);
      found.forEach((values, step) => {
        const error = Math.abs((values[index] as number) - (wanted[step] as number));
        // Each step rounds a few numbers up to about 3 to float32.
        expect(error, `element ${index}, step ${step + 1}`).toBeLessThan(2e-6);
      });
    });
  });
});

describe("bias corrections", () => {
  /** One step of Adam on a constant gradient, from the state that t - 1 such steps leave. */
  function changeInStep(t: number, gradient: number): number {
    const w = new Parameter(tensor([0]));
    const optimizer = new Adam([w], { learningRate: 1, epsilon: 1e-30 });
    optimizer.loadStateDict(
      new Map([
        ["firstMoment.0", tensor([gradient * (1 - 0.9 ** (t - 1))])],
        ["secondMoment.0", tensor([gradient ** 2 * (1 - 0.999 ** (t - 1))])],
        ["steps", tensor([t - 1])],
      ]),
    );
    w.mul(gradient).sum().backward();
    optimizer.step();
    return w.dataSync()[0] as number;
  }

  // The corrected mean is g and the corrected square g^2, so every step is exactly the rate.
  test.each([1, 2, 3, 5, 10, 20, 1000, 100_000])("are accurate in step %s", (t) => {
    for (const gradient of [1, 0.03]) {
      expect(Math.abs(changeInStep(t, gradient) + 1)).toBeLessThan(1e-6);
    }
  });
});
