import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError, ShapeError } from "../../src/array/index.js";
import {
  classDistribution,
  classWeights,
  oversample,
  TensorDataset,
  undersample,
} from "../../src/data/index.js";
import { tensor } from "../../src/tensor/index.js";

const datasetOf = (samples: number) => new TensorDataset([tensor(new Float32Array(samples))]);
const counts = (values: Iterable<number>): Map<number, number> => {
  const found = new Map<number, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
};
/** Labels whose classes have these sizes, mixed. */
const labelsOf = (sizes: readonly number[]): number[] =>
  sizes
    .flatMap((size, label) => Array.from({ length: size }, (_, each) => [each / size, label]))
    .sort(([a = 0], [b = 0]) => a - b)
    .map(([, label = 0]) => label);

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });

describe("classWeights", () => {
  it("gives scikit-learn's balanced weights", () => {
    // compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 1, 2])
    const weights = classWeights([0, 0, 0, 1, 1, 2]);
    expect(weights.dtype).toBe("float32");
    [6 / 9, 1, 2].forEach((expected, label) => {
      expect(weights.dataSync()[label]).toBeCloseTo(expected, 6);
    });
  });

  it("takes labels as a tensor, of one axis", () => {
    const labels = tensor(Int32Array.of(0, 0, 0, 1));
    const weights = classWeights(labels, { classes: ["common", "rare"] });
    expect([...weights.dataSync()]).toEqual([Math.fround(2 / 3), 2]);
    expect([...oversample(datasetOf(4), labels).indices].filter((each) => each === 3)).toEqual([
      3, 3, 3,
    ]);
    expect(String(classDistribution({ all: labels }))).toContain("25.00 %");
    expect(() => classWeights(labels.reshape([2, 2]))).toThrow(ShapeError);
  });

  it("weighs every class the same, with a mean of 1 over the samples", () => {
    fc.assert(
      fc.property(sizes, (each) => {
        const labels = labelsOf(each);
        const weights = classWeights(Uint8Array.from(labels)).dataSync();
        each.forEach((size, label) => {
          expect((weights[label] ?? 0) * size * each.length).toBeCloseTo(labels.length, 3);
        });
      }),
    );
  });

  it.each([
    [() => classWeights([0, 2], { classes: 4 }), /no sample of classes 1, 3 of 4/],
    [() => classWeights([0, 2]), /no sample of class 1 of 3/],
    [
      () => classWeights([0, 3], { classes: 3 }),
      /received 3 in labels for sample 1, expected integers from 0 to 2/,
    ],
    [() => classWeights([0, 0.5]), /0.5 in labels for sample 1, expected integers from 0\./],
    [() => classWeights([]), /received no label/],
    [() => classWeights("001" as never), /received "001" as labels/],
    [() => classWeights([0], { classes: 0 }), /received classes 0/],
    [
      () => classWeights([0, 1], { classes: ["ham", "spam", "virus"] }),
      /no sample of class virus of 3/,
    ],
    [() => classWeights([0, 30_000]), /classes 1, 2, .*, 12 and 29987 more of 30001/],
  ])("refuses %s", (attempt, message) => {
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(message);
  });
});

describe("oversample and undersample", () => {
  it("repeat what is rare evenly, and leave nothing out", () => {
    fc.assert(
      fc.property(sizes, fc.nat(99), (each, seed) => {
        const labels = labelsOf(each);
        const { indices } = oversample(datasetOf(labels.length), labels, { seed });
        const largest = Math.max(...each);
        const times = counts(indices);
        expect(times.size).toBe(labels.length);
        for (const [label, count] of counts([...indices].map((index) => labels[index] ?? -1))) {
          expect(count).toBe(largest);
          const rounds = largest / (each[label] ?? 0);
          labels.forEach((other, sample) => {
            if (other !== label) return;
            expect([Math.floor(rounds), Math.ceil(rounds)]).toContain(times.get(sample));
          });
        }
      }),
    );
  });

  it("thin what is common, and take nothing twice", () => {
    fc.assert(
      fc.property(sizes, fc.nat(99), (each, seed) => {
        const labels = labelsOf(each);
        const { indices } = undersample(datasetOf(labels.length), labels, { seed });
        expect(new Set(indices).size).toBe(indices.length);
        const found = counts([...indices].map((index) => labels[index] ?? -1));
        expect(found.size).toBe(each.length);
        for (const count of found.values()) expect(count).toBe(Math.min(...each));
      }),
    );
  });

  it("repeat themselves for the same seed only, in an order that mixes the classes", () => {
    const labels = labelsOf([40, 10]);
    const draw = (seed: number) => [...undersample(datasetOf(50), labels, { seed }).indices];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const classes = draw(1).map((index) => labels[index]);
    expect(classes).not.toEqual([...classes].sort());
  });

  it("refuse labels of another length, and what is no class", () => {
    expect(() => oversample(datasetOf(3), [0, 1])).toThrow(
      "2 values in labels for 3 samples, expected the class of each; labels",
    );
    expect(() => undersample(datasetOf(2), [0, -1])).toThrow("undersample: received -1 in labels");
    expect(() => undersample(datasetOf(2), [0, 1], { ratio: 2 } as never)).toThrow('"ratio"');
  });
});

describe("classDistribution", () => {
  it("gives counts and shares, and names the classes that a part lacks", () => {
    const distribution = classDistribution(
      { train: [0, 0, 1, 0], test: Uint8Array.of(0, 2) },
      { classes: ["ham", "spam", "virus"] },
    );
    expect(distribution.parts.train).toEqual({
      counts: [3, 1, 0],
      shares: [0.75, 0.25, 0],
      empty: [2],
    });
    expect(String(distribution).split("\n")).toEqual([
      "class  train    share  test    share",
      "------------------------------------",
      "ham        3  75.00 %     1  50.00 %",
      "spam       1  25.00 %     0   0.00 %",
      "virus      0   0.00 %     1  50.00 %",
      "train has no sample of class virus",
      "test has no sample of class spam",
    ]);
  });

  it("numbers the classes where they have no names", () => {
    const { classes, parts } = classDistribution({ train: [0], test: [2] });
    expect(classes).toEqual(["0", "1", "2"]);
    expect(parts.train?.empty).toEqual([1, 2]);
  });

  it("refuses labels without a name, and no parts", () => {
    expect(() => classDistribution({ train: [0, 2] }, { classes: ["a", "b"] })).toThrow(
      "received 2 in train for sample 1, expected integers from 0 to 1",
    );
    expect(() => classDistribution({ train: [0, 1], test: [] })).toThrow(
      "classDistribution: received no label in test, expected at least one",
    );
    expect(() => classDistribution({})).toThrow(ArgumentError);
    expect(() => classDistribution([0, 1] as never)).toThrow("expected the labels of each part");
  });
});
