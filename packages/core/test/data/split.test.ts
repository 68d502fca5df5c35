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

  it("keeps totals exact, and classes within one, where proportions are no whole numbers", () => {
    const labels = Array.from({ length: 101 }, (_, i) => (i * i) % 7);
    const whole = histogram(
      Int32Array.from(labels, (_, index) => index),
      labels,
    );
    const [train, test] = split(datasetOf(101), [0.7, 0.3], { seed: 9, stratifyBy: labels });
    expect([train.length, test.length]).toEqual([71, 30]);
    const received = histogram(train.indices, labels);
    for (const [label, count] of Object.entries(whole)) {
      expect(Math.abs((received[Number(label)] ?? 0) - (count * 71) / 101)).toBeLessThanOrEqual(1);
    }
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
      /received 3 labels in stratifyBy for 4 samples/,
    );
    for (const wrong of [0, null, "abab", new Map()]) {
      expect(() => split(dataset, [2, 2], { stratifyBy: wrong as never })).toThrow(
        /^split: received .* as stratifyBy, expected the class of each sample, in a list or a typed/,
      );
    }
    expect(() => split(dataset, [2, 2], { stratifyBy: [0, 0, 0, 7] })).toThrow(
      /class 7 of stratifyBy has 1 of the 4 samples, expected at least 2/,
    );
  });

  it("refuses a bad seed", () => {
    expect(() => split(datasetOf(4), [2, 2], { seed: -1 })).toThrow(/seed: received -1/);
  });
});
