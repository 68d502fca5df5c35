import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BytePairEncoding } from "../../src/text/index.js";

const corpus = ["low low low low low lower lower newest newest newest newest newest newest widest"];

describe("BytePairEncoding", () => {
  it("merges the most frequent pairs first", () => {
    const encoding = BytePairEncoding.train(corpus, { merges: 4 });
    const pieces = encoding.merges.map((_, index) => encoding.decode([256 + index]));
    // "we" occurs 8 times, "lo" and "st" 7 times: between equals the smaller bytes decide.
    expect(pieces).toEqual(["we", "lo", "st", " n"]);
  });

  it("counts pairs as a plain recount does", () => {
    const text = "abababab bababa abcabc aab";
    const { merges } = BytePairEncoding.train([text], { merges: 8 });
    let words = (text.match(/ ?\S+/g) ?? []).map((word) => [...new TextEncoder().encode(word)]);
    merges.forEach(([left, right], index) => {
      const counts = new Map<string, number>();
      for (const word of words) {
        word.slice(1).forEach((symbol, position) => {
          const key = `${word[position]},${symbol}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        });
      }
      expect(counts.get(`${left},${right}`)).toBe(Math.max(...counts.values()));
      words = words.map((word) => {
        const merged: number[] = [];
        for (let at = 0; at < word.length; at++) {
          const isPair = word[at] === left && word[at + 1] === right;
          merged.push(isPair ? 256 + index : (word[at] as number));
          if (isPair) at++;
        }
        return merged;
      });
    });
  });

  it("gives back every text, seen or not", () => {
    const encoding = BytePairEncoding.train([...corpus, "été 😀😀 été"], { merges: 50 });
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

  it("survives JSON", () => {
    const encoding = BytePairEncoding.train(corpus, { merges: 20 });
    const copy = BytePairEncoding.fromJSON(JSON.parse(JSON.stringify(encoding)));
    expect(copy.size).toBe(encoding.size);
    expect([...copy.encode("slowest widest")]).toEqual([...encoding.encode("slowest widest")]);
  });

  it("stops where nothing repeats", () => {
    expect(BytePairEncoding.train(["abcdef"], { merges: 10 }).size).toBe(256);
  });

  it("refuses what it cannot take", () => {
    const train = BytePairEncoding.train;
    expect(() => train("text" as never, { merges: 1 })).toThrow("expected a list of texts");
    expect(() => train([""], { merges: 1 })).toThrow("the texts are empty");
    expect(() => train(corpus, { merges: 0 })).toThrow("expected an integer of at least 1");
    expect(() => BytePairEncoding.fromJSON({} as never)).toThrow("expected what toJSON gives");
    expect(() => BytePairEncoding.fromJSON({ merges: [[1, 256]] })).toThrow("merge 0");
    expect(() => BytePairEncoding.fromJSON({ merges: [] }).decode([256])).toThrow(
      "received symbol 256, expected integers from 0 to 255",
    );
  });
});
