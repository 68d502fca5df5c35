import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@versant/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CsvOptions, readCsv, readCsvParts } from "../../src/tables/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-csv-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string | Uint8Array, options?: CsvOptions) => {
  const path = join(folder, "data.csv");
  writeFileSync(path, content);
  return readCsv(path, options);
};

describe("readCsv", () => {
  test("reads quotes, line ends within them, missing values and a byte-order mark", async () => {
    const table = await read(
      '\uFEFFname,price,sold\r\n"Smith, ""Joe""",1.5,2024-02-29\r\n"two\nlines",NA,\r\n\r\n',
    );
    expect(table.kinds).toEqual({ name: "category", price: "number", sold: "date" });
    expect(table.row(0)).toEqual({
      name: 'Smith, "Joe"',
      price: 1.5,
      sold: new Date("2024-02-29"),
    });
    expect(table.row(1)).toEqual({ name: "two\nlines", price: null, sold: null });
    expect(table.length).toBe(2);
  });

  test("reads other delimiters, decimal commas and encodings", async () => {
    const bytes = Buffer.from("ville;prix\nOrl\u00E9ans;1,5\nLille;-2\n", "latin1");
    const table = await read(bytes, { delimiter: ";", decimal: ",", encoding: "windows-1252" });
    expect(table.row(0)).toEqual({ ville: "Orléans", prix: 1.5 });
    expect(table.row(1)).toEqual({ ville: "Lille", prix: -2 });
  });

  test("keeps columns in the order of the file, and no white space at the ends of text", async () => {
    const table = await read('town, 2020 ,2019\n" Salem ", 1,2\n');
    expect(table.names).toEqual(["town", "2020", "2019"]);
    expect(table.row(0)).toEqual({ town: "Salem", "2020": 1, "2019": 2 });
  });

  test("takes kinds that are said", async () => {
    const table = await read("zip,done\n01234,1\n2A004,0\n", {
      kinds: { zip: "category", done: "boolean" },
    });
    expect(table.row(0)).toEqual({ zip: "01234", done: true });
  });

  test("gives whatever text was written back", async () => {
    const cell = fc.string({ unit: "grapheme" }).map((text) => `x${text.replace(/\r/g, "")}x`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1 }), async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const table = await read(`a,b\n${rows.map((row) => row.map(quoted).join(",")).join("\n")}`);
        expect(rows.map((_, row) => Object.values(table.row(row)))).toEqual(rows);
      }),
      { numRuns: 30 },
    );
  });

  test.each<[string, string | Uint8Array, RegExp, CsvOptions?]>([
    [
      "a short row",
      "a,b\n1,2\n3\n",
      /data\.csv, line 3: received 1 cells .*column "a"\), expected 2/,
    ],
    ["a long row", "a,b\n1,2,3\n", /line 2: received 3 cells .*column "b"\), expected 2/],
    [
      "mixed kinds",
      "a,b\n1,2\n1,x\n",
      /line 3, column "b": received "x", expected a finite number.*line 2/,
    ],
    [
      "bytes in another encoding",
      Buffer.from("a,b\n1,x\n2,caf\u00E9\n", "latin1"),
      /line 3, column "b": received "caf\uFFFD".*not utf-8.*windows-1252/,
    ],
    [
      "a quote that does not end",
      'a,b\n1,"x\n',
      /data\.csv, line 2: .*does not end before the file/,
    ],
    [
      "the first line of a record that does not end",
      `a,b\r\n1,"x\r\ny"\r\n\r\n2,"${"z\r\n".repeat(400_000)}`,
      /data\.csv, line 5: .*does not end within 1048576 bytes/,
    ],
    ["a stray quote", 'a,b\n1,2\n1,x"y\n', /data\.csv, line 3: Invalid Opening Quote.*RFC 4180/],
    ["a line below quoted line ends", 'a,b\r\n"1\r\n\r\n2",3\r\n4\r\n', /line 5: received 1 cells/],
    ["a line below those of old Macs", 'a,b\r"1\r2",3\r\r4\r', /line 5: received 1 cells/],
    ["a wrong delimiter", "a;b\n1;2\n", /one column, "a;b".*\{ delimiter: ";" \}/],
    ["no rows", "a,b\n", /holds no row/],
    ["two columns of one name", "a,a\n1,2\n", /"a" as the name of column 2/],
    [
      "a number with a point",
      'a;b\n1,5;x\n"1.234";x\n',
      /line 3, column "a": received "1\.234", expected a number with a decimal comma/,
      { delimiter: ";", decimal: "," },
    ],
    [
      "a number in groups",
      "a;b\n1.234,5;x\n",
      /line 2, column "a": received "1\.234,5".*kinds: \{ "a": "category" \}/,
      { delimiter: ";", decimal: "," },
    ],
    ["an unknown decimal", "a\n1\n", /decimal ";", expected/, { decimal: ";" as never }],
    ["no delimiter", "a\n1\n", /delimiter "", expected/, { delimiter: "" }],
    [
      "a delimiter that is the quote",
      "a\n1\n",
      /delimiter ";", expected/,
      { delimiter: ";", quote: ";" },
    ],
    ["a long quote", "a\n1\n", /quote "''", expected one character/, { quote: "''" }],
    ["an unknown encoding", "a\n1\n", /encoding "klingon"/, { encoding: "klingon" }],
    ["an unknown option", "a\n1\n", /"separator"/, { separator: ";" } as CsvOptions],
  ])("names %s", async (_, content, message, options) => {
    const reading = read(content, options);
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(message);
  });

  test("takes points as they stand in categories and text, under a decimal comma", async () => {
    const table = await read("version;text;n\n1.234;a. b;-1,5e2\n1,5;10.2.3;2\n", {
      delimiter: ";",
      decimal: ",",
      kinds: { version: "category" },
    });
    expect(table.row(0)).toEqual({ version: "1.234", text: "a. b", n: -150 });
    expect(table.row(1)).toEqual({ version: "1,5", text: "10.2.3", n: 2 });
  });

  test("takes empty lines for missing values in a file of one column, but for the last", async () => {
    const table = await read("\nn\n1\n\n3\n\n\n");
    expect(table.column("n")).toMatchObject({ values: Float64Array.of(1, Number.NaN, 3) });
    expect((await read("a,b\n1,2\n\n\n3,4\n")).length).toBe(2);
  });

  test.each<[string, BufferEncoding, string]>([
    ["utf-16le", "utf16le", "\uFEFFa,b\nx,\u00E9\n"],
    ["utf-8", "utf8", "a,b\rx,\u00E9\r"],
  ])("reads %s, and names what is damaged in it", async (encoding, written, text) => {
    const bytes = Buffer.from(text, written);
    expect((await read(bytes, { encoding })).row(0)).toEqual({ a: "x", b: "\u00E9" });
    const odd = encoding === "utf-8" ? Buffer.of(0xe9, 0x0d) : Buffer.of(0x00, 0xd8, 0x0a, 0x00);
    const damaged = Buffer.concat([bytes, Buffer.from("y,", written), odd]);
    await expect(read(damaged, { encoding })).rejects.toThrow(
      /line 3, column "b": received "\uFFFD", which holds bytes that are not/,
    );
  });

  test("lets no character be damaged where pieces of the file meet", async () => {
    const rows = Array.from({ length: 100_000 }, () => "\u00E9\u20AC\u{1F600}");
    const table = await read(`a\r${rows.join("\r")}\r`);
    expect(table.length).toBe(100_000);
    expect(table.column("a")).toMatchObject({ categories: rows.slice(0, 1) });
  });

  test("names a file that is not there", async () => {
    await expect(readCsv(join(folder, "none.csv"))).rejects.toThrow(
      /cannot read .*none\.csv.*ENOENT/,
    );
  });
});

