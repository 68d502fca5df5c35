import { describe, expect, test } from "vitest";
import { bestNgram, NgramModel } from "../../../examples/support/ngram.js";

const encode = (text: string): Uint8Array =>
  Uint8Array.from(text, (symbol) => symbol.charCodeAt(0) - 97);

/** A text in which letters depend on the two before them. */
function chain(length: number): Uint8Array {
  const text = new Uint8Array(length);
  let state = 1;
  for (let at = 2; at < length; at++) {
    state = (state * 48271) % 2147483647;
    const expected = (text[at - 1] as number) + 2 * (text[at - 2] as number) + 1;
    text[at] = state % 10 === 0 ? (state / 10) % 5 : expected % 5;
  }
  return text;
}

describe("NgramModel", () => {
  test("gives probabilities: they add up to 1 behind any history, seen or not", () => {
    const text = encode("abracadabra");
    for (const order of [1, 2, 3, 4]) {
      const model = new NgramModel(text, { order, symbols: 5 });
      for (const history of ["", "a", "ab", "abr", "dd", "ecece"]) {
        const sum = [..."abcde"]
          .map((next) => model.probability(encode(history + next), history.length))
          .reduce((a, b) => a + b);
        expect(sum).toBeCloseTo(1, 12);
      }
    }
  });

  test("golden values of a model of pairs", () => {
    const model = new NgramModel(encode("abbab"), { order: 2, symbols: 2 });
    // Different symbols in front: 2 of b, 1 of a. D(1) = 1 - 2 / 3, and D(2) cannot be estimated.
    const b = (2 - 1 + (1 / 3 + 1) / 2) / 3;
    expect(model.probability(encode("b"), 0)).toBeCloseTo(b, 12);
    // Pairs: ab 2, bb 1, ba 1. D(1) = 1 - 2 / 4.
    expect(model.probability(encode("ab"), 1)).toBeCloseTo((2 - 1 + b) / 2, 12);
    expect(model.probability(encode("bb"), 1)).toBeCloseTo((1 - 0.5 + b) / 2, 12);
  });

  test("counts what a symbol stands behind, not how often, for shorter histories", () => {
    // b is as frequent as c, but always behind a.
    const model = new NgramModel(encode("abababacdcecc"), { order: 2, symbols: 5 });
    const after = (symbol: string): number => model.probability(encode(symbol), 0);
    expect(after("c")).toBeGreaterThan(after("b"));
  });

  test("a longer history helps where the text has one, up to its length", () => {
    const text = chain(20_000);
    const [start, end] = [18_000, 20_000];
    const train = text.subarray(0, start);
    const perplexity = (order: number): number =>
      new NgramModel(train, { order, symbols: 5 }).perplexity(text, start, end);
    const three = perplexity(3);
    expect(perplexity(2)).toBeGreaterThan(4.9);
    // Nine of ten letters follow from two, the tenth is one of five.
    const surprise = -(0.92 * Math.log(0.92) + 0.08 * Math.log(0.02));
    expect(three).toBeGreaterThan(0.98 * Math.exp(surprise));
    expect(three).toBeLessThan(1.05 * Math.exp(surprise));
    expect(perplexity(4)).toBeLessThan(1.1 * three);
  });

  test("the best order is that of the text", () => {
    const best = bestNgram(chain(20_000), { symbols: 5, learnt: 16_000, chosen: 18_000 });
    expect(best.order).toBe(3);
  });

  test("refuses more grams than there are exact numbers for", () => {
    expect(() => new NgramModel(encode("ab"), { order: 9, symbols: 83 })).toThrow(
      "received order 9 for 83 symbols, whose grams are too many to be numbered; the longest order is 8",
    );
  });
});
