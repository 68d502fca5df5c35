import { describe, expect, test } from "vitest";
import { Linear } from "../../src/nn/index.js";
import {
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  NAdam,
  type Optimizer,
  RMSProp,
  SGD,
} from "../../src/optim/index.js";
import { compile, ones, Parameter, tensor } from "../../src/tensor/index.js";

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));
const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

type Maker = (parameters: readonly Parameter[]) => Optimizer;
const makers: [string, Maker][] = [
  ["SGD", (list) => new SGD(list, { learningRate: 0.1, momentum: 0.9, dampening: 0.1 })],
  ["Adam", (list) => new Adam(list, { learningRate: 0.1 })],
  ["AdamW", (list) => new AdamW(list, { learningRate: 0.1, amsgrad: true })],
  ["Adamax", (list) => new Adamax(list, { learningRate: 0.1 })],
  ["NAdam", (list) => new NAdam(list, { learningRate: 0.1 })],
  ["Adagrad", (list) => new Adagrad(list, { learningRate: 0.5 })],
  [
    "RMSProp",
    (list) =>
      new RMSProp(list, { learningRate: 0.01, centered: true, momentum: 0.5, epsilon: 0.1 }),
  ],
];

describe.each(makers)("%s", (name, make) => {
  test("refuses a step before backward, and when all is frozen", () => {
    const w = parameter(1, 2);
    const optimizer = make([w]);
    expect(() => optimizer.step()).toThrow(
      `${name}.step: none of the 1 parameters has a gradient; call loss.backward() first`,
    );
    w.requiresGrad = false;
    expect(() => optimizer.step()).toThrow(
      `${name}.step: all 1 parameters are frozen; call thaw()`,
    );
    w.requiresGrad = true;
    w.sum().backward();
    optimizer.zeroGrad();
    expect(w.grad).toBeNull();
    expect(() => optimizer.step()).toThrow("call loss.backward() first");
    expect(values(w)).toEqual([1, 2]);
  });

  test("leaves parameters without a gradient and frozen ones as they are", () => {
    const [used, unused, frozen] = [parameter(1), parameter(2), parameter(3)];
    const optimizer = make([used, unused, frozen]);
    used.mul(frozen).sum().backward();
    frozen.requiresGrad = false;
    optimizer.step();
    expect(values(used)).not.toEqual([1]);
    expect(values(unused)).toEqual([2]);
    expect(values(frozen)).toEqual([3]);
  });

  test("a parameter thawed later starts as if the optimiser were new", () => {
    const [first, late] = [parameter(1), parameter(1)];
    const optimizer = make([first, late]);
    late.requiresGrad = false;
    const step = compile(() => {
      const cost = first.add(late).sum();
      cost.backward();
      optimizer.step();
      return cost;
    });
    for (let count = 0; count < 5; count++) step();
    expect(values(late)).toEqual([1]);
    late.requiresGrad = true;
    step();
    expect(step.programs).toBe(2);

    const fresh = parameter(1);
    const other = make([fresh]);
    fresh.sum().backward();
    other.step();
    expect(values(late)).toEqual(values(fresh));
  });

  test("the gradients stay readable and the next backward replaces them", () => {
    const w = parameter(2);
    const optimizer = make([w]);
    w.mul(3).sum().backward();
    optimizer.step();
    expect(values(w.grad ?? w)).toEqual([3]);
    w.mul(5).sum().backward();
    expect(values(w.grad ?? w)).toEqual([5]);
    w.mul(5).sum().backward();
    expect(values(w.grad ?? w)).toEqual([10]);
  });

  test("values seen before a step stay as they were", () => {
    const w = parameter(1, 2);
    const optimizer = make([w]);
    const old = w.mul(1);
    const dict = optimizer.stateDict();
    const step = compile(() => {
      const cost = w.square().sum();
      cost.backward();
      optimizer.step();
      return cost;
    });
    step();
    step();
    expect(values(old)).toEqual([1, 2]);
    for (const [key, value] of make([parameter(1, 2)]).stateDict()) {
      expect(values(dict.get(key) ?? w)).toEqual(values(value));
    }
  });

  test("goes on from its state dict exactly as without a break", () => {
    const run = (w: Parameter, optimizer: Optimizer, steps: number): void => {
      for (let count = 0; count < steps; count++) {
        w.sub(3).square().sum().backward();
        optimizer.step();
      }
    };
    const through = parameter(1, -1);
    run(through, make([through]), 6);

    const before = parameter(1, -1);
    const first = make([before]);
    run(before, first, 3);
    const after = parameter(...values(before));
    const second = make([after]);
    second.loadStateDict(first.stateDict());
    run(after, second, 3);
    expect(values(after)).toEqual(values(through));
  });

  test("the learning rate may change between steps, without compiling anew", () => {
    const w = parameter(1);
    const optimizer = make([w]);
    const step = compile(() => {
      const cost = w.sum();
      cost.backward();
      optimizer.step();
      return cost;
    });
    step();
    const one = values(w);
    optimizer.learningRate = 0;
    expect(optimizer.learningRate).toBe(0);
    step();
    expect(values(w)).toEqual(one);
    optimizer.learningRate = 0.5;
    step();
    expect(values(w)[0]).toBeLessThan((one[0] as number) - 0.2);
    expect(step.programs).toBe(1);
  });

  test("trains a layer, eager and compiled to the same values", () => {
    const trained = [false, true].map((compiled) => {
      const layer = new Linear(2, 1);
      layer.weight.assign(tensor([[0.5, -0.25]]));
      layer.bias?.assign(tensor([0.125]));
      const optimizer = make(layer.parameters());
      const step = () => {
        const cost = layer
          .forward(
            tensor([
              [1, 2],
              [3, -1],
            ]),
          )
          .sub(1)
          .square()
          .mean();
        cost.backward();
        optimizer.step();
        return cost;
      };
      const run = compiled ? compile(step) : step;
      const costs = Array.from({ length: 30 }, () => run().itemSync());
      expect(costs.at(-1)).toBeLessThan((costs[0] as number) / 4);
      return layer.parameters().flatMap(values);
    });
    const [eager = [], compiled = []] = trained;
    eager.forEach((value, index) => {
      expect(value).toBeCloseTo(compiled[index] as number, 5);
    });
  });

  test("names what does not fit in a state dict, and loads nothing", () => {
    const list = [parameter(1, 2), parameter(3)];
    const optimizer = make(list);
    for (const each of list) each.sum().backward();
    optimizer.step();
    const wrong = optimizer.stateDict();
    const [moment, ...others] = [...wrong.keys()] as [string, ...string[]];
    wrong.set(moment, ones([3]));
    wrong.set("other", ones([1]));
    wrong.delete(others.at(-1) as string);
    const fresh = make(list);
    expect(() => fresh.loadStateDict(wrong)).toThrow(
      `${name}.loadStateDict: nothing was loaded; missing: ${others.at(-1)}; unexpected: other; of ` +
        `the wrong kind: ${moment} (received float32 (3,), expected float32 (2,)). Was it saved by the same kind of optimiser`,
    );
    const untouched = make(list).stateDict();
    for (const [key, value] of fresh.stateDict()) {
      expect(values(value)).toEqual(values(untouched.get(key) ?? value.add(1)));
    }
  });

  test.each<[string, () => unknown, string]>([
    [
      "no parameters",
      () => [],
      "received an empty list, expected a list of at least one Parameter",
    ],
    ["a model", () => new Linear(1, 1), "received a Linear, expected a list"],
    [
      "a tensor",
      () => [ones([1])],
      "received a Tensor as element 0, expected a Parameter; make one",
    ],
    ["nothing", () => [undefined], "received undefined as element 0"],
    [
      "the same twice",
      () => {
        const w = new Parameter(ones([1]), "w");
        return [parameter(1), w, w];
      },
      "received w twice, as elements 1 and 2, expected each parameter once.",
    ],
  ])("refuses %s", (_, list, message) => {
    expect(() => make(list() as Parameter[])).toThrow(message);
  });

  test.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])("refuses learning rate %s", (rate) => {
    const optimizer = make([parameter(1)]);
    const before = optimizer.learningRate;
    expect(() => {
      optimizer.learningRate = rate;
    }).toThrow(`received learningRate ${rate}, expected a finite number of at least 0.`);
    expect(optimizer.learningRate).toBe(before);
  });
});

