import { expect, test } from "vitest";
import { gradients, Parameter, tensor } from "../../src/tensor/index.js";

// Two layers of one sigmoid neuron, then a linear one, with J = (p - y)^2 / 2.
const x = 2;
const y = 1;
const start = { w1: 0.5, b1: 0.1, w2: 0.5, b2: 0.1, w3: 0.5, b3: 0.1 };
type Weights = typeof start;
const names = Object.keys(start) as (keyof Weights)[];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

function forward({ w1, b1, w2, b2, w3, b3 }: Weights) {
  const a1 = sigmoid(w1 * x + b1);
  const a2 = sigmoid(w2 * a1 + b2);
  const prediction = w3 * a2 + b3;
  return { a1, a2, prediction, cost: (prediction - y) ** 2 / 2 };
}

/** The chain rule, from the output backwards. */
function backward(weights: Weights): Weights {
  const { a1, a2, prediction } = forward(weights);
  const e3 = prediction - y;
  const e2 = e3 * weights.w3 * a2 * (1 - a2);
  const e1 = e2 * weights.w2 * a1 * (1 - a1);
  return { w1: e1 * x, b1: e1, w2: e2 * a1, b2: e2, w3: e3 * a2, b3: e3 };
}

const golden: Weights = {
  w1: -0.013104762886522112,
  b1: -0.006552381443261056,
  w2: -0.05247364630208604,
  b2: -0.06994060581225114,
  w3: -0.36484144068296803,
  b3: -0.5917013749351643,
};

test("the chain rule by hand gives the golden gradients", () => {
  const byHand = backward(start);
  for (const name of names) expect(byHand[name]).toBeCloseTo(golden[name], 14);
});

test("so do central differences", () => {
  const h = 1e-5;
  for (const name of names) {
    const at = (shift: number): number => forward({ ...start, [name]: start[name] + shift }).cost;
    expect((at(h) - at(-h)) / (2 * h)).toBeCloseTo(golden[name], 9);
  }
});

test("so does automatic differentiation", () => {
  const parameters = names.map((name) => new Parameter(tensor(start[name]), name));
  const [w1, b1, w2, b2, w3, b3] = parameters as [
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
    Parameter,
  ];
  const a1 = w1.mul(x).add(b1).sigmoid();
  const a2 = w2.mul(a1).add(b2).sigmoid();
  const cost = w3.mul(a2).add(b3).sub(y).square().mul(0.5);
  expect(cost.itemSync()).toBeCloseTo(forward(start).cost, 6);
  cost.backward();
  names.forEach((name, index) => {
    expect(parameters[index]?.grad?.itemSync()).toBeCloseTo(golden[name], 6);
  });
  const found = gradients(cost, parameters);
  names.forEach((name, index) => {
    expect(found[index]?.itemSync()).toBeCloseTo(golden[name], 6);
  });
});
