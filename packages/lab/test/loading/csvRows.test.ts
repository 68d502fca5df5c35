import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, type DType, StreamLoader } from "@versant/core";
import { describe, expect, test } from "vitest";
import { type CsvRowsOptions, csvRows } from "../../src/loading/csvRows.js";
import { temporaryFolder } from "./temporary.js";

const folder = temporaryFolder();
const columns = {
  x: { fields: ["area", "rooms"] },
  y: { fields: "price", dtype: "int32" },
} as const;

async function read(text: string, options: Partial<CsvRowsOptions> = {}, batchSize = 2) {
  const file = join(folder.path, "flats.csv");
  writeFileSync(file, text);
  const batches: number[][][] = [];
  const loader = new StreamLoader(csvRows(file, { columns, ...options }), { batchSize });
  for await (const batch of loader.batches(0))
    batches.push(batch.map((each) => [...each.dataSync()]));
  return batches;
}

describe("csvRows", () => {
  test("gives columns by name, in batches", async () => {
    const text = '\uFEFFprice,area,"rooms"\r\n100,20.5,1\r\n\r\n200,"40",-2\r\n300,1e2,3\r\n';
    for (const chunk of [1, 2, 1000]) {
      expect(await read(text, { chunk })).toEqual([
        [
          [20.5, 1, 40, -2],
          [100, 200],
        ],
        [[100, 3], [300]],
      ]);
    }
    const source = csvRows("flats.csv", { columns });
    expect(source.columns).toEqual([
      { name: "x", shape: [2], dtype: "float32" },
      { name: "y", shape: [], dtype: "int32" },
    ]);
  });

  test("takes other delimiters", async () => {
    expect(await read("area;rooms;price\n1;2;3\n", { delimiter: ";" })).toEqual([[[1, 2], [3]]]);
  });

  test("reads as many rows as there are", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `${index},1,2`);
    const batches = await read(`area,rooms,price\n${rows.join("\n")}`, {}, 512);
    expect(batches.flatMap(([x]) => x?.filter((_, place) => place % 2 === 0))).toEqual(
      Array.from({ length: 5000 }, (_, index) => index),
    );
  });

  test("takes what a format can be", async () => {
    const text = "'area'; rooms ;price\n'1,5';2;3\n";
    expect(await read(text, { delimiter: ";", quote: "'", decimal: "," })).toEqual([
      [[1.5, 2], [3]],
    ]);
    const file = join(folder.path, "wide.csv");
    writeFileSync(file, "\uFEFFn\n1\n", "utf16le");
    const source = csvRows(file, { columns: { n: { fields: "n" } }, encoding: "utf-16le" });
    for await (const [numbers] of source.read(0)) expect([...(numbers ?? [])]).toEqual([1]);
  });

  test.each<[DType, string, readonly string[]]>([
    ["int32", "-2147483648", ["1.5", "3e9", "2147483648", "-0.1"]],
    ["uint8", "255", ["300", "-1", "0.5"]],
    ["bool", "1", ["7", "-1", "0.5", "true"]],
    ["float32", "3.4e38", ["1e300", "0x10", "1_000", "Infinity", "NaN"]],
    ["float64", "1.7e308", ["1e309", "0b1", "1e"]],
  ])("holds in %s what it can, and refuses the rest", async (dtype, good, bad) => {
    const options = { columns: { n: { fields: "n", dtype } } } as const;
    const [[numbers = []] = []] = await read(`n,m\n${good},1\n`, options);
    expect((numbers[0] ?? 0) / Number(good)).toBeCloseTo(1, 6);
    for (const text of bad) {
      await expect(read(`n,m\n${good},1\n${text},1\n`, options)).rejects.toThrow(
        `csvRows: flats.csv, line 3, column "n": received "${text}", expected `,
      );
    }
  });

  test.each<[string, string, RegExp, Partial<CsvRowsOptions>?]>([
    ["a word", "area,rooms,price\n1,2,3\n1,two,3\n", /line 3, column "rooms": received "two"/],
    ["a gap", "area,rooms,price\n1,,3\n", /line 2, column "rooms": received "".*leave the row out/],
    ["a ragged row", "area,rooms,price\n1,2,3\n1,2\n", /line 3: received 2 cells.*expected 3/],
    [
      "a number with a point",
      "area;rooms;price\n1.234;2;3\n",
      /line 2, column "area": received "1\.234".*take out points/,
      { delimiter: ";", decimal: "," },
    ],
    ["a missing field", "area,price\n1,2\n", /no field "rooms".* its fields are area, price/],
    ["a field twice", "area,rooms,price,area\n1,2,3,4\n", /more than one field "area"/],
    ["an empty file", "", /0 samples/],
  ])("names %s", async (_, text, message, options) => {
    const reading = read(text, options);
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(message);
  });

  test("names bytes that are no text", async () => {
    const file = join(folder.path, "flats.csv");
    writeFileSync(file, Buffer.from("area,rooms,price,caf\u00E9\n1,2,3,4\n", "latin1"));
    await expect(csvRows(file, { columns }).read(0)[Symbol.asyncIterator]().next()).rejects.toThrow(
      /csvRows: flats\.csv, line 1, column "4": received "caf\uFFFD"/,
    );
  });

  test.each<[object, RegExp]>([
    [{ columns: { n: { fields: "n", dtype: "int8" } } }, /column "n": received dtype "int8"/],
    [{ columns: { n: { field: "n" } } }, /column "n": .*named "field"/],
    [{ columns: { n: { fields: [] } } }, /column "n": received fields a list of 0/],
    [{ columns, delimiter: "" }, /csvRows: received delimiter ""/],
    [{ columns, decimal: ";" }, /csvRows: received decimal ";"/],
    [{ columns, encoding: "klingon" }, /csvRows: received encoding "klingon"/],
    [{ columns, chunk: 0 }, /csvRows: received chunk 0/],
  ])("refuses the options %o", (options, message) => {
    expect(() => csvRows("flats.csv", options as CsvRowsOptions)).toThrow(message);
  });

  test("names a missing file, and wants columns", async () => {
    const source = csvRows(join(folder.path, "none.csv"), { columns });
    const reading = (async () => {
      for await (const _ of source.read(0));
    })();
    await expect(reading).rejects.toThrow(/none\.csv.*ENOENT/);
    expect(() => csvRows("flats.csv", { columns: {} })).toThrow(/at least one such as/);
  });
});
