import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomGenerator } from "../../src/array/index.js";
import { WordVectors, word2vec } from "../../src/text/index.js";
import { keptShares, negativesTable, skipGrams } from "../../src/text/skipGram.js";

const topics = ["cat dog horse cow sheep".split(" "), "red green blue white black".split(" ")];

/** Sentences that stay with one topic. */
function sentences(count: number): string[][] {
  const generator = new RandomGenerator(5, "dataset");
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: 8 }, () => topics[index % 2]?.[generator.below(5)] ?? ""),
  );
}

describe("word2vec", () => {
  it("brings words of one topic together, the same for the same seed", async () => {
    const options = { features: 16, minimumCount: 1, epochs: 4, batchSize: 16, subsampling: 1 };
    const { vectors, losses } = await word2vec(sentences(400), options);
    for (const topic of topics) {
      const [first = ""] = topic;
      const nearest = vectors.nearest(first, 4).map(({ word }) => word);
      expect(nearest.sort()).toEqual(topic.slice(1).sort());
    }
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
    const again = await word2vec(sentences(400), options);
    expect([...again.vectors.values]).toEqual([...vectors.values]);
    const other = await word2vec(sentences(400), { ...options, seed: 1 });
    expect([...other.vectors.values]).not.toEqual([...vectors.values]);
  });

  it("starts from the loss of a coin for each of the words", async () => {
    // Output vectors are 0 at first, so that each of 1 + 3 terms is log 2.
    const { losses } = await word2vec([["a", "b"]], {
      minimumCount: 1,
      negatives: 3,
      epochs: 1,
      subsampling: 1,
    });
    expect(losses[0]).toBeCloseTo(4 * Math.log(2), 5);
  });

  it("takes the default for what is undefined", async () => {
    const options = { minimumCount: 1, epochs: 1 };
    const { vectors } = await word2vec(sentences(4), options);
    const given = { ...options, features: undefined, subsampling: undefined, seed: undefined };
    const again = await word2vec(sentences(4), given as never);
    expect(vectors.features).toBe(100);
    expect([...again.vectors.values]).toEqual([...vectors.values]);
  });

  it("refuses what it cannot take", async () => {
    await expect(word2vec([["a"]], { minimumCount: 1 })).rejects.toThrow("expected two or more");
    await expect(word2vec([["a"]], { window: 0 })).rejects.toThrow("window 0");
    await expect(word2vec([["a"]], { window: 2 ** 33 })).rejects.toThrow(
      "word2vec: received window 8589934592, expected at most 1048576",
    );
    await expect(word2vec([["a"]], { seed: -1 })).rejects.toThrow("word2vec: received seed -1");
    await expect(word2vec([["a"]], { learningRate: -1 })).rejects.toThrow("learningRate -1");
    await expect(word2vec([["a"]], { size: 3 } as never)).rejects.toThrow('"size"');
  });

  it("refuses to give vectors of which nothing was learnt", async () => {
    const nothing = "no sentence of 2 has two words beside each other";
    await expect(word2vec([["a"], ["b"]], { minimumCount: 1 })).rejects.toThrow(nothing);
    const dropped = word2vec(sentences(2), { minimumCount: 1, subsampling: 1e-12 });
    await expect(dropped).rejects.toThrow(nothing);
    const wild = { minimumCount: 1, subsampling: 1, learningRate: 1e30, epochs: 2 };
    await expect(word2vec(sentences(20), wild)).rejects.toThrow(/is not finite; .*learning rate/);
    await expect(word2vec([["a", "b", "c"]], wild)).rejects.toThrow(
      "a vector is not finite after epoch 2 at learningRate 1e+30, expected finite numbers; lower",
    );
  });
});

describe("skip-grams", () => {
  it("stay inside of the window, and come from both sides", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (length, window) => {
          const sentence = Int32Array.from({ length }, (_, index) => index);
          const kept = new Float64Array(length).fill(1);
          const pairs: string[] = [];
          skipGrams(
            sentence,
            window,
            kept,
            new RandomGenerator(1, "dataset"),
            (centre, neighbour) => {
              expect(Math.abs(centre - neighbour)).toBeGreaterThan(0);
              expect(Math.abs(centre - neighbour)).toBeLessThanOrEqual(window);
              pairs.push(`${centre},${neighbour}`);
            },
          );
          expect(new Set(pairs).size).toBe(pairs.length);
          // Next neighbours are in every window.
          for (let place = 1; place < length; place++) {
            expect(pairs).toContain(`${place},${place - 1}`);
            expect(pairs).toContain(`${place - 1},${place}`);
          }
        },
      ),
    );
  });

  it("keep sqrt(t / f) of frequent words and all of the others", () => {
    expect([...keptShares([75, 24, 1], 0.25)].map((share) => share ** 2)).toEqual([
      expect.closeTo(1 / 3, 12),
      1,
      1,
    ]);
  });

  it("draw negatives in proportion to count^0.75", () => {
    const table = negativesTable([16, 1, 81], 36_000);
    const places = [0, 0, 0];
    for (const word of table) places[word] = (places[word] ?? 0) + 1;
    expect(places).toEqual([8000, 1000, 27_000]);
  });
});

describe("WordVectors", () => {
  const vectors = new WordVectors(
    ["a", "b", "c", "zero"],
    Float32Array.of(1, 0, 1, 1, -2, 0, 0, 0),
  );

  it("finds the nearest by cosine", () => {
    const found = vectors.nearest("a", 2);
    expect(found.map(({ word }) => word)).toEqual(["b", "zero"]);
    expect(found[0]?.similarity).toBeCloseTo(Math.SQRT1_2, 7);
    expect(vectors.nearest(Float32Array.of(-1, 0), 1)[0]).toEqual({ word: "c", similarity: 1 });
    expect(vectors.similarity("a", "c")).toBe(-1);
  });

  it("makes rows for a vocabulary", () => {
    const rows = vectors.tensorFor(["unheard", "b"]);
    expect(rows.shape).toEqual([2, 2]);
    expect([...rows.dataSync()]).toEqual([0, 0, 1, 1]);
  });

  it("refuses what it cannot take", () => {
    expect(() => vectors.nearest("z")).toThrow("expected one of its 4 words");
    expect(() => vectors.nearest(Float32Array.of(1))).toThrow("a vector of 1, expected 2");
    expect(() => new WordVectors(["a", "a"], new Float32Array(2))).toThrow('"a" twice');
    expect(() => new WordVectors(["a", "b"], new Float32Array(3))).toThrow("3 values for 2 words");
    expect(() => new WordVectors(["a", "b"], Float32Array.of(1, 2, 3, Number.NaN))).toThrow(
      'received NaN in the vector of "b", expected finite numbers',
    );
    expect(() => vectors.nearest(Float32Array.of(Number.NaN, 1))).toThrow(
      "holds NaN or infinities",
    );
  });
});
