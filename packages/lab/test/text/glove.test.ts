import { mkdtempSync, ReadStream, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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

  test("reads UTF-8 alone, whatever signs the words are", async () => {
    write("\uFEFFthe 1 2\n\u2028 3 4\n\uFEFF 5 6\n\u0085 7 8");
    expect((await loadGlove(path)).words).toEqual(["the", "\u2028", "\uFEFF", "\u0085"]);
    writeFileSync(path, Buffer.from("the 1 2\n\u00e9t\u00e9 3 4\n", "latin1"));
    await expect(loadGlove(path)).rejects.toThrow(/^loadGlove: line 2 of .* no UTF-8, expected/);
  });

  test("refuses numbers that float32 does not hold, and endless lines", async () => {
    for (const number of ["1e400", "1e39", "-1e39"]) {
      write(`a 1 2\nb 3 ${number}\n`);
      await expect(loadGlove(path)).rejects.toThrow(/line 2 of .*in the range of float32/);
    }
    write("a ".repeat(2 ** 20));
    await expect(loadGlove(path)).rejects.toThrow("more than 1048576 bytes");
  });

  test("reads lines that lie across the pieces of the stream", async () => {
    const words = Array.from({ length: 3000 }, (_, index) => `${"\u00e9".repeat(20)}${index}`);
    write(words.map((word, index) => `${word} ${index} 1`).join("\r\n"));
    const vectors = await loadGlove(path);
    expect(vectors.words).toEqual(words);
    expect(vectors.values.filter((_, index) => index % 2 === 0)).toEqual(
      Float32Array.from(words.keys()),
    );
  });

  test("closes the file, wherever it stops", async () => {
    write(`a 1 2\nb 3 4\nc five six\n${"d 1 2\n".repeat(100_000)}`);
    const closed = vi.spyOn(ReadStream.prototype, "_destroy");
    await loadGlove(path, { limit: 1 });
    expect(closed).toHaveBeenCalledTimes(1);
    await loadGlove(path, { words: ["b"] });
    expect(closed).toHaveBeenCalledTimes(2);
    await expect(loadGlove(path)).rejects.toThrow("line 3 of");
    expect(closed).toHaveBeenCalledTimes(3);
    closed.mockRestore();
  });

  test("refuses arguments that are none", async () => {
    await expect(loadGlove(undefined as never)).rejects.toThrow("undefined as the path");
    await expect(loadGlove(path, null as never)).rejects.toThrow("null as the options");
    write("a 1 2\n");
    const refuses = (words: unknown, message: string) =>
      expect(loadGlove(path, { words } as never)).rejects.toThrow(message);
    await refuses("ab", 'received "ab" as the words, expected a list of strings');
    await refuses(5, "received 5 as the words");
    await refuses(["a", 1], "received 1 among the words");
  });
});
