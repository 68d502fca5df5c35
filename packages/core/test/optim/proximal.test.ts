import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { mse } from "../../src/loss/index.js";
import { Linear } from "../../src/nn/index.js";
import { Adam, type Optimizer, SGD } from "../../src/optim/index.js";
import { compile, manualSeed, Parameter, tensor } from "../../src/tensor/index.js";
import { Trainer } from "../../src/train/index.js";

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));
const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

describe("the proximal step", () => {
  test("is soft thresholding by learningRate proximalL1, and 0 is +0", () => {
    const w = parameter(2, -2, 0.25, -0.25, 0.5, -0.5, 0);
    const optimizer = new SGD([w], { learningRate: 0.5, proximalL1: 1 });
    w.mul(0).sum().backward();
    optimizer.step();
    expect(values(w)).toEqual([1.5, -1.5, 0, 0, 0, 0, 0]);
  });

  test("minimises |v - w|^2 / 2 + t |v|_1", () => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 0.01, max: 1, noNaN: true }), number, (w, t, other) => {
        const proximal = parameter(w);
        const optimizer = new SGD([proximal], { learningRate: 1, proximalL1: t });
        proximal.mul(0).sum().backward();
        optimizer.step();
        const [best = Number.NaN] = values(proximal);
        const cost = (v: number): number => (v - w) ** 2 / 2 + t * Math.abs(v);
        expect(cost(best)).toBeLessThanOrEqual(cost(other) + 1e-6);
      }),
    );
  });

  test("has a threshold of its own for each group, and leaves out frozen and unused parameters", () => {
    const [strong, weak, without, frozen, unused] = [0, 1, 2, 3, 4].map(() => parameter(1, 0.125));
    const list = [strong, weak, without, frozen, unused] as Parameter[];
    const [a, b, c, d, e] = list as [Parameter, Parameter, Parameter, Parameter, Parameter];
    const optimizer = new SGD(
      [
        { parameters: [a, d, e], proximalL1: 1 },
        { parameters: [b], proximalL1: 1, learningRate: 0.0625 },
        { parameters: [c] },
      ],
      { learningRate: 0.25 },
    );
    d.requiresGrad = false;
    a.add(b).add(c).mul(0).sum().backward();
    optimizer.step();
    expect(list.map(values)).toEqual([
      [0.75, 0],
      [0.9375, 0.0625],
      [1, 0.125],
      [1, 0.125],
      [1, 0.125],
    ]);
  });

  test("follows the learning rate, in one compiled Program", () => {
    const w = parameter(4);
    const optimizer = new SGD([w], { learningRate: 1, proximalL1: 1 });
    const step = compile(() => {
      const cost = w.mul(0).sum();
      cost.backward();
      optimizer.step();
      return cost;
    });
    step();
    optimizer.learningRate = 0.25;
    step();
    expect(values(w)).toEqual([2.75]);
    expect(step.programs).toBe(1);
  });

  type Maker = (w: Parameter, options?: { proximalL1: number }) => Optimizer;
  const makers: [string, Maker][] = [
    ["SGD", (w, options) => new SGD([w], { learningRate: 0.1, ...options })],
    ["momentum", (w, options) => new SGD([w], { momentum: 0.5, ...options })],
    ["Adam", (w, options) => new Adam([w], { learningRate: 0.1, ...options })],
  ];
  /** Weights after some steps on sum (w - centre)^2 / 2. */
  function descend(make: (w: Parameter) => Optimizer, steps: number, compiled = true): number[] {
    const w = parameter(1, 1, -1);
    const optimizer = make(w);
    const step = () => {
      const cost = w
        .sub(tensor([0.01, 2, -3]))
        .square()
        .sum()
        .mul(0.5);
      cost.backward();
      optimizer.step();
      return cost;
    };
    const run = compiled ? compile(step) : step;
    for (let count = 0; count < steps; count++) run();
    return values(w);
  }

  test.each(makers)("%s: makes exact zeros, and eager does as compiled does", (_, make) => {
    const eager = descend((w) => make(w, { proximalL1: 0.2 }), 300, false);
    const compiled = descend((w) => make(w, { proximalL1: 0.2 }), 300);
    expect(eager).toEqual(compiled);
    expect(compiled[0]).toBe(0);
    expect(compiled).not.toContain(Number.NaN);
    expect(compiled.slice(1)).not.toContain(0);
  });

  test("momentum weakens it by 1 - momentum", () => {
    const [, second] = descend(
      (w) => new SGD([w], { learningRate: 0.1, momentum: 0.5, proximalL1: 0.2 }),
      500,
    );
    expect(second).toBeCloseTo(2 - 0.2 * (1 - 0.5), 5);
  });

  test.each(makers)("%s: with proximalL1 0 not a bit is different", (_, make) => {
    const zero = descend((w) => make(w, { proximalL1: 0 }), 20);
    expect(zero).toEqual(descend((w) => make(w), 20));
  });

  test("a Trainer finds which features matter", async () => {
    manualSeed(7);
    const rows = Array.from({ length: 64 }, (_, row) =>
      Array.from({ length: 5 }, (_, column) => Math.sin(3 * row * (column + 1) + column)),
    );
    const targets = rows.map((row) => [2 * (row[1] as number) - (row[3] as number)]);
    const dataset = new TensorDataset([tensor(rows), tensor(targets)] as const);
    const model = new Linear(5, 1);
    const { weight, bias } = model;
    const groups = [{ parameters: [weight], proximalL1: 0.1 }, { parameters: [bias as Parameter] }];
    const optimizer = new SGD(groups, { learningRate: 0.1 });
    const trainer = new Trainer({ model, loss: mse, optimizer });
    await trainer.fit({ train: new DataLoader(dataset, { batchSize: 16 }), epochs: 60 });
    expect(values(weight).map((w) => w !== 0)).toEqual([false, true, false, true, false]);
  });

  test("a threshold out of its range is refused", () => {
    expect(() => new SGD([parameter(1)], { proximalL1: -1 })).toThrow(
      "SGD: received proximalL1 -1, expected a finite number of at least 0.",
    );
  });
});
