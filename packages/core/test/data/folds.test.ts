import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import {
  expandingFolds,
  type Fold,
  kFold,
  split,
  splitByTime,
  TensorDataset,
} from "../../src/data/index.js";
import { tensor } from "../../src/tensor/index.js";

const datasetOf = (samples: number) => new TensorDataset([tensor(new Float32Array(samples))]);
const sorted = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b);
const upTo = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** Every sample is tested once, and each fold trains on all the others. */
function expectPartition(folds: readonly Fold[], length: number): void {
  expect(sorted(folds.flatMap(({ validation }) => [...validation]))).toEqual(upTo(length));
  for (const { train, validation } of folds) {
    expect(sorted([...train, ...validation])).toEqual(upTo(length));
  }
}

const seeds = fc.integer({ min: 0, max: 1000 });
const folds = fc.integer({ min: 2, max: 7 });

describe("kFold", () => {
  it("makes the parts of a fold when they are asked for", () => {
    // All of them at once would be 14 GB.
    const folds = kFold(60_000, 60_000);
    const { train, validation } = folds[59_999] as Fold;
    expect([train.length, validation.length, folds.length]).toEqual([59_999, 1, 60_000]);
    const later = expandingFolds(20_000, 19_000);
    expect(later.at(-1)?.train.length).toBe(19_999);
  });

  it("takes many groups", () => {
    const found = kFold(2000, 2000, { groupBy: upTo(2000) });
    expect(sorted(found.map(({ validation }) => validation[0] ?? -1))).toEqual(upTo(2000));
  });

  it("tests every sample once, in folds of one size but for one sample", () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 80 }), folds, seeds, (length, k, seed) => {
        const found = kFold(length, k, { seed });
        expectPartition(found, length);
        const sizes = found.map(({ validation }) => validation.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("keeps the proportions of classes within one sample", () => {
    const classes = fc.array(fc.integer({ min: 7, max: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(classes, folds, seeds, (sizes, k, seed) => {
        const stratifyBy = sizes.flatMap((size, label) =>
          new Array<string>(size).fill(`c${label}`),
        );
        const found = kFold(stratifyBy.length, k, { seed, stratifyBy });
        expectPartition(found, stratifyBy.length);
        sizes.forEach((size, label) => {
          for (const { validation } of found) {
            const members = validation.filter((sample) => stratifyBy[sample] === `c${label}`);
            expect([Math.floor(size / k), Math.ceil(size / k)]).toContain(members.length);
          }
        });
      }),
    );
  });

  it("keeps groups apart, and gives each fold one", () => {
    const groups = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 7, maxLength: 20 });
    fc.assert(
      fc.property(groups, folds, seeds, (sizes, k, seed) => {
        const groupBy = sizes.flatMap((size, group) => new Array<number>(size).fill(group));
        const found = kFold(groupBy.length, k, { seed, groupBy });
        expectPartition(found, groupBy.length);
        for (const { train, validation } of found) {
          expect(validation.length).toBeGreaterThan(0);
          const tested = new Set([...validation].map((sample) => groupBy[sample]));
          expect([...train].filter((sample) => tested.has(groupBy[sample]))).toEqual([]);
        }
        const lengths = found.map(({ validation }) => validation.length);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(Math.max(...sizes));
      }),
    );
  });

  it("gives subsets of a dataset", () => {
    const [fold] = kFold(datasetOf(9), 3, { seed: 5 });
    const [indices] = kFold(9, 3, { seed: 5 });
    expect(fold?.train.indices).toEqual(indices?.train);
    expect(fold?.validation.indices).toEqual(indices?.validation);
  });

  it("repeats itself for the same seed only", () => {
    const first = (seed: number) => [...(kFold(50, 5, { seed })[0]?.validation ?? [])];
    expect(first(3)).toEqual(first(3));
    expect(first(3)).not.toEqual(first(4));
    expect(first(3)).not.toEqual(sorted(first(3)));
  });

  it.each([
    [() => kFold(3, 4), /kFold: received 4 folds, expected an integer from 2 to 3/],
    [() => kFold(10, 1), /received 1 folds/],
    [() => kFold(0, 2), /received 0 samples/],
    [() => kFold({} as never, 2), /kFold: received a plain object, expected a dataset/],
    [() => kFold(4, 2, { groupBy: [1, 1, 1, 1] }), /1 groups in groupBy for 2 parts/],
    [() => kFold(4, 2, { groupBy: [1, 1, 1] }), /3 values in groupBy for 4 samples/],
    [
      () => kFold(4, 2, { stratifyBy: ["a", "b", "a", "a"] }),
      /class b of stratifyBy has 1 of the 4/,
    ],
    [
      () => kFold(4, 2, { stratifyBy: [1, 1, 2, 2], groupBy: [1, 2, 3, 4] }),
      /stratifyBy and groupBy, expected one/,
    ],
    [() => kFold(4, 2, { groups: [1, 2, 3, 4] } as never), /an option named "groups"/],
  ])("refuses %s", (attempt, message) => {
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });
});

describe("split with groupBy", () => {
  it("meets the counts as nearly as groups allow, and divides none", () => {
    const groupBy = upTo(100).map((sample) => `writer ${sample % 20}`);
    const [train, test] = split(datasetOf(100), [0.8, 0.2], { seed: 2, groupBy });
    expect([train.length, test.length]).toEqual([80, 20]);
    const tested = new Set([...test.indices].map((sample) => groupBy[sample]));
    expect(tested.size).toBe(4);
    expect([...train.indices].some((sample) => tested.has(groupBy[sample] ?? ""))).toBe(false);
  });

  it("leaves no part empty where there is a group for each", () => {
    const groupBy = upTo(10).map((sample) => Math.floor(sample / 5));
    const [train, test] = split(datasetOf(10), [0.9, 0.1], { groupBy });
    expect([train.length, test.length]).toEqual([5, 5]);
  });
});

describe("splitByTime", () => {
  it("cuts in the order of the samples, with a gap before each cut", () => {
    const [train, validation, test] = splitByTime(datasetOf(10), [5, 3, 2], { gap: 1 });
    expect([...train.indices]).toEqual([0, 1, 2, 3]);
    expect([...validation.indices]).toEqual([5, 6]);
    expect([...test.indices]).toEqual([8, 9]);
  });

  it("puts every sample of a part before every sample of the next, whatever the times", () => {
    const times = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(times, (timeOf) => {
        fc.pre(timeOf.filter((time) => time === Math.max(...timeOf)).length < timeOf.length * 0.3);
        const [past, future] = splitByTime(datasetOf(timeOf.length), [0.5, 0.5], { timeOf });
        expect(sorted([...past.indices, ...future.indices])).toEqual(upTo(timeOf.length));
        const times = (indices: Int32Array) => [...indices].map((sample) => timeOf[sample] ?? 0);
        expect(Math.max(...times(past.indices))).toBeLessThan(Math.min(...times(future.indices)));
      }),
    );
  });

  it("leaves out whole times where samples have them", () => {
    // Three samples a day; the gap is a day, whatever the number of samples.
    const timeOf = upTo(12).map((sample) => Math.floor(sample / 3));
    const [past, future] = splitByTime(12, [8, 4], { timeOf, gap: 1 });
    expect([...past]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...future]).toEqual([9, 10, 11]);
    const [shorter] = splitByTime(datasetOf(12), [8, 4], { timeOf: tensor(timeOf), gap: 2 });
    expect([...shorter.indices]).toEqual([0, 1, 2]);
    expect(() => splitByTime(12, [8, 4], { timeOf, gap: 3 })).toThrow("the gap of 3");
  });

  it.each([
    [
      () => splitByTime(datasetOf(4), [2, 2], { gap: 2 }),
      /part 0 of 2 has no sample left.*gap of 2/,
    ],
    [
      () => splitByTime(datasetOf(4), [2, 2], { timeOf: [1, 7, 7, 7] }),
      /part 1 of 2 has no sample/,
    ],
    [() => splitByTime(datasetOf(4), [2, 2], { gap: -1 }), /received gap -1/],
    [() => splitByTime(datasetOf(4), [2, 3]), /splitByTime: received parts \[2, 3\]/],
    [
      () => splitByTime(datasetOf(2), [1, 1], { timeOf: [0, Number.NaN] }),
      /received NaN as the time of sample 1/,
    ],
  ])("refuses %s", (attempt, message) => {
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });
});

