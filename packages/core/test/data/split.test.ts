import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import { split, TensorDataset } from "../../src/data/index.js";
import { tensor } from "../../src/tensor/index.js";

const datasetOf = (samples: number) => new TensorDataset([tensor(new Float32Array(samples))]);

const histogram = (indices: Int32Array, labels: readonly number[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const index of indices) {
    const label = labels[index] as number;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
};

describe("split", () => {
  it("deals every sample to exactly one part", () => {
    const parts = split(datasetOf(103), [0.6, 0.3, 0.1], { seed: 5 });
    const all = parts.flatMap(({ indices }) => [...indices]).sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 103 }, (_, index) => index));
    expect(parts.map(({ length }) => length)).toEqual([62, 31, 10]);
  });

  it("takes counts as they are", () => {
    const [train, rest] = split(datasetOf(10), [7, 3]);
    expect([train.length, rest.length]).toEqual([7, 3]);
  });

  it("cuts the digits into 48,000 and 12,000", () => {
    const [train, validation] = split(datasetOf(60_000), [0.8, 0.2], { seed: 42 });
    expect([train.length, validation.length]).toEqual([48_000, 12_000]);
  });

  it("repeats itself for the same seed only, and is in random order", () => {
    const first = (seed: number) => [...split(datasetOf(50), [0.5, 0.5], { seed })[0].indices];
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    expect(first(1)).not.toEqual([...first(1)].sort((a, b) => a - b));
  });

  it("gives every sample the same chance of being in a part", () => {
    const times = new Array<number>(8).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      for (const index of split(datasetOf(8), [2, 6], { seed })[0].indices) {
        times[index] = (times[index] as number) + 1;
      }
    }
    // 1000 expected, standard deviation 27.
    for (const count of times) expect(Math.abs(count - 1000)).toBeLessThan(110);
  });

  it("keeps the proportions of the classes with stratifyBy", () => {
    // 700 of class 0, 200 of class 1, 100 of class 2, mixed.
    const labels = Array.from({ length: 1000 }, (_, i) => (i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2));
    const [train, test] = split(datasetOf(1000), [0.8, 0.2], { seed: 3, stratifyBy: labels });
    expect(histogram(train.indices, labels)).toEqual({ 0: 560, 1: 160, 2: 80 });
    expect(histogram(test.indices, labels)).toEqual({ 0: 140, 1: 40, 2: 20 });
    expect([...test.indices].map((index) => labels[index])).not.toEqual(
      [...test.indices].map((index) => labels[index]).sort(),
    );
  });

  describe("with classes that do not divide", () => {
    const sizes = fc.array(fc.integer({ min: 4, max: 60 }), { minLength: 1, maxLength: 6 });
    const fractions = fc
      .array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 4 })
      .map((weights) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return weights.map((weight) => weight / total);
      });
    /** The samples of each part by class, next to the proportions. */
    const dealt = (each: readonly number[], parts: readonly number[], seed: number) => {
      const labels = each.flatMap((size, label) => new Array<number>(size).fill(label));
      const found = split(labels.length, parts, { seed, stratifyBy: labels });
      const cells = found.flatMap((indices) => {
        const counts = histogram(indices, labels);
        return each.map((size, label) => ({
          count: counts[label] ?? 0,
          share: (size * indices.length) / labels.length,
        }));
      });
      const all = found.flatMap((indices) => [...indices]).sort((a, b) => a - b);
      expect(all).toEqual(labels.map((_, index) => index));
      return { cells, lengths: found.map(({ length }) => length) };
    };
    const narrowest = (each: readonly number[], parts: readonly number[]): number =>
      Math.floor(Math.min(...parts) * each.reduce((sum, size) => sum + size, 0));

    it("gives every part one of each class, and exact totals", () => {
      fc.assert(
        fc.property(sizes, fractions, fc.nat(99), (each, parts, seed) => {
          fc.pre(narrowest(each, parts) >= Math.max(1, each.length));
          const { cells, lengths } = dealt(each, parts, seed);
          expect(Math.min(...cells.map(({ count }) => count))).toBeGreaterThanOrEqual(1);
          const plain = split(
            each.reduce((sum, size) => sum + size, 0),
            parts,
          );
          expect(lengths).toEqual(plain.map(({ length }) => length));
        }),
      );
    });

    it("rounds proportions down or up where all of them are at least one", () => {
      fc.assert(
        fc.property(sizes, fractions, fc.nat(99), (each, parts, seed) => {
          fc.pre(narrowest(each, parts) >= each.length && narrowest(each, parts) >= 1);
          const { cells } = dealt(each, parts, seed);
          fc.pre(cells.every(({ share }) => share >= 1));
          for (const { count, share } of cells) {
            expect([Math.floor(share), Math.ceil(share)]).toContain(count);
          }
        }),
      );
    });

    it("shows a class of two among a hundred to both parts", () => {
      const labels = Array.from({ length: 100 }, (_, index) => (index < 2 ? 1 : 0));
      for (let seed = 0; seed < 50; seed++) {
        const [train, test] = split(100, [0.9, 0.1], { seed, stratifyBy: labels });
        expect(histogram(train, labels)).toEqual({ 0: 89, 1: 1 });
        expect(histogram(test, labels)).toEqual({ 0: 9, 1: 1 });
      }
    });

    it("refuses a part that cannot hold one of each class", () => {
      const labels = Array.from({ length: 40 }, (_, index) => index >> 1);
      expect(() => split(40, [30, 10], { stratifyBy: labels })).toThrow(
        "split: part 1 has 10 of the 40 samples, expected at least 20, one of each class",
      );
    });
  });

  it("gives the indices of a number of samples, and typed parts", () => {
    const [train, test] = split(10, [0.8, 0.2], { seed: 4 });
    const [same, rest] = split(datasetOf(10), [0.8, 0.2], { seed: 4 });
    expect([train, test]).toEqual([same.indices, rest.indices]);
    const labels = tensor(Int32Array.from({ length: 10 }, (_, index) => index % 2));
    const [half] = split(10, [4, 6], { stratifyBy: labels });
    expect([...half].map((index) => index % 2).sort()).toEqual([0, 0, 1, 1]);
  });

  it.each([
    [[0.8, 0.3], /add up to 1.1; expected fractions that add up to 1/],
    [[5, 4], /add up to 9; expected .* counts of at least 1 that add up to 10/],
    [[1.2, -0.2], /expected fractions/],
    [[10, 0], /expected fractions/],
    [[], /parts \[\]/],
    [[0.99, 0.01], /give parts of \[10, 0\]; expected no empty part/],
  ] as const)("refuses parts %j of 10 samples", (parts, message) => {
    expect(() => split(datasetOf(10), parts)).toThrow(ArgumentError);
    expect(() => split(datasetOf(10), parts)).toThrow(message);
  });

  it("refuses labels of another length, and classes too small to share", () => {
    const dataset = datasetOf(4);
    expect(() => split(dataset, [2, 2], { stratifyBy: [0, 0, 1] })).toThrow(
      /received 3 values in stratifyBy for 4 samples/,
    );
    for (const wrong of [0, null, "abab", new Map()]) {
      expect(() => split(dataset, [2, 2], { stratifyBy: wrong as never })).toThrow(
        /^split: received .* as stratifyBy, expected the class of each sample, in a list, a typed array or a tensor/,
      );
    }
    expect(() => split(dataset, [2, 2], { stratifyBy: [0, 0, 0, 7] })).toThrow(
      /class 7 of stratifyBy has 1 of the 4 samples, expected at least 2/,
    );
  });

  it("refuses a bad seed", () => {
    expect(() => split(datasetOf(4), [2, 2], { seed: -1 })).toThrow(/^split: received seed -1/);
  });
});
