import { describe, expect, it } from "vitest";
import { Vocabulary } from "../../src/text/index.js";

const texts = [
  ["b", "a", "b"],
  ["c", "b", "a"],
  ["d", "c", "<unk>"],
];

describe("Vocabulary", () => {
  it("orders by count, then by name, after the special tokens", () => {
    const vocabulary = Vocabulary.build(texts);
    expect(vocabulary.tokens).toEqual(["<pad>", "<unk>", "b", "a", "c", "d"]);
    expect(vocabulary.counts).toEqual([0, 0, 3, 2, 2, 1]);
    expect(Vocabulary.build([...texts].reverse()).tokens).toEqual(vocabulary.tokens);
    expect(vocabulary.paddingIndex).toBe(0);
  });

  it("keeps what is frequent, and no more than asked for", () => {
    expect(Vocabulary.build(texts, { minimumCount: 2 }).size).toBe(5);
    expect(Vocabulary.build(texts, { maximumSize: 3 }).tokens).toEqual(["<pad>", "<unk>", "b"]);
  });

  it("encodes between begin and end, and decodes without them", () => {
    const vocabulary = Vocabulary.build(texts, { special: { begin: "<s>", end: "</s>" } });
    const encoded = vocabulary.encode(["b", "never", "a"]);
    expect([...encoded]).toEqual([2, 4, 1, 5, 3]);
    expect(vocabulary.decode([...encoded, 0])).toEqual(["b", "<unk>", "a"]);
  });

  it("survives JSON", () => {
    const vocabulary = Vocabulary.build(texts, { special: { padding: null } });
    const copy = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
    expect(copy.toJSON()).toEqual(vocabulary.toJSON());
    expect(copy.indexOf("c")).toBe(vocabulary.indexOf("c"));
    expect(copy.paddingIndex).toBeUndefined();
  });

  it("refuses what it cannot take", () => {
    const closed = Vocabulary.build(texts, { special: { unknown: null } });
    expect(() => closed.encode(["z"])).toThrow('received "z", expected one of its 6 tokens');
    expect(() => closed.decode([9])).toThrow("received index 9");
    expect(() => Vocabulary.build(["text"] as never)).toThrow("cut it with a tokeniser first");
    expect(() => Vocabulary.build(texts, { minimumCount: 9 })).toThrow("none is kept");
    expect(() => Vocabulary.build(texts, { special: { begin: "<pad>" } })).toThrow("that differ");
    expect(() => Vocabulary.build(texts, { special: { start: "<s>" } as never })).toThrow(
      '"start"',
    );
    expect(() => Vocabulary.fromJSON({ tokens: ["a", "a"] } as never)).toThrow("what toJSON gives");
    const { counts, special } = Vocabulary.build(texts).toJSON();
    const tokens = ["x", "<unk>", "b", "a", "c", "d"];
    expect(() => Vocabulary.fromJSON({ tokens, counts, special })).toThrow("special ones first");
  });
});
