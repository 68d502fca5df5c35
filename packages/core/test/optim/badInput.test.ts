import { describe, expect, test } from "vitest";
import { Linear } from "../../src/nn/index.js";
import { Adagrad, Adam, Adamax, AdamW, NAdam, RMSProp, SGD } from "../../src/optim/index.js";
import { ones, Parameter, type Tensor, zeros } from "../../src/tensor/index.js";

const parameters = new Linear(2, 1).parameters();

describe.each([SGD, Adam, AdamW, Adamax, NAdam, Adagrad, RMSProp])("%o", (Kind) => {
  test("tells a misspelt option in place of taking the default", () => {
    expect(() => new Kind(parameters, { lr: 0.1 } as never)).toThrow(
      new RegExp(`^${Kind.name}: received an option named "lr", expected names among learningRate`),
    );
  });

  test("wants options and state dicts that are some", () => {
    expect(() => new Kind(parameters, null as never)).toThrow(`${Kind.name}: received null as the`);
    expect(() => new Kind(parameters).loadStateDict({} as never)).toThrow(
      `${Kind.name}.loadStateDict: received a plain object as the state dict, expected a Map; new`,
    );
  });

  test("says that a number was given as a string", () => {
    expect(() => new Kind(parameters, { learningRate: "0.1" as never })).toThrow(
      'learningRate "0.1", expected a finite number',
    );
  });

  test("takes no learning rate that is infinite in float32, neither at first nor later", () => {
    const message =
      `${Kind.name}: received learningRate 1e+39, expected a finite number of at least 0, at most ` +
      "3.4e38, where float32 ends.";
    expect(() => new Kind(parameters, { learningRate: 1e39 })).toThrow(message);
    const optimizer = new Kind(parameters);
    const before = optimizer.learningRate;
    expect(() => {
      optimizer.learningRate = 1e39;
    }).toThrow(message);
    expect(optimizer.learningRate).toBe(before);
    optimizer.learningRate = 3e38;
    expect(optimizer.learningRate).toBe(3e38);
  });

  test("loads nothing of a state whose values cannot be computed", () => {
    const momentum = Kind === SGD ? { momentum: 0.9 } : {};
    const optimizer = new Kind(parameters, momentum as never);
    const before = [...optimizer.stateDict()].map(([, value]) => [...value.dataSync()]);
    const dict = new Map(
      [...optimizer.stateDict()].map(([name, value]) => [name, value.add(1)] as [string, Tensor]),
    );
    const [last, value] = [...dict].at(-1) as [string, Tensor];
    const rows = zeros(value.shape.slice(0, 1), "int32").add(99);
    dict.set(last, value.take(rows));
    expect(() => optimizer.loadStateDict(dict)).toThrow("received index 99");
    const after = [...optimizer.stateDict()].map(([, each]) => [...each.dataSync()]);
    expect(after).toEqual(before);
  });
});

describe.each([Adam, AdamW, Adamax, NAdam, Adagrad, RMSProp])("%o", (Kind) => {
  test("wants an epsilon that is above 0 in float32 too", () => {
    for (const epsilon of [0, 1e-50, 2 ** -127, 1e39, Number.NaN, "1e-8" as never]) {
      expect(() => new Kind(parameters, { epsilon }), `${epsilon}`).toThrow(
        new RegExp(`^${Kind.name}: received epsilon .*, expected a finite number above 0 that`),
      );
    }
  });

  test("leaves a weight alone whose gradient is 0, with the least epsilon there is", () => {
    const w = new Parameter(ones([2]));
    const optimizer = new Kind([w], { epsilon: 2 ** -126, weightDecay: 0 });
    for (let count = 0; count < 3; count++) {
      w.mul(0).sum().backward();
      optimizer.step();
    }
    expect([...w.dataSync()]).toEqual([1, 1]);
  });
});

test("rates of decay are numbers", () => {
  expect(() => new SGD(parameters, { momentum: "0.5" as never })).toThrow('momentum "0.5"');
  expect(() => new Adam(parameters, { beta1: "0.5" as never })).toThrow('beta1 "0.5"');
});
