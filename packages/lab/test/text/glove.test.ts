import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadGlove } from "../../src/text/glove.js";

let folder: string;
let path: string;
const write = (content: string): void => writeFileSync(path, content);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-glove-"));
  path = join(folder, "vectors.txt");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("loadGlove", () => {
  test("reads words, those with spaces as well", async () => {
    write("the 0.5 -1.25\n. . 1e-2 3\r\nwhale 2 -4\nthe 9 9\n");
    const vectors = await loadGlove(path);
    expect(vectors.words).toEqual(["the", ". .", "whale"]);
    expect([...vectors.vector("whale")]).toEqual([2, -4]);
    expect([...vectors.vector(". .")]).toEqual([Math.fround(0.01), 3]);
    expect([...vectors.vector("the")]).toEqual([0.5, -1.25]);
  });

  test("reads what is asked for, and no further", async () => {
    write("2 2\na 1 2\nb 3 4\nc five six\n");
    expect((await loadGlove(path, { limit: 1 })).words).toEqual(["a"]);
    expect((await loadGlove(path, { words: ["b"] })).words).toEqual(["b"]);
  });

  test("names the line that is wrong", async () => {
    const refuses = async (content: string, message: string): Promise<void> => {
      write(content);
      await expect(loadGlove(path)).rejects.toThrow(message);
    };
    await refuses("a 1 2\nb 3\n", "line 2 of");
    await refuses("a 1 2\nb 3 4 5\n", "with 4 fields, expected a word and 2 numbers");
    await refuses("a 1 2\nb 3 x\n", '"b 3 x…"');
    await refuses("a 1 2\nb 3 NaN\n", "line 2 of");
    await refuses("a\n", "line 1 of");
    await refuses("", "found none of the vectors asked for in the 0 lines");
  });

  test("refuses what it cannot take", async () => {
    write("a 1 2\n");
    await expect(loadGlove(path, { words: ["z"] })).rejects.toThrow("another case or language");
    await expect(loadGlove(join(folder, "none"))).rejects.toThrow("(ENOENT)");
    await expect(loadGlove(path, { limit: 0 })).rejects.toThrow("limit 0");
    await expect(loadGlove(path, { count: 1 } as never)).rejects.toThrow('"count"');
  });
});
