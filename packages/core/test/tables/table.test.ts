import { ArgumentError, type Column, Table, tableFromObjects } from "@versant/core";
import type { Cell } from "@versant/core/internal";
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

  test("keeps columns in their order, whatever they are called", () => {
    const numbers = (value: number) =>
      ({ kind: "number", values: Float64Array.of(value) }) as const;
    const names = ["town", "2020", "2019"];
    const years = new Table(new Map(names.map((name, value) => [name, numbers(value)])));
    expect(years.names).toEqual(names);
    expect(years.take([0, 0]).names).toEqual(names);
    expect(years.select(["2020", "town", "2019"]).names).toEqual(["2020", "town", "2019"]);
    expect(years.select(["2020", "town"]).row(0)).toEqual({ town: 0, "2020": 1 });
  });

  test("columns may be called what every object has", () => {
    const row = { constructor: 1, toString: "a" };
    expect(tableFromObjects([row as Record<string, Cell>, {}]).kinds).toEqual({
      constructor: "number",
      toString: "category",
    });
    expect(() => table.column("constructor")).toThrow(ArgumentError);
  });

  test("white space at the ends is a part neither of names nor of text", () => {
    const towns = tableFromObjects([{ " town ": " Salem\t" }, { " town ": " none " }], {
      missing: [" none"],
      kinds: { town: "category" },
    });
    expect(towns.row(0)).toEqual({ town: "Salem" });
    expect(towns.row(1)).toEqual({ town: null });
    expect(() => tableFromObjects([{ a: 1, " a": 2 }])).toThrow(/"a" as the name of column 2/);
  });

  test("text with leading zeros is text, as a number has none", () => {
    const codes = tableFromObjects([{ code: "01234" }, { code: "00501" }]);
    expect(codes.row(1)).toEqual({ code: "00501" });
    const zeros = tableFromObjects([{ x: "0" }, { x: "0.5" }, { x: "-0.25" }]);
    expect([...zeros.column("x").values]).toEqual([0, 0.5, -0.25]);
    const said = tableFromObjects([{ x: "007" }], { kinds: { x: "number" } });
    expect(said.row(0)).toEqual({ x: 7 });
  });

  test("integers that a number cannot hold are kept as text only", () => {
    const id = 9007199254740993n;
    const ids = tableFromObjects([{ id }], { kinds: { id: "category" } });
    expect(ids.row(0)).toEqual({ id: "9007199254740993" });
    expect(tableFromObjects([{ n: -9007199254740991n }]).row(0)).toEqual({ n: -9007199254740991 });
    expect(tableFromObjects([{ n: 1e300 }]).row(0)).toEqual({ n: 1e300 });
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
      "a code among numbers",
      ["12345", "01234"],
      /row 1, column "x": received "01234", expected a finite number.*as in row 0.*category/,
    ],
    [
      "a bigint that would lose digits",
      [1n, 9007199254740993n],
      /row 1, column "x": received 9007199254740993, expected an integer .*lose digits/,
    ],
    ["the same as text", ["-9007199254740993"], /row 0, column "x": received "-9007.*lose digits/],
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

  test.each([
    [
      { kind: "category", values: Int32Array.of(0, 2), categories: ["x", "y"] },
      /2 in row 1 of co.*2/,
    ],
    [
      { kind: "category", values: Int32Array.of(-2), categories: ["x"] },
      /-2 in row 0 .*-1 for mis/,
    ],
    [{ kind: "category", values: Int32Array.of(0) }, /undefined as categories of column "a"/],
    [{ kind: "category", values: Int32Array.of(0), categories: [1] }, /a list of 1 as categories/],
    [{ kind: "boolean", values: Int8Array.of(1, 2) }, /2 in row 1 of column "a", expected 1, 0/],
    [
      { kind: "category", values: Int32Array.of(0), categories: ["x", "y", "x"] },
      /received "x" twice as a category of column "a"/,
    ],
    [
      { kind: "number", values: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY) },
      /received Infinity in row 1 of column "a", expected finite numbers, or NaN for missing/,
    ],
    [{ kind: "date", values: Float64Array.of(9e15) }, /9000000000000000 in row 0 .*milliseconds/],
    [{ kind: "number", values: new DataView(new ArrayBuffer(8)) }, /as column "a", expected/],
    [{ kind: "number", values: Int32Array.of(1) }, /a plain object as column "a", expected/],
    [{ kind: "text", values: Float64Array.of(1) }, /a plain object as column "a", expected/],
    [{ kind: "toString", values: Float64Array.of(1) }, /a plain object as column "a", expected/],
    [null, /null as column "a"/],
  ])("refuses columns that contradict their kind, %#", (column, message) => {
    expect(() => new Table({ a: column as Column })).toThrow(ArgumentError);
    expect(() => new Table({ a: column as Column })).toThrow(message);
  });

  test.each<[string, unknown, RegExp]>([
    ["a list", ["7"], /row 1, column "a": received a list of 1, expected text, a number/],
    ["bytes", Uint8Array.of(5), /received an? Uint8Array/],
    ["an object", {}, /received a plain object/],
    ["a symbol", Symbol("x"), /received Symbol\(x\)/],
    ["no date", new Date("x"), /received a Date that is no date/],
  ])("refuses %s as a cell", (_, cell, message) => {
    for (const kind of ["number", "category", "boolean", "date"] as const) {
      const read = () =>
        tableFromObjects([{ a: null }, { a: cell as Cell }], { kinds: { a: kind } });
      expect(read).toThrow(ArgumentError);
      expect(read).toThrow(message);
    }
  });

  test.each([
    [
      "1e400",
      /received "1e400", expected a finite number.*; mend the cell, or let it count as missing/,
    ],
    ["Infinity", /received "Infinity".*or its text listed in missing\.$/],
    [Number.NEGATIVE_INFINITY, /received -Infinity.*or let it count as missing/],
  ])("does not make categories of a column for %s", (cell, message) => {
    expect(() => tableFromObjects([{ a: 1 }, { a: cell }])).toThrow(message);
  });

  test("gives columns as numbers and as a tensor", () => {
    const some = table.take([0, 1]);
    expect([...some.numbers("height")]).toEqual([1.7, 1.78]);
    expect([...some.numbers("married")]).toEqual([1, 0]);
    expect([...some.numbers("born")]).toEqual([Date.UTC(1815, 11, 10), Date.UTC(1912, 5, 23)]);
    const both = some.tensor(["married", "height"]);
    expect([both.dtype, both.shape]).toEqual(["float32", [2, 2]]);
    expect([...both.dataSync()]).toEqual([1, 1.7, 0, 1.78].map(Math.fround));
    expect(() => table.numbers("height")).toThrow(
      /^Table.numbers: the value of column "height" in row 2 .*is missing.*table.filter/,
    );
    expect([...table.numbers("height", { missing: "previous" })]).toEqual([1.7, 1.78, 1.78, 1.65]);
    expect([...table.tensor(["height"], { missing: 0 }).dataSync()][2]).toBe(0);
    const late = tableFromObjects([{ a: null }, { a: 1 }], { kinds: { a: "number" } });
    expect(() => late.numbers("a", { missing: "previous" })).toThrow(
      /column "a" in row 0 .*is missing, and none is known before it; leave/,
    );
    expect(() => late.numbers("a", { missing: "mean" as never })).toThrow(
      'Table.numbers: received missing "mean", expected "previous" or a finite number.',
    );
    expect(() => table.tensor(["name"])).toThrow(/^Table.tensor: column "name" holds categories/);
    expect(() => table.tensor(["hight"])).toThrow(/^Table.tensor: received the name "hight"/);
  });

  test("takes rows once that are equal", () => {
    const rows = [
      { a: 1, b: "x" },
      { a: null, b: "x" },
      { a: 1, b: "x" },
      { a: null, b: "x" },
      { a: 1, b: "y" },
    ];
    const all = tableFromObjects(rows);
    expect(all.distinct().length).toBe(3);
    expect(all.distinct(["b"]).row(1)).toEqual({ a: 1, b: "y" });
    expect(all.distinct(["a"]).length).toBe(2);
    expect(() => all.distinct([])).toThrow(/^Table.distinct: received a list of 0/);
    expect(() => all.distinct(["c"])).toThrow(/^Table.distinct: received the name "c"/);
  });

  test("shows its columns, their kinds and its first rows", () => {
    expect(String(table).split("\n")).toEqual([
      "4 rows",
      "column   kind      missing       row 0       row 1  row 2       row 3",
      "---------------------------------------------------------------------",
      "name     category        0         Ada        Alan  Grace         Ada",
      "height   number          1         1.7        1.78               1.65",
      "married  boolean         1        true       false               true",
      "born     date            1  1815-12-10  1912-06-23         1970-01-01",
    ]);
    const prices = Array.from({ length: 30 }, (_, x) => ({ price: `1,${100 + x}.5`, town: "a" }));
    expect(String(tableFromObjects(prices))).toMatch(
      /\nprice: 30 different categories in 30 rows; a name or an id, or numbers or dates in a form/,
    );
    expect(String(tableFromObjects(prices))).not.toContain("town: ");
  });

  test("has as many columns as one likes", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`);
    const row = Object.fromEntries(names.map((name) => [name, 1]));
    const kinds = Object.fromEntries(names.map((name) => [name, "category" as const]));
    expect(tableFromObjects([row, row], { kinds }).names.length).toBe(20_000);
  });

  test("says which of its functions was asked for what is no row and no column", () => {
    expect(() => table.take(undefined as never)).toThrow(
      "Table.take: received undefined, expected",
    );
    expect(() => table.select("name" as never)).toThrow(
      'Table.select: received "name", expected a',
    );
    expect(() => table.filter("name" as never)).toThrow('Table.filter: received "name" as keep');
    expect(() => new Table(null as never)).toThrow("Table: received null as the columns by name");
    expect(() => new Table([] as never)).toThrow("Table: received a list of 0 as the columns");
    expect(() => tableFromObjects(null as never)).toThrow(
      "tableFromObjects: received null, expected",
    );
    expect(() => tableFromObjects("ab" as never)).toThrow(
      'tableFromObjects: received "ab", expected',
    );
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
    expect(() => tableFromObjects([{ a: 1 }], { missing: [-9 as never] })).toThrow(/as missing/);
  });
});