describe("expandingFolds", () => {
  it("tests on equal runs up to the last sample, after all that came before", () => {
    const found = expandingFolds(datasetOf(7), 3).map(({ train, validation }) => [
      [...train.indices],
      [...validation.indices],
    ]);
    // The folds of scikit-learn's TimeSeriesSplit(3).
    expect(found).toEqual([
      [upTo(4), [4]],
      [upTo(5), [5]],
      [upTo(6), [6]],
    ]);
  });

  it("never trains on the future", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 99 }), folds, fc.nat(2), (length, k, gap) => {
        const found = expandingFolds(length, k, { gap });
        expect(found).toHaveLength(k);
        found.forEach(({ train, validation }, fold) => {
          expect(train.at(-1)).toBe((validation[0] ?? 0) - gap - 1);
          expect([...train]).toEqual(upTo(train.length));
          expect(found[fold + 1]?.validation[0] ?? length).toBe((validation.at(-1) ?? 0) + 1);
        });
      }),
    );
  });

  it("refuses folds that leave nothing to train on", () => {
    expect(() => expandingFolds(10, 3, { validationSize: 3, gap: 1 })).toThrow(ArgumentError);
    expect(() => expandingFolds(10, 3, { validationSize: 3, gap: 1 })).toThrow(
      "3 validation parts of 3 and a gap of 1 leave 0 of 10 samples",
    );
    expect(() => expandingFolds(10, 2, { validationSize: 0 })).toThrow("parts of 0");
  });
});
