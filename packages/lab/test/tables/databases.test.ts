import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { readRows, readSqlite, readXlsx } from "../../src/tables/index.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "versant-tables-"));
  const database = new DatabaseSync(join(folder, "houses.db"));
  database.exec("create table houses (town text, price real, sold text, empty integer)");
  database.exec(
    "insert into houses values ('Salem', 24, '2024-02-29', 0), ('Lynn', null, null, 1)",
  );
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
      /text\.db: .*not a database; it is another kind of file, or encrypted/,
    );
    await expect(readSqlite(folder, "select 1 as x")).rejects.toThrow(/it is no file/);
  });

  test("reads a database whose log is still being written", async () => {
    const live = new DatabaseSync(join(folder, "live.db"));
    live.exec("pragma journal_mode = wal; create table t (x); insert into t values (1), (2)");
    const table = await readSqlite(join(folder, "live.db"), "select sum(x) as total from t");
    expect(table.row(0)).toEqual({ total: 3 });
    // What another connection has not committed is not there yet, and its write goes on.
    live.exec("begin immediate; insert into t values (4)");
    const during = await readSqlite(join(folder, "live.db"), "select sum(x) as total from t");
    live.exec("commit");
    expect(during.row(0)).toEqual({ total: 3 });
    live.close();
  });

  test("says that a database is locked", async () => {
    copyFileSync(path(), join(folder, "locked.db"));
    const writer = new DatabaseSync(join(folder, "locked.db"));
    writer.exec("begin exclusive");
    await expect(readSqlite(join(folder, "locked.db"), "select * from houses")).rejects.toThrow(
      /locked\.db: database is locked; another program is writing/,
    );
    writer.close();
  });

  test("says that a database is damaged", async () => {
    const large = new DatabaseSync(join(folder, "large.db"));
    large.exec(
      "create table t as with recursive n(x) as (select 1 union all select x + 1 from n where x < " +
        "5000) select x from n",
    );
    large.close();
    const bytes = readFileSync(join(folder, "large.db")).fill(0xab, 8192);
    writeFileSync(join(folder, "large.db"), bytes);
    await expect(readSqlite(join(folder, "large.db"), "select sum(x) as s from t")).rejects.toThrow(
      /large\.db: database disk image is malformed; the file is damaged; take a backup/,
    );
  });

  test("refuses two columns of one name", async () => {
    const query = "select a.town, b.town from houses a join houses b on a.town < b.town";
    await expect(readSqlite(path(), query)).rejects.toThrow(
      /two columns named "town", expected names that differ; .*a\.town as first/,
    );
  });

  test("refuses a second statement, but neither semicolons in texts nor comments", async () => {
    await expect(readSqlite(path(), "select 1 as x; drop table houses")).rejects.toThrow(
      /more than one statement, expected a single query/,
    );
    const query = "select 'a;b' as \"x;y\" /* ; */ -- ; don't\n ; ; -- the end";
    expect((await readSqlite(path(), query)).row(0)).toEqual({ "x;y": "a;b" });
  });

  test("refuses what is no query", async () => {
    await expect(readSqlite(path(), "create table t (x)")).rejects.toThrow(/gives no rows/);
    await expect(readSqlite(path(), "delete from houses returning town")).rejects.toThrow(
      /readonly database; it is opened for reading only/,
    );
    await expect(readSqlite(path(), 7 as never)).rejects.toThrow("received 7 as the query");
    await expect(readSqlite(path(), "")).rejects.toThrow('received "" as the query');
    await expect(readSqlite(path(), "-- nothing")).rejects.toThrow("nothing but a comment");
  });

  test("refuses placeholders without a parameter, which would be NULL", async () => {
    const query = "select * from houses where town = ? and price > ?";
    await expect(readSqlite(path(), query, { parameters: ["Salem"] })).rejects.toThrow(
      /received 1 parameters for the 2 \? of the query/,
    );
    await expect(readSqlite(path(), "select :town as town")).rejects.toThrow(
      /received the placeholder :town, expected \?/,
    );
    await expect(readSqlite(path(), query, { parameters: "Salem" as never })).rejects.toThrow(
      /received "Salem" as parameters, expected a list/,
    );
    const flags = await readSqlite(path(), "select ? as yes, '?' as mark", { parameters: [true] });
    expect(flags.row(0)).toEqual({ yes: 1, mark: "?" });
  });

  test("refuses integers that no number holds, and keeps them as names", async () => {
    const query = "select 9007199254740993 as id, 9007199254740991 as least";
    await expect(readSqlite(path(), query)).rejects.toThrow(
      /row 0, column "id": received 9007199254740993, .*kinds: \{ id: "category" \}/,
    );
    const table = await readSqlite(path(), query, { kinds: { id: "category" } });
    expect(table.row(0)).toEqual({ id: "9007199254740993", least: 9007199254740991 });
  });

  test("refuses bytes", async () => {
    await expect(readSqlite(path(), "select x'00ff' as picture")).rejects.toThrow(
      /row 0, column "picture": received bytes \(BLOB\), .*hex\("picture"\)/,
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
