import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/tensor/index.js";
import { BytePairEncoding, SequenceDataset } from "../../src/text/index.js";

const corpus = ["low low low low low lower lower newest newest newest newest newest newest widest"];

/** What Sennrich, Haddow and Birch's algorithm does, counting all pairs anew for each merge. */
function naiveMerges(text: string, limit: number, minimumCount: number): [number, number][] {
  let words = (text.match(/ ?\S+/g) ?? []).map((word) => [...new TextEncoder().encode(word)]);
  const merges: [number, number][] = [];
  while (merges.length < limit) {
    const counts = new Map<number, number>();
    for (const word of words) {
      word.slice(1).forEach((symbol, at) => {
        const key = 1000 * (word[at] ?? 0) + symbol;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
    }
    const [best] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || a - b);
    if (!best || best[1] < minimumCount) break;
    const [left, right] = [Math.floor(best[0] / 1000), best[0] % 1000];
    words = words.map((word) => {
      const merged: number[] = [];
      for (let at = 0; at < word.length; at++) {
        const isPair = word[at] === left && word[at + 1] === right;
        merged.push(isPair ? 256 + merges.length : (word[at] ?? 0));
        if (isPair) at++;
      }
      return merged;
    });
    merges.push([left, right]);
  }
  return merges;
}

/** The texts of the symbols. */
const piecesOf = (encoding: BytePairEncoding, text: string): string[] =>
  Array.from(encoding.encode(text), (symbol) => encoding.decode([symbol]));

describe("BytePairEncoding", () => {
  it("merges the most frequent pairs first", async () => {
    const encoding = await BytePairEncoding.fit(corpus, { merges: 4 });
    const pieces = encoding.merges.map((_, index) => encoding.decode([256 + index]));
    // "we" occurs 8 times, "lo" and "st" 7 times: between equals the smaller bytes decide.
    expect(pieces).toEqual(["we", "lo", "st", " n"]);
  });

  it("learns what the naive algorithm learns", async () => {
    const letters = fc.array(fc.constantFrom("a", "b", "c", "aa", " "), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        letters,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (parts, merges, minimumCount) => {
          const text = `b${parts.join("").replace(/ +/g, " ")}c`;
          const encoding = await BytePairEncoding.fit([text], { merges, minimumCount });
          expect(encoding.merges).toEqual(naiveMerges(text, merges, minimumCount));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("lets the event loop have its turn", async () => {
    const words = Array.from({ length: 20_000 }, (_, index) => ((index * 7919) % 1e6).toString(36));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await BytePairEncoding.fit([words.join(" ")], { merges: 300 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it("gives back every text, seen or not", async () => {
    const encoding = await BytePairEncoding.fit([...corpus, "été 😀😀 été"], { merges: 50 });
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(encoding.decode(encoding.encode(text))).toBe(text);
      }),
    );
    expect(encoding.decode(encoding.encode("\uFEFFlow\r\n\t  newest "))).toBe(
      "\uFEFFlow\r\n\t  newest ",
    );
    expect(encoding.encode("newest").length).toBeLessThan(6);
  });

  it("leaves a word the space before it, however many there are", async () => {
    const encoding = await BytePairEncoding.fit(["lo lo lo  \n  \n  \n  "], { merges: 20 });
    expect(piecesOf(encoding, "lo   lo")).toEqual(["lo", "  ", " lo"]);
    // White space that ends a text, or stands before no space, is a piece by itself.
    expect(piecesOf(encoding, "lo\nlo  ")).toEqual(["lo", "\n", "lo", "  "]);
  });

  it("survives JSON", async () => {
    const encoding = await BytePairEncoding.fit(corpus, { merges: 20 });
    const copy = BytePairEncoding.fromJSON(JSON.parse(JSON.stringify(encoding)));
    expect(copy.size).toBe(encoding.size);
    expect([...copy.encode("slowest widest")]).toEqual([...encoding.encode("slowest widest")]);
  });

  it("stops where nothing repeats", async () => {
    expect((await BytePairEncoding.fit(["abcdef"], { merges: 10 })).size).toBe(257);
  });

  it("refuses what it cannot take", async () => {
    const { fit, fromJSON } = BytePairEncoding;
    await expect(fit("text" as never, { merges: 1 })).rejects.toThrow("expected a list of texts");
    await expect(fit([""], { merges: 1 })).rejects.toThrow("the texts are empty");
    await expect(fit(corpus, { merges: 0 })).rejects.toThrow("expected an integer of at least 1");
    expect(() => fromJSON({ merges: [] })).toThrow(
      'received format undefined, version undefined, expected "versant.bytePairEncoding", version 1',
    );
    const stored = { format: "versant.bytePairEncoding", version: 1 };
    expect(() => fromJSON(stored)).toThrow("received undefined as merges, expected an Array");
    expect(() => fromJSON({ ...stored, merges: [[1, 256]] })).toThrow("merge 0");
    expect(() => fromJSON({ ...stored, merges: [] }).decode([257])).toThrow(
      "received symbol 257, expected integers from 0 to 256",
    );
    await expect(fit(undefined as never, { merges: 1 })).rejects.toThrow("received undefined, exp");
    await expect(fit([1] as never, { merges: 1 })).rejects.toThrow("received 1 as text");
    const encoding = fromJSON({ ...stored, merges: [] });
    for (const wrong of [tensor([1]), 2, undefined]) {
      expect(() => encoding.decode(wrong as never)).toThrow("expected a list or typed array");
    }
  });

  it("has a padding symbol that no text holds, and that decodes to nothing", async () => {
    const encoding = await BytePairEncoding.fit(corpus, { merges: 4 });
    expect(encoding.paddingIndex).toBe(260);
    expect(encoding.decode([...encoding.encode("low"), 260, 260])).toBe("low");
    const nul = encoding.encode("\u0000");
    expect([...nul]).toEqual([0]);
    const rows = new SequenceDataset([nul, encoding.encode("abc")], tensor([0, 1]), {
      paddingIndex: encoding.paddingIndex,
    });
    const [indices] = rows.take(tensor(Int32Array.of(0)));
    expect([...indices.dataSync()]).toEqual([0, 260, 260]);
  });

  it("learns no symbol of more than 1024 bytes, however long a ruler is", async () => {
    const ruler = "-".repeat(2 ** 17);
    const encoding = await BytePairEncoding.fit([ruler], { merges: 40 });
    const lengths = encoding.merges.map((_, index) => encoding.decode([256 + index]).length);
    expect(Math.max(...lengths)).toBe(1024);
    expect(encoding.encode(ruler)).toHaveLength(128);
    expect(encoding.decode(encoding.encode(ruler))).toBe(ruler);
  });

  it("refuses stored merges that would fill the memory", () => {
    const merges = Array.from({ length: 40 }, (_, index) => {
      const symbol = index === 0 ? 45 : 255 + index;
      return [symbol, symbol];
    });
    const stored = { format: "versant.bytePairEncoding", version: 1, merges };
    expect(() => BytePairEncoding.fromJSON(stored)).toThrow(
      "received merge 10 that makes a symbol of 2048 bytes, expected at most 1024",
    );
    const fine = BytePairEncoding.fromJSON({ ...stored, merges: merges.slice(0, 10) });
    expect(fine.decode([265])).toBe("-".repeat(1024));
  });
});