test("defaults are the field's", () => {
  const optionsOf = ({ groups: [group] }: Optimizer): object => {
    const { proximalL1, ...own } = group?.options ?? {};
    expect(proximalL1).toBe(0);
    return own;
  };
  const w = parameter(1);
  const adaptive = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  expect(optionsOf(new SGD([w]))).toEqual({
    learningRate: 0.01,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    weightDecay: 0,
  });
  expect(optionsOf(new Adam([w]))).toEqual({ ...adaptive, weightDecay: 0, amsgrad: false });
  expect(optionsOf(new AdamW([w]))).toEqual({ ...adaptive, weightDecay: 0.01, amsgrad: false });
  const faster = { ...adaptive, learningRate: 0.002, weightDecay: 0 };
  expect(optionsOf(new Adamax([w]))).toEqual(faster);
  expect(optionsOf(new NAdam([w]))).toEqual({ ...faster, momentumDecay: 0.004 });
  expect(optionsOf(new Adagrad([w]))).toEqual({
    learningRate: 0.01,
    epsilon: 1e-10,
    weightDecay: 0,
  });
  expect(optionsOf(new RMSProp([w]))).toEqual({
    learningRate: 0.01,
    alpha: 0.99,
    epsilon: 1e-8,
    momentum: 0,
    centered: false,
    weightDecay: 0,
  });
});

