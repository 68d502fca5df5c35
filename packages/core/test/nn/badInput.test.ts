import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import { arange, ones } from "../../src/tensor/index.js";

const loading = (dict: unknown, options?: unknown) =>
  new nn.Linear(3, 2).loadStateDict(dict as never, options as never);

describe("layers that no type checker has seen", () => {
  test.each([3, [1, 2, 3], undefined])("Linear refuses the input %j", (input) => {
    expect(() => new nn.Linear(3, 2).forward(input as never)).toThrow(
      /^Linear\(3, 2\): received .* as the input, expected a Tensor\.$/,
    );
  });

  test("Linear says that a size was a string", () => {
    expect(() => new nn.Linear("3" as never, 2)).toThrow('received inFeatures "3"');
  });

  test("Linear that cannot be held is an error of its shape", () => {
    expect(() => new nn.Linear(1e6, 1e6)).toThrow(/1000000000000 elements, expected at most/);
  });

  test.each([[nn.ReLU], [[new nn.ReLU()]], [undefined]])("Sequential refuses %j", (layer) => {
    expect(() => new nn.Sequential(layer as never)).toThrow(
      /^Sequential: received .* as layer 0, expected a Module\.$/,
    );
  });

  test.each([nn.init.heUniform, "he"])("an initializer %s is not one", (initializer) => {
    expect(() => new nn.Linear(3, 2, { initializer: initializer as never })).toThrow(
      /^initializer: received .* expected an initializer such as nn.init.heUniform\(\)/,
    );
  });

  test.each([
    ["PReLU", () => new nn.PReLU({ channels: 0 })],
    ["PReLU", () => new nn.PReLU({ channels: 1.5 })],
    ["LeakyReLU", () => new nn.LeakyReLU(Number.NaN)],
    ["dropout", () => new nn.Dropout("0.5" as never)],
    ["PReLU", () => new nn.PReLU({ initial: Number.NaN })],
    ["ELU", () => new nn.ELU("1" as never)],
    ["Softplus", () => new nn.Softplus({ beta: 0 })],
    ["Softplus", () => new nn.Softplus({ threshold: Number.NaN })],
    ["softplus", () => nn.functional.softplus(ones([1]), { beta: -1 })],
    ["Softmax", () => new nn.Softmax(0.5)],
    ["LogSoftmax", () => new nn.LogSoftmax("1" as never)],
    ["Flatten", () => new nn.Flatten(Number.NaN)],
    ["GELU", () => new nn.GELU({ approximate: "fast" as never })],
    ["gelu", () => nn.functional.gelu(ones([1]), { approximate: "fast" as never })],
  ])("%s refuses an option out of its range", (name, act) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(new RegExp(`^${name}: received`));
  });

  test.each([
    ["Linear", () => new nn.Linear(3, 2, null as never)],
    ["Linear", () => new nn.Linear(3, 2, false as never)],
    ["PReLU", () => new nn.PReLU(3 as never)],
    ["GELU", () => new nn.GELU("tanh" as never)],
    ["gelu", () => nn.functional.gelu(ones([1]), "tanh" as never)],
    ["Softplus", () => new nn.Softplus(2 as never)],
    ["Residual", () => new nn.Residual(new nn.ReLU(), new nn.ReLU() as never)],
    ["Linear.loadStateDict", () => loading(new Map(), null)],
  ])("%s refuses what are no options", (name, act) => {
    expect(act).toThrow(
      new RegExp(`^${name}: received .* as the options, expected a plain object`),
    );
  });

  test("a state dict is a Map of tensors", () => {
    expect(() => loading({})).toThrow(
      "Linear.loadStateDict: received a plain object as the state dict, expected a Map; new Map(",
    );
    expect(() => loading(new Map([["weight", [1, 2]]]))).toThrow(
      "Linear.loadStateDict: received a list of 2 as weight, expected a Tensor.",
    );
  });

  test("Dropout of integers is refused whatever p is", () => {
    expect(() => new nn.Dropout(0.5).forward(arange(4))).toThrow(DTypeError);
  });
});
