import { describe, expect, test } from "vitest";
import { Linear, Sequential } from "../../src/nn/index.js";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/optim/index.js";
import { compile, Parameter, tensor } from "../../src/tensor/index.js";

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));
const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

/** A step on a loss whose gradient is 1 everywhere. */
function stepOf(optimizer: Optimizer) {
  return compile(() => {
    const cost = optimizer.parameters.map((each) => each.sum()).reduce((a, b) => a.add(b));
    cost.backward();
    optimizer.step();
    return cost;
  });
}

describe("groups", () => {
  test("take what they do not say from the options of all", () => {
    const [a, b] = [parameter(1), parameter(2)];
    const optimizer = new Adam(
      [
        { parameters: [a], learningRate: 0.5, beta1: 0.5 },
        { parameters: [b], weightDecay: 0.1 },
      ],
      { learningRate: 0.01, beta2: 0.99 },
    );
    const [first, second] = optimizer.groups;
    const shared = { beta2: 0.99, epsilon: 1e-8, amsgrad: false, proximalL1: 0 };
    expect(first?.options).toEqual({ ...shared, learningRate: 0.5, beta1: 0.5, weightDecay: 0 });
    expect(second?.options).toEqual({
      ...shared,
      learningRate: 0.01,
      beta1: 0.9,
      weightDecay: 0.1,
    });
    expect(optimizer.parameters).toEqual([a, b]);
  });

  test("take the options of all in place of those that are undefined", () => {
    const groups = [
      { parameters: [parameter(1)], learningRate: undefined, beta1: undefined } as never,
    ];
    const optimizer = new Adam(groups, { learningRate: 0.5, beta1: 0.25 });
    expect(optimizer.groups[0]?.options).toMatchObject({ learningRate: 0.5, beta1: 0.25 });
    expect(optimizer.groups[0]?.options.beta2).toBe(0.999);
  });

  test("a list of parameters is one group", () => {
    const list = [parameter(1), parameter(2)];
    const { groups } = new SGD(list, { learningRate: 0.2 });
    expect(groups.length).toBe(1);
    expect(groups[0]?.parameters).toEqual(list);
    expect(groups[0]?.learningRate).toBe(0.2);
  });

  test("train each with its own rate, and changing one compiles nothing anew", () => {
    const [a, b] = [parameter(0), parameter(0)];
    const optimizer = new SGD([{ parameters: [a] }, { parameters: [b], learningRate: 0.5 }], {
      learningRate: 0.25,
    });
    const step = stepOf(optimizer);
    step();
    expect([...values(a), ...values(b)]).toEqual([-0.25, -0.5]);
    const [first, second] = optimizer.groups as readonly Group[] as readonly [Group, Group];
    second.learningRate = 2;
    step();
    expect([...values(a), ...values(b)]).toEqual([-0.5, -2.5]);
    first.learningRate = 0;
    step();
    expect([...values(a), ...values(b)]).toEqual([-0.5, -4.5]);
    expect(step.programs).toBe(1);
  });

  type Group = Optimizer["groups"][number];

  test("follow the optimiser's rate in the proportions that they began with", () => {
    const rates = [0.1, 0.01, 0.4];
    const groups = rates.map((learningRate) => ({ parameters: [parameter(1)], learningRate }));
    const optimizer = new SGD(groups);
    const now = (): number[] => optimizer.groups.map(({ learningRate }) => learningRate);
    expect(optimizer.learningRate).toBe(0.1);
    optimizer.learningRate = 0;
    expect(now()).toEqual([0, 0, 0]);
    optimizer.learningRate = 0.2;
    expect(optimizer.learningRate).toBe(0.2);
    now().forEach((rate, index) => {
      expect(rate).toBeCloseTo(2 * (rates[index] as number), 12);
    });
  });

  test("a first group that began at rate 0 has no proportions to follow", () => {
    const groups = [0, 0.1].map((learningRate) => ({ parameters: [parameter(1)], learningRate }));
    const optimizer = new SGD(groups);
    expect(() => {
      optimizer.learningRate = 0.1;
    }).toThrow(
      "SGD: received learningRate 0.1 for all groups, expected a first group with an initial",
    );
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual([0, 0.1]);
    const alone = new SGD([parameter(1)], { learningRate: 0 });
    alone.learningRate = 0.3;
    expect(alone.learningRate).toBe(0.3);
  });

  test("get another rate all or none", () => {
    const rates = [1, 1e10];
    const groups = rates.map((learningRate) => ({ parameters: [parameter(1)], learningRate }));
    const optimizer = new SGD(groups);
    expect(() => {
      optimizer.learningRate = 1e30;
    }).toThrow("SGD: group 1: received learningRate 1e+40, expected");
    expect(optimizer.groups.map(({ learningRate }) => learningRate)).toEqual(rates);
  });

  test("keep only the state that they need", () => {
    const groups = [{ parameters: [parameter(1)], momentum: 0.9 }, { parameters: [parameter(2)] }];
    expect([...new SGD(groups).stateDict().keys()]).toEqual(["velocity.0"]);
    const decayed = groups.map(({ parameters }) => ({ parameters, amsgrad: true }));
    expect([...new AdamW(decayed).stateDict().keys()]).toContain("largestSecondMoment.1");
  });

  test("do what separate optimisers do", () => {
    const model = new Sequential(new Linear(2, 3), new Linear(3, 1));
    const start = model.stateDict();
    const [encoder, head] = [model.parameters().slice(0, 2), model.parameters().slice(2)];
    const x = tensor([
      [1, -2],
      [0.5, 3],
    ]);
    const own = [{ learningRate: 0.01, beta1: 0.5 }, { weightDecay: 0.3 }] as const;
    const train = (optimizers: readonly Optimizer[]): number[] => {
      model.loadStateDict(start);
      for (let count = 0; count < 5; count++) {
        model.forward(x).square().mean().backward();
        for (const optimizer of optimizers) optimizer.step();
      }
      return model.parameters().flatMap(values);
    };
    const together = new Adam([
      { parameters: encoder, ...own[0] },
      { parameters: head, ...own[1] },
    ]);
    const apart = [new Adam(encoder, own[0]), new Adam(head, own[1])];
    expect(train([together])).toEqual(train(apart));
  });
});

