import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { readRows, readSqlite, readXlsx } from "../../src/tables/index.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-tables-"));
  const database = new sqlite.Database(join(folder, "houses.db"));
  database.exec("create table houses (town text, price real, sold text, empty integer)");
  database.run("insert into houses values ('Salem', 24, '2024-02-29', 0), ('Lynn', null, null, 1)");
  database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readSqlite", () => {
  const path = () => join(folder, "houses.db");

  test("reads the result of a query", async () => {
    const table = await readSqlite(path(), "select * from houses order by town desc", {
      kinds: { empty: "boolean" },
    });
    expect(table.row(0)).toEqual({
      town: "Salem",
      price: 24,
      sold: new Date("2024-02-29"),
      empty: false,
    });
    expect(table.row(1)).toEqual({ town: "Lynn", price: null, sold: null, empty: true });
  });

  test("takes parameters", async () => {
    const query = "select price as cost from houses where town = ?";
    const table = await readSqlite(path(), query, { parameters: ["Salem"] });
    expect(table.row(0)).toEqual({ cost: 24 });
  });

  test("names what fails", async () => {
    await expect(readSqlite(join(folder, "no.db"), "select 1")).rejects.toThrow(/no\.db.*no such/);
    await expect(readSqlite(path(), "select cost from houses")).rejects.toThrow(
      /houses\.db: no such column: cost; the query was select cost/,
    );
    await expect(readSqlite(path(), "select * from houses where price > 99")).rejects.toThrow(
      /no row/,
    );
    writeFileSync(join(folder, "text.db"), "this is no database at all, however long it may be");
    await expect(readSqlite(join(folder, "text.db"), "select 1 as x from t")).rejects.toThrow(
      /text\.db: .*not a database/,
    );
  });
});

describe("readRows", () => {
  test("reads what a driver gives one after the other", async () => {
    async function* cursor() {
      yield { town: "Salem", price: 24n };
      yield { town: "Lynn", price: null };
    }
    const table = await readRows(cursor());
    expect(table.kinds).toEqual({ town: "category", price: "number" });
    expect(table.row(0)).toEqual({ town: "Salem", price: 24 });
  });

  test("names a value that does not fit", async () => {
    await expect(readRows([{ a: 1 }, { a: "x" }])).rejects.toThrow(/readRows, row 1, column "a"/);
  });
});

describe("readXlsx", () => {
  const path = () => join(folder, "houses.xlsx");
  const cell = (value: string | number | boolean) => ({ value });
  const write = (rows: readonly (readonly (string | number | boolean | Date | null)[])[]) =>
    writeXlsxFile(
      rows.map((row) =>
        row.map((value) =>
          value instanceof Date
            ? { value, type: Date, format: "yyyy-mm-dd" }
            : value === null
              ? null
              : cell(value),
        ),
      ),
    ).toFile(path());

  test("reads a sheet", async () => {
    await write([
      ["town", "price", "sold", "empty"],
      ["Salem", 24.5, new Date("2024-02-29"), true],
      ["Lynn", null, null, false],
    ]);
    const table = await readXlsx(path());
    expect(table.row(0)).toEqual({
      town: "Salem",
      price: 24.5,
      sold: new Date("2024-02-29"),
      empty: true,
    });
    expect(table.row(1)).toEqual({ town: "Lynn", price: null, sold: null, empty: false });
  });

  test("names what fails", async () => {
    await write([
      ["town", "price"],
      ["Salem", 24],
      ["Lynn", "dear"],
    ]);
    await expect(readXlsx(path())).rejects.toThrow(
      /houses\.xlsx, row 3, column "price": received "dear", expected a finite number.*row 2/,
    );
    await expect(readXlsx(path(), { sheet: "Second" })).rejects.toThrow(/houses\.xlsx.*Second/);
    await expect(readXlsx(join(folder, "no.xlsx"))).rejects.toThrow(/cannot read .*no\.xlsx/);
    writeFileSync(join(folder, "text.xlsx"), "town,price");
    await expect(readXlsx(join(folder, "text.xlsx"))).rejects.toThrow(/cannot read .*text\.xlsx/);
  });
});
