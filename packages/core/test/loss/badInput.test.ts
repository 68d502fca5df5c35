import { describe, expect, test } from "vitest";
import { DTypeError, ShapeError } from "../../src/array/index.js";
import * as loss from "../../src/loss/index.js";
import * as metrics from "../../src/metrics/index.js";
import { ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

const scores = ones([4, 2]);
const labels = zeros([4], "int32");
const kinds = tensor([true, false, true, true]);

type Loss = (...parts: readonly unknown[]) => Tensor;
/** Every loss and distance with tensors that it takes, and options that it does not. */
const table: [name: string, inputs: Tensor[], wrong: object[]][] = [
  ["meanSquaredError", [scores, scores], []],
  ["meanAbsoluteError", [scores, scores], []],
  ["smoothL1", [scores, scores], [{ beta: -1 }, { beta: Number.NaN }, { beta: "1" }]],
  ["huber", [scores, scores], [{ delta: 0 }, { delta: Number.POSITIVE_INFINITY }]],
  ["binaryCrossEntropy", [scores, scores], [{ weights: 2 }, { weights: ones([3]) }]],
  [
    "binaryCrossEntropyWithLogits",
    [scores, scores],
    [
      { weights: ones([4, 2, 1]) },
      { weights: zeros([2], "int32") },
      { positiveWeight: 0 },
      { positiveWeight: ones([4]) },
    ],
  ],
  [
    "crossEntropy",
    [scores, labels],
    [
      { classWeights: [1, 2] },
      { classWeights: ones([4]) },
      { classWeights: ones([1, 2]) },
      { classWeights: zeros([2], "int32") },
      { classWeights: 0 },
      { classWeights: null },
      { labelSmoothing: 1.5 },
      { ignoredIndex: 0.5 },
    ],
  ],
  [
    "negativeLogLikelihood",
    [scores, labels],
    [{ classWeights: ones([3]) }, { classWeights: Number.NaN }, { ignoredIndex: "0" }],
  ],
  [
    "gaussianNegativeLogLikelihood",
    [scores, scores, scores],
    [{ full: 1 }, { epsilon: 0 }, { epsilon: -1e-6 }],
  ],
  [
    "poissonNegativeLogLikelihood",
    [scores, scores],
    [{ logInput: "yes" }, { full: 0 }, { epsilon: 0 }],
  ],
  ["hinge", [scores, scores], []],
  [
    "multiMargin",
    [scores, labels],
    [{ margin: -1 }, { p: 3 }, { classWeights: ones([4]) }, { classWeights: 0 }],
  ],
  [
    "tripletMargin",
    [scores, scores, scores],
    [{ margin: -1 }, { p: 0 }, { epsilon: -1 }, { swap: 1 }],
  ],
  ["contrastive", [scores, scores, kinds], [{ margin: 0 }]],
  ["cosineEmbedding", [scores, scores, kinds], [{ margin: 1.5 }, { margin: "0" }]],
  ["klDivergence", [scores, scores], [{ logTarget: 1 }]],
  ["gaussianDivergence", [scores, scores], []],
];
const distances: typeof table = [
  ["pairwiseDistance", [scores, scores], [{ p: 3 }, { epsilon: -1 }]],
  ["cosineSimilarity", [scores, scores], [{ epsilon: 0 }]],
];
const of = (name: string): Loss => (loss as unknown as Record<string, Loss>)[name] as Loss;

test("the table is complete", () => {
  const others = ["mae", "mse", "weightedSum", "l1Penalty", "l2Penalty", "elasticNetPenalty"];
  const names = [...table, ...distances].map(([name]) => name);
  expect([...names, ...others].sort()).toEqual(Object.keys(loss).sort());
});

describe.each([...table, ...distances])("%s", (name, inputs, wrong) => {
  const compute = of(name);

  test("takes what it should", () => {
    expect([...compute(...inputs).dataSync()].every(Number.isFinite)).toBe(true);
  });

  test("refuses what is no tensor, in every place", () => {
    inputs.forEach((_, place) => {
      for (const given of [undefined, 1, [1, 2]]) {
        expect(() => compute(...inputs.with(place, given as never))).toThrow(
          new RegExp(`^${name}: received .* as the .*, expected a Tensor`),
        );
      }
    });
  });

  test("refuses shapes that do not fit, in every place", () => {
    inputs.forEach((input, place) => {
      const other = ones([3, 5, 2]).cast(input.dtype);
      expect(() => compute(...inputs.with(place, other))).toThrow(ShapeError);
    });
  });

  test("refuses predictions that are not floating", () => {
    const [, ...others] = inputs;
    expect(() => compute(zeros([4, 2], "int32"), ...others)).toThrow(DTypeError);
    expect(() => compute(zeros([4, 2], "int32"), ...others)).toThrow("expected a floating dtype");
  });

  test("refuses options that do not exist, and what are no options", () => {
    expect(() => compute(...inputs, { scale: 2 })).toThrow(
      `${name}: received an option named "scale", expected names among `,
    );
    expect(() => compute(...inputs, null)).toThrow(`${name}: received null as the options`);
    expect(() => compute(...inputs, "sum")).toThrow(`${name}: received "sum" as the options`);
  });

  test("refuses null for every option: it is a value, not the default", () => {
    const names = new Set(wrong.flatMap((options) => Object.keys(options)));
    for (const option of names) {
      expect(() => compute(...inputs, { [option]: null })).toThrow(
        new RegExp(`^${name}: received (null as )?${option}`),
      );
      expect(() => compute(...inputs, { [option]: undefined }).dataSync()).not.toThrow();
    }
  });

  test("refuses values of options out of their range, by name", () => {
    for (const options of wrong) {
      const [option] = Object.keys(options);
      expect(() => compute(...inputs, options), JSON.stringify(options)).toThrow(
        new RegExp(`^${name}: received .*${option}`),
      );
    }
  });
});

test.each(table)("%s refuses another reduction", (name, inputs) => {
  expect(() => of(name)(...inputs, { reduction: "average" })).toThrow(
    `${name}: received reduction "average", expected one of "mean", "sum", "none"`,
  );
});

test.each([metrics.accuracy(), metrics.meanSquaredError(), metrics.r2()])(
  "$name refuses a target that is no tensor",
  ({ statistics }) => {
    expect(() => statistics(ones([4, 2]), undefined as never)).toThrow(/expected a Tensor/);
  },
);

test("probabilities as targets refuse class weights that are none too", () => {
  expect(() => loss.crossEntropy(scores, scores, { classWeights: 0 as never })).toThrow(
    "crossEntropy: received 0 as classWeights, expected a Tensor.",
  );
});

test("what are no options", () => {
  expect(() => metrics.meanSquaredError(200 as never)).toThrow(
    "meanSquaredError: received 200 as the options",
  );
  expect(() => metrics.r2(null as never)).toThrow("r2: received null as the options");
  expect(() => metrics.r2({ ref: 1 } as never)).toThrow('r2: received an option named "ref"');
  expect(() => metrics.r2({ reference: "1" as never })).toThrow(
    'r2: received reference "1", expected a finite number.',
  );
});

test("a unit is a finite number", () => {
  expect(() => metrics.meanSquaredError({ unit: Number.NaN })).toThrow(
    "meanSquaredError: received unit NaN",
  );
  expect(() => metrics.meanAbsoluteError({ unit: "2" as never })).toThrow('unit "2"');
});
