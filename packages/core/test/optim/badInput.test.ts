import { describe, expect, test } from "vitest";
import { Linear } from "../../src/nn/index.js";
import { Adagrad, Adam, Adamax, AdamW, NAdam, RMSProp, SGD } from "../../src/optim/index.js";

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
});

test("rates of decay are numbers", () => {
  expect(() => new SGD(parameters, { momentum: "0.5" as never })).toThrow('momentum "0.5"');
  expect(() => new Adam(parameters, { beta1: "0.5" as never })).toThrow('beta1 "0.5"');
});