describe("readCsvParts", () => {
  const path = () => join(folder, "parts.csv");

  test("gives tables of so many rows, with kinds and categories that stay", async () => {
    const lines = Array.from({ length: 25_000 }, (_, row) => `${row},${row % 2 ? "odd" : "even"}`);
    writeFileSync(path(), `n,kind\n${lines.join("\n")}\n`);
    let next = 0;
    const sizes: number[] = [];
    for await (const part of readCsvParts(path(), { rows: 7_000 })) {
      sizes.push(part.length);
      expect(part.row(0)).toEqual({ n: next, kind: next % 2 ? "odd" : "even" });
      expect(part.column("kind")).toMatchObject({ categories: ["even", "odd"] });
      next += part.length;
    }
    expect(sizes).toEqual([7_000, 7_000, 7_000, 4_000]);
  });

  test("names the line in a later part, and can be left early", async () => {
    writeFileSync(path(), "n\n1\n2\n3\nx\n");
    const parts = readCsvParts(path(), { rows: 2 });
    expect((await parts.next()).value?.length).toBe(2);
    await expect(parts.next()).rejects.toThrow(/line 5, column "n": received "x"/);
    for await (const part of readCsvParts(path(), { rows: 1 })) {
      expect(part.row(0)).toEqual({ n: 1 });
      break;
    }
  });

  test("refuses parts without rows", async () => {
    await expect(readCsvParts(path(), { rows: 0 }).next()).rejects.toThrow(/rows 0/);
    const unknown = readCsvParts(path(), { encoding: "klingon" }).next();
    await expect(unknown).rejects.toThrow(/readCsvParts: received encoding "klingon"/);
  });
});