test.each<[string, unknown, string]>([
  [
    "no parameters",
    [{ parameters: [] }],
    "Adam: group 0: received an empty list, expected a list of at least one Parameter",
  ],
  [
    "a group without",
    [{ parameters: [parameter(1)] }, { learningRate: 1 }],
    "Adam: group 1: received undefined, expected a list of at least one Parameter",
  ],
  [
    "modules",
    [new Linear(1, 1)],
    "Adam: group 0: received a Linear as the group, expected a plain object of parameters, learningR",
  ],
  [
    "lists of lists",
    [[parameter(1)]],
    "Adam: group 0: received a list of 1 as the group, expected a plain object of parameters",
  ],
  [
    "unknown options",
    [{ parameters: [parameter(1)], lr: 0.1 }],
    'Adam: group 0: received an option named "lr", expected names among parameters, learningRate',
  ],
  [
    "options out of range",
    [{ parameters: [parameter(1)] }, { parameters: [parameter(2)], beta1: 1 }],
    "Adam: group 1: received beta1 1, expected 0 <= beta1 < 1.",
  ],
])("refuses %s", (_, groups, message) => {
  expect(() => new Adam(groups as never)).toThrow(message);
});

test("refuses a parameter in two groups, and nesterov without momentum in one", () => {
  const shared = new Parameter(tensor([1]), "hidden.weight");
  expect(() => new SGD([{ parameters: [shared] }, { parameters: [parameter(1), shared] }])).toThrow(
    "SGD: received hidden.weight in group 0 and in group 1, expected each parameter once.",
  );
  const groups = [{ parameters: [shared], momentum: 0 }, { parameters: [parameter(1)] }];
  expect(() => new SGD(groups, { momentum: 0.9, nesterov: true })).toThrow(
    "SGD: received nesterov with momentum 0 and dampening 0",
  );
});
