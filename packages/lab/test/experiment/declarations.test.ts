import { ArgumentError } from "@versant/core";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  accepts,
  choice,
  flag,
  int,
  real,
  type ValuesOf,
} from "../../src/experiment/declarations.js";

const range = { min: 1e-5, max: 0.1 };

describe("declarations", () => {
  test("give values their exact types", () => {
    const declared = {
      rate: real(0.01, range),
      layers: int(3, { min: 1, max: 8 }),
      optimizer: choice("sgd", { options: ["sgd", "adam"] }),
      augment: flag(false),
    };
    expectTypeOf<ValuesOf<typeof declared>>().toEqualTypeOf<{
      readonly rate: number;
      readonly layers: number;
      readonly optimizer: "sgd" | "adam";
      readonly augment: boolean;
    }>();
    // @ts-expect-error the default has to be an option
    expect(() => choice("momentum", { options: ["sgd", "adam"] })).toThrow(ArgumentError);
  });

  test("hold what was declared", () => {
    expect(real(1e-4, { ...range, scale: "log", about: "step size" })).toEqual({
      kind: "real",
      default: 1e-4,
      ...range,
      scale: "log",
      about: "step size",
    });
    expect(int(5, { min: 1, max: 8 })).toMatchObject({ kind: "int", scale: "linear", about: "" });
  });

  test.each([
    [() => real(1, undefined as never), "expected a plain object of min, max, scale, about, when"],
    [() => real(0, { ...range, wen: {} } as never), 'real: received an option named "wen"'],
    [() => int(1, { min: 1, maximum: 2 } as never), 'int: received an option named "maximum"'],
    [() => flag(true, { help: "" } as never), 'flag: received an option named "help"'],
    [() => flag("yes" as never), 'flag: received "yes", expected true or false'],
    [() => real(0.1, { ...range, scale: "logarithmic" as never }), 'scale "logarithmic", expected'],
    [() => real("0.1" as never, range), 'received default "0.1", expected a number'],
    [() => choice("a", { option: ["a"] } as never), 'choice: received an option named "option"'],
    [
      () => choice("a", {} as never),
      "choice: received options undefined, expected a list of words",
    ],
    [() => choice("a", { options: "ab" } as never), 'received options "ab", expected a list of'],
    [() => real(1, range), "received default 1, expected a number from 0.00001 to 0.1"],
    [() => real(Number.NaN, range), "received default NaN"],
    [() => real(1, { min: 2, max: 1 }), "received min 2 and max 1, expected finite numbers"],
    [() => real(1, { min: 0, max: Number.POSITIVE_INFINITY }), "expected finite numbers"],
    [() => real(1, { min: 0, max: 2, scale: "log" }), "min 0 on a logarithmic scale"],
    [() => int(1.5, { min: 1, max: 2 }), "received 1.5, expected whole numbers"],
    [() => int(1, { min: 0.5, max: 2 }), "received 0.5, expected whole numbers"],
    [
      () => choice("a", { options: ["a", "b", "a"] }),
      'options one of "a", "b", "a", expected each',
    ],
  ])("refuse a mistake at once (%#)", (declare, message) => {
    expect(declare).toThrow(ArgumentError);
    expect(declare).toThrow(message);
  });

  test.each([
    [real(0.01, range), [1e-5, 0.1, 0.05], [0, 0.2, Number.NaN, "0.01", true]],
    [int(3, { min: 1, max: 8 }), [1, 8], [0, 9, 2.5, "3"]],
    [choice("sgd", { options: ["sgd", "adam"] }), ["adam"], ["SGD", "", 1]],
    [flag(true), [true, false], ["true", 1]],
  ])("accept values of their range only (%#)", (declaration, good, bad) => {
    for (const value of good) expect(accepts(declaration, value)).toBe(true);
    for (const value of bad) expect(accepts(declaration, value)).toBe(false);
  });
});
