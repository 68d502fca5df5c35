import { ArgumentError, type Cell, Table, tableFromObjects } from "@versant/core";
import { describe, expect, test } from "vitest";

const people = [
  { name: "Ada", height: 1.7, married: true, born: "1815-12-10" },
  { name: "Alan", height: 1.78, married: false, born: "1912-06-23" },
  { name: "Grace", height: null, married: null, born: null },
  { name: "Ada", height: "1.65", married: "TRUE", born: new Date(0) },
];

describe("Table", () => {
  const table = tableFromObjects(people);

  test("infers kinds and keeps values in typed arrays", () => {
    expect(table.kinds).toEqual({
      name: "category",
      height: "number",
      married: "boolean",
      born: "date",
    });
    expect(table.length).toBe(4);
    expect(table.column("name")).toEqual({
      kind: "category",
      values: Int32Array.of(0, 1, 2, 0),
      categories: ["Ada", "Alan", "Grace"],
    });
    expect(table.column("height").values).toEqual(Float64Array.of(1.7, 1.78, Number.NaN, 1.65));
    expect(table.column("married").values).toEqual(Int8Array.of(1, 0, -1, 1));
  });

  test("gives rows, columns and parts back", () => {
    expect(table.row(0)).toEqual({
      name: "Ada",
      height: 1.7,
      married: true,
      born: new Date("1815-12-10T00:00:00Z"),
    });
    expect(table.row(2)).toEqual({ name: "Grace", height: null, married: null, born: null });
    expect(table.select(["born", "name"]).names).toEqual(["born", "name"]);
    expect(table.take([3, 0]).row(0)).toEqual(table.row(3));
    expect(table.filter(({ name }) => name === "Ada").length).toBe(2);
  });

  test("takes kinds that are said in place of those that values show", () => {
    const codes = tableFromObjects([{ code: 1 }, { code: "2A" }], { kinds: { code: "category" } });
    expect(codes.row(0)).toEqual({ code: "1" });
    const flags = tableFromObjects([{ sold: 0 }, { sold: 1 }], { kinds: { sold: "boolean" } });
    expect(flags.row(1)).toEqual({ sold: true });
  });

  test("a column without any value is there, and missing", () => {
    expect(tableFromObjects([{ a: "" }, { a: "NA" }]).row(1)).toEqual({ a: null });
  });

  test("dates without a zone are in UTC", () => {
    const times = ["2024-02-29", "2024-02-29 08:30", "2024-02-29T08:30:00+01:00"];
    const table = tableFromObjects(times.map((at) => ({ at })));
    expect([...table.column("at").values]).toEqual([
      Date.UTC(2024, 1, 29),
      Date.UTC(2024, 1, 29, 8, 30),
      Date.UTC(2024, 1, 29, 7, 30),
    ]);
  });

  test.each<[string, readonly Cell[], RegExp]>([
    [
      "text among numbers",
      [1, 2, "many"],
      /row 2, column "x": received "many", expected a finite number.*as in row 0.*category/,
    ],
    [
      "a number among text",
      ["few", 3],
      /row 1, column "x": received 3, expected text, as in row 0/,
    ],
    [
      "a date that is none",
      ["2023-02-28", "2023-02-30"],
      /row 1, column "x": received "2023-02-30", expected a date/,
    ],
    ["0 among booleans", [true, 0], /row 1, column "x": received 0, expected true or false/],
    [
      "infinity",
      [Number.POSITIVE_INFINITY],
      /row 0, column "x": received Infinity, expected a finite/,
    ],
  ])("names %s", (_, cells, message) => {
    const read = () => tableFromObjects(cells.map((x) => ({ x })));
    expect(read).toThrow(ArgumentError);
    expect(read).toThrow(message);
  });

  test("refuses what cannot be a table", () => {
    expect(() => tableFromObjects([])).toThrow(/received no row/);
    expect(() => tableFromObjects([{ a: 1 }, { b: 1 }])).toThrow(/row 1: .*"b".*among a/);
    expect(() => tableFromObjects([{ a: 1 }], { kinds: { b: "number" } })).toThrow(/"b".*among a/);
    expect(() => tableFromObjects([{ a: 1 }], { kinds: { a: "text" as "number" } })).toThrow(
      /kind "text" for column "a", expected one of number, category, boolean, date/,
    );
    expect(() => table.column("hight")).toThrow(/"hight".*name, height, married, born/);
    expect(() => table.take([4])).toThrow(/row 4.*0 to 3/);
    const numbers = (length: number) =>
      ({ kind: "number", values: new Float64Array(length) }) as const;
    expect(() => new Table({ a: numbers(2), b: numbers(3) })).toThrow(/3 values in column "b"/);
    expect(() => new Table({})).toThrow(/no column/);
  });
});
