import { describe, expect, it } from "vitest";
import { characters, words } from "../../src/text/index.js";

describe("words", () => {
  it("finds words and numbers in any script, in lower case", () => {
    expect(words()("L'été, Ärger & Ωμέγα: 1,250.50 € en 2026.")).toEqual([
      "l'été",
      "ärger",
      "ωμέγα",
      "1,250.50",
      "en",
      "2026",
    ]);
  });

  it("keeps case and punctuation, and leaves numbers out, where asked", () => {
    const cut = words({ lowerCase: false, punctuation: true, numbers: false });
    expect(cut("Pay $30 (now)!")).toEqual(["Pay", "$", "(", "now", ")", "!"]);
    expect(words()("vis-à-vis -- no")).toEqual(["vis-à-vis", "no"]);
  });

  it("takes an accent written apart for the same word", () => {
    expect(words()("e\u0301te\u0301")).toEqual(words()("été"));
  });

  it("gives nothing for nothing, and refuses what is no text", () => {
    expect(words()("  ")).toEqual([]);
    expect(() => words()(3 as never)).toThrow("words: received 3 as text, expected a string");
    expect(() => words({ lowercase: true } as never)).toThrow('an option named "lowercase"');
    expect(() => words({ numbers: "no" } as never)).toThrow("expected true or false");
  });
});

describe("characters", () => {
  it("are code points", () => {
    expect(characters()("Añ😀")).toEqual(["A", "ñ", "😀"]);
    expect(characters({ lowerCase: true })("Añ")).toEqual(["a", "ñ"]);
  });
});
