import { ArgumentError } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accepts, choice, flag, int, real } from "../../src/experiment/declarations.js";
import { Dimension } from "../../src/search/dimension.js";
import { SearchSpace } from "../../src/search/space.js";

const declared = {
  optimizer: choice("sgd", { options: ["sgd", "adam", "lion"] }),
  rate: real(0.1, { min: 1e-4, max: 1, scale: "log" }),
  momentum: real(0.9, { min: 0, max: 0.99, when: { optimizer: "sgd" } }),
  nesterov: flag(false, { when: { optimizer: "sgd" } }),
  damping: real(0.5, { min: 0, max: 1, when: { nesterov: false } }),
  layers: int(2, { min: 1, max: 5 }),
  frozen: int(3, { min: 3, max: 3 }),
};

describe("a search space", () => {
  test("varies what has several values, without what the others make inactive", () => {
    const space = SearchSpace.of(declared);
    expect(space.dimensions.map(({ name }) => name)).toEqual(
      Object.keys(declared).filter((name) => name !== "frozen"),
    );
    expect(space.active({ optimizer: "adam", nesterov: false })).toEqual([
      "optimizer",
      "rate",
      "layers",
    ]);
    expect(space.active({ optimizer: "sgd", nesterov: true })).not.toContain("damping");
    expect(space.complete({ optimizer: "adam", rate: 0.2, momentum: 0.3, layers: 4 })).toEqual({
      optimizer: "adam",
      rate: 0.2,
      momentum: 0.9,
      nesterov: false,
      damping: 0.5,
      layers: 4,
      frozen: 3,
    });
  });

  test("leaves out what is fixed, and what that makes inactive", () => {
    const adam = SearchSpace.of(declared, { fixed: { optimizer: "adam" } });
    expect(adam.dimensions.map(({ name }) => name)).toEqual(["rate", "layers"]);
    expect(adam.complete({ rate: 0.5, layers: 1 })).toMatchObject({ optimizer: "adam", rate: 0.5 });
    const some = SearchSpace.of(declared, {
      only: ["optimizer", "momentum", "nesterov"],
      narrowed: { optimizer: { options: ["lion", "adam"] } },
    });
    expect(some.dimensions.map(({ name, options }) => [name, options])).toEqual([
      ["optimizer", ["adam", "lion"]],
    ]);
    const sgd = SearchSpace.of(declared, {
      only: ["optimizer", "momentum"],
      narrowed: { optimizer: { options: ["sgd"] }, momentum: { min: 0.5 } },
    });
    expect(sgd.dimensions.map(({ name }) => name)).toEqual(["momentum"]);
    expect(sgd.complete({ momentum: 0.6 })).toMatchObject({ optimizer: "sgd", momentum: 0.6 });
  });

  test("goes to the unit cube and back", () => {
    const space = SearchSpace.of(declared, { narrowed: { layers: { max: 4 } } });
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const count = space.dimensions.length;
    fc.assert(
      fc.property(fc.array(place, { minLength: count, maxLength: count }), (point) => {
        const values = space.fromUnit(point);
        const again = space.fromUnit(space.toUnit(values));
        expect(Object.keys(again)).toEqual(Object.keys(values));
        for (const { name, declaration } of space.dimensions) {
          if (!Object.hasOwn(values, name)) continue;
          expect(accepts(declaration, values[name])).toBe(true);
          if (declaration.kind !== "real") expect(again[name]).toBe(values[name]);
          else expect(again[name]).toBeCloseTo(values[name] as number, 10);
        }
      }),
    );
  });

  test("whole numbers have equal shares, on a logarithmic scale shares of the factors", () => {
    const layers = new Dimension("layers", int(1, { min: 1, max: 4 }));
    expect([0, 0.24, 0.26, 0.51, 0.76, 1].map((place) => layers.fromUnit(place))).toEqual([
      1, 1, 2, 3, 4, 4,
    ]);
    const width = new Dimension("width", int(1, { min: 1, max: 1000, scale: "log" }));
    expect(width.toUnit(1)).toBeCloseTo(Math.log(2) / Math.log(2001), 12);
    expect(width.fromUnit(0)).toBe(1);
    expect(width.fromUnit(1)).toBe(1000);
  });

  const narrow = (narrowed: object) => () => SearchSpace.of(declared, { narrowed } as never);
  test.each<[() => unknown, string]>([
    [() => SearchSpace.of(declared, { only: ["depth"] }), 'received "depth", expected names among'],
    [
      () => SearchSpace.of(declared, { fixed: { layers: 9 } }),
      "layers: received 9, expected a whole",
    ],
    [
      () => SearchSpace.of(declared, { only: ["layers"], fixed: { layers: 2 } }),
      'received "layers" as searched and as fixed',
    ],
    [
      () => SearchSpace.of(declared, { only: ["rate"], narrowed: { layers: { max: 2 } } }),
      'received a range for "layers", expected one of what is searched: rate',
    ],
    [() => SearchSpace.of(declared, { only: ["frozen"] }), "nothing is left to search"],
    [
      () => SearchSpace.of(declared, { only: ["momentum"], fixed: { optimizer: "adam" } }),
      "nothing is left to search",
    ],
    [
      narrow({ rate: { min: 0.5, max: 0.1 } }),
      "received 0.5 to 0.1, expected a range inside 0.0001 to 1",
    ],
    [narrow({ rate: { max: 2 } }), "received 0.0001 to 2"],
    [narrow({ layers: { max: 2.5 } }), "the lower bound first, of whole numbers"],
    [
      narrow({ optimizer: { options: ["sgd", "adan"] } }),
      'received "sgd", "adan", expected some of sgd',
    ],
    [narrow({ optimizer: { options: [] } }), "received no option"],
    [narrow({ optimizer: { min: 1 } }), 'received an option named "min"'],
    [narrow({ nesterov: { options: [] } }), "received a part of true and false; fix it instead"],
    [() => SearchSpace.of(declared, { space: {} } as never), 'received an option named "space"'],
  ])("refuses a mistake (%#)", (act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });
});
