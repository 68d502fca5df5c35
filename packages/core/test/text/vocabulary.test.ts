import { describe, expect, it } from "vitest";
import { tensor } from "../../src/tensor/index.js";
import { Vocabulary } from "../../src/text/index.js";

const texts = [
  ["b", "a", "b"],
  ["c", "b", "a"],
  ["d", "c", "<unk>"],
];

describe("Vocabulary", () => {
  it("orders by count, then by name, after the special tokens", () => {
    const vocabulary = Vocabulary.fit(texts);
    expect(vocabulary.tokens).toEqual(["<pad>", "<unk>", "b", "a", "c", "d"]);
    expect(vocabulary.counts).toEqual([0, 0, 3, 2, 2, 1]);
    expect(Vocabulary.fit([...texts].reverse()).tokens).toEqual(vocabulary.tokens);
    expect(vocabulary.paddingIndex).toBe(0);
  });

  it("keeps what is frequent, and no more than asked for", () => {
    expect(Vocabulary.fit(texts, { minimumCount: 2 }).size).toBe(5);
    expect(Vocabulary.fit(texts, { maximumSize: 3 }).tokens).toEqual(["<pad>", "<unk>", "b"]);
  });

  it("encodes between begin and end, and decodes without them", () => {
    const vocabulary = Vocabulary.fit(texts, { special: { begin: "<s>", end: "</s>" } });
    const encoded = vocabulary.encode(["b", "never", "a"]);
    expect([...encoded]).toEqual([2, 4, 1, 5, 3]);
    expect(vocabulary.decode([...encoded, 0])).toEqual(["b", "<unk>", "a"]);
  });

  it("takes the default for what is undefined", () => {
    const undefinedPadding = { special: { padding: undefined, end: undefined } } as never;
    expect(Vocabulary.fit(texts, undefinedPadding).toJSON()).toEqual(
      Vocabulary.fit(texts).toJSON(),
    );
  });

  it("knows its own tokens", () => {
    const vocabulary = Vocabulary.fit(texts, { minimumCount: 2 });
    expect(vocabulary.size).toBe(vocabulary.tokens.length);
    expect(["b", "<pad>", "d"].map((token) => vocabulary.has(token))).toEqual([true, true, false]);
  });

  it("survives JSON", () => {
    const vocabulary = Vocabulary.fit(texts, { special: { padding: null } });
    const copy = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(copy.toJSON()).toEqual(vocabulary.toJSON());
    expect(copy.indexOf("c")).toBe(vocabulary.indexOf("c"));
    expect(copy.paddingIndex).toBeUndefined();
  });

  it("refuses what it cannot take", () => {
    const closed = Vocabulary.fit(texts, { special: { unknown: null } });
    expect(() => closed.encode(["z"])).toThrow('received "z", expected one of its 6 tokens');
    expect(() => closed.decode([9])).toThrow("received index 9");
    expect(() => Vocabulary.fit(["text"] as never)).toThrow("cut it with a tokeniser first");
    expect(() => Vocabulary.fit(texts, { minimumCount: 9 })).toThrow("none is kept");
    expect(() => Vocabulary.fit(texts, { special: { begin: "<pad>" } })).toThrow("that differ");
    expect(() => Vocabulary.fit(texts, { special: { start: "<s>" } as never })).toThrow('"start"');
    const stored = Vocabulary.fit(texts).toJSON();
    expect(() => Vocabulary.fromJSON({ tokens: ["a"], counts: [1] })).toThrow(
      'received format undefined, version undefined, expected "versant.vocabulary", version 1: the ' +
        "object that toJSON gave, parsed.",
    );
    expect(() => Vocabulary.fromJSON({ ...stored, version: 2 })).toThrow("version 2, expected");
    expect(() => Vocabulary.fromJSON({ ...stored, tokens: ["a", "a"] })).toThrow(
      "received a list of 2 as tokens and a list of 6 as counts, expected what toJSON gives",
    );
    const tokens = ["x", "<unk>", "b", "a", "c", "d"];
    expect(() => Vocabulary.fromJSON({ ...stored, tokens })).toThrow("special ones first");
  });

  it("refuses tokens that are no strings, and indices that are no list", () => {
    expect(() => Vocabulary.fit(undefined as never)).toThrow(
      "Vocabulary.fit: received undefined, expected a list of texts; each a list of tokens.",
    );
    expect(() => Vocabulary.fit([[1, 2, "1"]] as never)).toThrow(
      "received 1 as a token, expected a",
    );
    const vocabulary = Vocabulary.fit(texts);
    expect(() => vocabulary.encode(["b", 1] as never)).toThrow("received 1 as a token");
    for (const wrong of [tensor([1]), 2, undefined, "2"]) {
      expect(() => vocabulary.decode(wrong as never)).toThrow(
        /^Vocabulary.decode: received .*, expected a list or typed array of integers; await tensor/,
      );
    }
    const stored = vocabulary.toJSON();
    const empty = { tokens: ["<pad>", "<unk>"], counts: [0, 0] };
    expect(() => Vocabulary.fromJSON({ ...stored, ...empty })).toThrow(
      "received 2 tokens, expected at least one besides the 2 special ones",
    );
  });
});
