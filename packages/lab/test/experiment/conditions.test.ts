import { ArgumentError } from "@versant/core";
import { describe, expect, test } from "vitest";
import { optionsOf } from "../../src/command/options.js";
import { isActive } from "../../src/experiment/conditions.js";
import { choice, type Declarations, flag, int, real } from "../../src/experiment/declarations.js";
import { experiment } from "../../src/experiment/experiment.js";

const unit = { min: 0, max: 1 };
const optimizer = choice("sgd", { options: ["sgd", "adam", "lion"] });
const declare = (hyperparameters: Declarations) =>
  experiment({
    name: "conditional",
    hyperparameters: hyperparameters as Record<string, never>,
    setup: () => {
      throw new Error("not needed");
    },
  });

describe("conditions", () => {
  test("stand in the declaration as lists, and in the help", () => {
    const momentum = real(0.9, {
      ...unit,
      when: { optimizer: "sgd", bias: true },
      about: "weight",
    });
    expect(momentum.when).toEqual({ optimizer: ["sgd"], bias: [true] });
    expect(flag(true, { when: { optimizer: ["sgd", "adam"] } }).when).toEqual({
      optimizer: ["sgd", "adam"],
    });
    expect(optimizer).not.toHaveProperty("when");
    const [option] = optionsOf("momentum", momentum);
    expect(option?.description).toBe(
      "weight (0 to 1; default 0.9; only when optimizer is sgd, and bias is true)",
    );
  });

  test("hold when all they speak of matters as well", () => {
    const declared = {
      optimizer,
      nesterov: flag(false, { when: { optimizer: "sgd" } }),
      momentum: real(0.9, { ...unit, when: { nesterov: true } }),
    };
    const active = (values: object) => isActive("momentum", declared, { ...values });
    expect(active({ optimizer: "sgd", nesterov: true })).toBe(true);
    expect(active({ optimizer: "sgd", nesterov: false })).toBe(false);
    expect(active({ optimizer: "adam", nesterov: true })).toBe(false);
  });

  test("leave the values that an experiment resolves alone", () => {
    const declared = declare({
      optimizer,
      momentum: real(0.9, { ...unit, when: { optimizer: "sgd" } }),
    });
    expect(declared.resolve({ optimizer: "adam" })).toMatchObject({ momentum: 0.9 });
  });

  const when = (condition: object) => real(0.5, { ...unit, when: condition as never });
  test.each<[() => unknown, string]>([
    [
      () => when("sgd" as never),
      'received when: "sgd", expected an object such as { optimizer: "sgd" }',
    ],
    [
      () => when({ optimizer: 3 }),
      "received when: { optimizer: 3 }, expected a word, true, false, or",
    ],
    [() => when({ optimizer: [] }), "received when: { optimizer: a list of 0 }"],
    [
      () => declare({ a: when({ b: "x" }) }),
      '"a" speaks of "b", which is not declared, expected a choice',
    ],
    [
      () => declare({ optimizer, a: when({ b: "x" }) }),
      "which is not declared, expected one of optimizer",
    ],
    [() => declare({ a: when({ optimizer: "sgd" }), optimizer }), 'declare "optimizer" first'],
    [
      () => declare({ a: flag(true, { when: { a: true } }) }),
      "itself; name another choice or flag",
    ],
    [
      () => declare({ a: flag(true, { when: { b: true } }), b: flag(true, { when: { a: true } }) }),
      "whose condition speaks of it in turn; take one of the two away",
    ],
    [
      () => declare({ layers: int(1, { min: 1, max: 3 }), a: when({ layers: "one" }) }),
      '"layers", declared as int, expected a choice or a flag',
    ],
    [
      () => declare({ optimizer, a: when({ optimizer: ["sgd", "adan"] }) }),
      'can never hold: received optimizer: "adan", expected one of "sgd", "adam", "lion"',
    ],
    [() => declare({ optimizer, a: when({ optimizer: true }) }), "received optimizer: true"],
    [
      () =>
        declare({
          optimizer,
          nesterov: flag(true, { when: { optimizer: "sgd" } }),
          a: when({ nesterov: true, optimizer: "adam" }),
        }),
      'the condition of "a" can never hold: nesterov is true, and optimizer is adam contradicts',
    ],
  ])("refuse a mistake at once (%#)", (act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });
});
