import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentError, StreamLoader } from "@versant/core";
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

  test.each([
    ["a word", "area,rooms,price\n1,2,3\n1,two,3\n", /flats\.csv: row 2 .* has "two" in "rooms"/],
    ["a gap", "area,rooms,price\n1,,3\n", /row 1 .* has "" in "rooms"/],
    ["an infinity", "area,rooms,price\n1,2,Infinity\n", /has "Infinity" in "price"/],
    ["a ragged row", "area,rooms,price\n1,2,3\n1,2\n", /flats\.csv: Invalid Record Length.*line 3/],
    ["a missing field", "area,price\n1,2\n", /no field "rooms".* its fields are area, price/],
    ["a field twice", "area,rooms,price,area\n1,2,3,4\n", /more than one field "area"/],
    ["an empty file", "", /0 samples/],
  ])("names %s", async (_, text, message) => {
    const reading = read(text);
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(message);
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