test("plain SGD keeps no state", () => {
  expect(new SGD([parameter(1)]).stateDict().size).toBe(0);
});

test.each<[string, () => Optimizer, string]>([
  [
    "momentum",
    () => new SGD([parameter(1)], { momentum: 1 }),
    "received momentum 1, expected 0 <= momentum < 1.",
  ],
  ["dampening", () => new SGD([parameter(1)], { dampening: -1 }), "received dampening -1"],
  ["weight decay", () => new SGD([parameter(1)], { weightDecay: -1 }), "received weightDecay -1"],
  [
    "nesterov alone",
    () => new SGD([parameter(1)], { nesterov: true }),
    "SGD: received nesterov with momentum 0 and dampening 0, expected",
  ],
  [
    "nesterov damped",
    () => new SGD([parameter(1)], { nesterov: true, momentum: 0.9, dampening: 0.1 }),
    "no dampening",
  ],
  [
    "beta1",
    () => new Adam([parameter(1)], { beta1: 1 }),
    "received beta1 1, expected 0 <= beta1 < 1.",
  ],
  ["beta2", () => new AdamW([parameter(1)], { beta2: Number.NaN }), "received beta2 NaN"],
  ["epsilon", () => new Adam([parameter(1)], { epsilon: -1 }), "received epsilon -1"],
  [
    "amsgrad",
    () => new Adam([parameter(1)], { amsgrad: 1 as never }),
    "Adam: received amsgrad 1, expected true or false.",
  ],
  [
    "alpha",
    () => new RMSProp([parameter(1)], { alpha: 1 }),
    "RMSProp: received alpha 1, expected 0",
  ],
  [
    "momentumDecay",
    () => new NAdam([parameter(1)], { momentumDecay: -1 }),
    "NAdam: received momentumDecay -1, expected a finite number of at least 0.",
  ],
])("refuses %s out of range", (_, make, message) => {
  expect(make).toThrow(message);
});
