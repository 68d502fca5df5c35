import { ArgumentError, Table, TableEncoder } from "@versant/core";
import { describe, expect, test } from "vitest";
import { all, rowsOf, train } from "./houses.js";

describe("a TableEncoder as JSON", () => {
  const encoder = TableEncoder.fit(train, all);

  test("does the same after a journey through JSON", () => {
    const again = TableEncoder.fromJSON(JSON.parse(JSON.stringify(encoder)));
    expect(again.featureNames).toEqual(encoder.featureNames);
    expect(again.kinds).toEqual(train.kinds);
    expect(rowsOf(again.encode(train).features)).toEqual(rowsOf(encoder.encode(train).features));
    expect(again.targetScale).toEqual(encoder.targetScale);
  });

  test("features stand in one order, before and after JSON, whatever columns are called", () => {
    const column = { kind: "number", values: Float64Array.of(1, 2) } as const;
    const years = new Table(
      new Map([
        ["town", column],
        ["2019", column],
        ["2018", column],
      ]),
    );
    const some = TableEncoder.fit(years.select(["2019", "town"]), {
      inputs: { town: { as: "number" }, 2019: { as: "standard" } },
    });
    const again = TableEncoder.fromJSON(JSON.parse(JSON.stringify(some)));
    expect(again.featureNames).toEqual(some.featureNames);
    expect(rowsOf(again.encode(years).features)).toEqual(rowsOf(some.encode(years).features));
  });

  test.each<[string, (inputs: Record<string, object>) => unknown]>([
    [
      "a deviation of 0",
      (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, scale: { mean: 1, deviation: 0 } } }),
    ],
    [
      "a negative deviation",
      (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, scale: { mean: 1, deviation: -1 } } }),
    ],
    ["a flag without fill", (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, fill: null } })],
    [
      "one category twice",
      (inputs) => ({ ...inputs, town: { ...inputs.town, categories: ["a", "a"] } }),
    ],
    [
      "shares of other categories",
      (inputs) => ({ ...inputs, town: { ...inputs.town, shares: [1] } }),
    ],
    ["another kind", (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, kind: "category" } })],
    ["a date as number", (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, as: "date" } })],
    [
      "a kind of every object",
      (inputs) => ({ ...inputs, rooms: { ...inputs.rooms, as: "toString" } }),
    ],
    [
      "a part of every object",
      (inputs) => ({
        ...inputs,
        sold: { ...inputs.sold, parts: [{ part: "toString", scale: { mean: 0, deviation: 1 } }] },
      }),
    ],
    ["a fill that is no date", (inputs) => ({ ...inputs, sold: { ...inputs.sold, fill: 1e300 } })],
    ["no part", (inputs) => ({ ...inputs, sold: { ...inputs.sold, parts: [] } })],
    ["a part that is null", (inputs) => ({ ...inputs, sold: { ...inputs.sold, parts: [null] } })],
    ["a column that is null", (inputs) => ({ ...inputs, new: null })],
    ["a list", () => [{}]],
    ["nothing", () => null],
  ])("refuses what was stored and then given %s", (_, change) => {
    const stored = JSON.parse(JSON.stringify(encoder));
    expect(() => TableEncoder.fromJSON(stored)).not.toThrow();
    const read = () => TableEncoder.fromJSON({ ...stored, inputs: change(stored.inputs) });
    expect(read).toThrow(ArgumentError);
    expect(read).toThrow(/^TableEncoder.fromJSON: received .*(as column|as inputs)/);
  });
});
