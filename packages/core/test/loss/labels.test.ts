import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crossEntropy, multiMargin, negativeLogLikelihood } from "../../src/loss/index.js";
import { SGD } from "../../src/optim/index.js";
import {
  compile,
  explain,
  ones,
  Parameter,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";

const none = { reduction: "none" } as const;
const int32 = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "int32" });
const logits = tensor([
  [2, 1, -1],
  [0, 0.5, 1],
  [-2, 0.25, 3],
]);
const y = int32([0, 1, 1]);
const weights = tensor([0.5, 2, 4]);

const elements = (each: Tensor): number[] => [...each.dataSync()];

describe("class weights", () => {
  test("the mean is divided by the weights of the labels", () => {
    const [a, b, c] = elements(crossEntropy(logits, y, none)) as [number, number, number];
    const weighed = [0.5 * a, 2 * b, 2 * c] as const;
    expectElements(crossEntropy(logits, y, { classWeights: weights, ...none }), weighed);
    const mean = (weighed[0] + weighed[1] + weighed[2]) / (0.5 + 2 + 2);
    expectElements(crossEntropy(logits, y, { classWeights: weights }), [mean]);
  });

  test("weights that are all the same leave the mean as it is", () => {
    const same = crossEntropy(logits, y, { classWeights: ones([3]).mul(7) });
    expectElements(same, elements(crossEntropy(logits, y)));
  });
});

describe("an ignored index", () => {
  const some = int32([0, -100, 1]);
  const options = { ignoredIndex: -100 };

  test("is as if the sample were not there", () => {
    const kept = tensor([
      [2, 1, -1],
      [-2, 0.25, 3],
    ]);
    const both = { ...options, classWeights: weights, labelSmoothing: 0.1 };
    const { ignoredIndex: _, ...rest } = both;
    for (const [given, without] of [
      [options, {}],
      [both, rest],
    ]) {
      const expected = crossEntropy(kept, int32([0, 1]), without);
      expectElements(crossEntropy(logits, some, given), elements(expected));
    }
  });

  test("costs nothing and gives no gradient", () => {
    const x = leaf([
      [2, 1, -1],
      [0, 0.5, 1],
      [-2, 0.25, 3],
    ]);
    const costs = crossEntropy(x, some, { ...options, ...none });
    expect(elements(costs)[1]).toBe(0);
    costs.sum().backward();
    expect([...(x.grad?.dataSync() ?? [])].slice(3, 6)).toEqual([0, 0, 0]);
  });

  test("every other label out of range is still told", () => {
    expect(() => crossEntropy(logits, int32([0, -1, 1]), options).dataSync()).toThrow(
      "labels of crossEntropy: received index -1, expected 0 to 2",
    );
  });

  test("a mean over nothing is NaN, as in PyTorch, and a compiled step says so", () => {
    const nothing = int32([-100, -100, -100]);
    expect(crossEntropy(logits, nothing, options).itemSync()).toBeNaN();
    expectElements(crossEntropy(logits, nothing, { ...options, reduction: "sum" }), [0]);
    const bias = new Parameter(tensor([1, 2, 3]));
    const optimizer = new SGD([bias]);
    const step = compile((labels: Tensor) => {
      const cost = crossEntropy(logits.add(bias), labels, options);
      cost.backward();
      optimizer.step();
      return cost;
    });
    expect(() => step(nothing)).toThrow("not finite");
  });

  test("uint8 labels can have one beyond the classes", () => {
    const labels = tensor([0, 255, 1], { dtype: "uint8" });
    const costs = crossEntropy(logits, labels, { ignoredIndex: 255, ...none });
    expect(elements(costs)[1]).toBe(0);
  });
});

describe("probabilities as targets", () => {
  const oneHot = tensor([
    [1, 0, 0],
    [0, 1, 0],
    [0, 1, 0],
  ]);

  test("one-hot rows are labels, except for the weighted mean", () => {
    for (const options of [{}, { labelSmoothing: 0.25 }, { classWeights: weights, ...none }]) {
      const expected = crossEntropy(logits, y, options);
      expectElements(crossEntropy(logits, oneHot, options), elements(expected));
    }
    const sum = crossEntropy(logits, y, { classWeights: weights, reduction: "sum" }).itemSync();
    expectElements(crossEntropy(logits, oneHot, { classWeights: weights }), [sum / 3]);
  });

  test("their loss is least where the prediction is they", () => {
    const q = tensor([[0.5, 0.25, 0.25]]);
    const entropy = 0.5 * Math.log(2) + 0.5 * Math.log(4);
    expectElements(crossEntropy(q.log(), q), [entropy]);
    expect(crossEntropy(tensor([[0.1, 0, 0]]), q).itemSync()).toBeGreaterThan(entropy);
  });

  test("have no ignored index", () => {
    expect(() => crossEntropy(logits, oneHot, { ignoredIndex: 0 })).toThrow(
      "crossEntropy: received ignoredIndex 0 and targets that are probabilities, expected labels " +
        "with it.",
    );
  });
});

test("label smoothing keeps certain predictions from being the best", () => {
  const certain = tensor([[20, 0]]);
  const unsure = tensor([[2, 0]]);
  const labels = int32([0]);
  const costs = (options: object): [number, number] => [
    crossEntropy(certain, labels, options).itemSync(),
    crossEntropy(unsure, labels, options).itemSync(),
  ];
  const [hard, soft] = [costs({}), costs({ labelSmoothing: 0.2 })];
  expect(hard[0]).toBeLessThan(hard[1]);
  expect(soft[0]).toBeGreaterThan(soft[1]);
});

test("positions are samples of their own, wherever the axes stand", () => {
  const sizes = fc.integer({ min: 1, max: 3 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 2, max: 4 }), sizes, sizes, (n, c, h, w) => {
      const count = n * c * h * w;
      const shape = [n, c, h, w];
      const x = tensor(
        Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i)),
        { shape },
      );
      const picked = Int32Array.from({ length: n * h * w }, (_, i) => (i * i + 1) % c);
      const labels = tensor(picked, { shape: [n, h, w] });
      const rows = x.permute([0, 2, 3, 1]).reshape([n * h * w, c]);
      for (const loss of [crossEntropy, negativeLogLikelihood, multiMargin]) {
        const options = { classWeights: ones([c]).mul(0.5) };
        const flat = loss(rows, labels.flatten(), { ...options, ...none });
        const grid = loss(x, labels, { ...options, ...none });
        expect(grid.shape).toEqual([n, h, w]);
        expectElements(grid, elements(flat));
        const mean = loss(rows, labels.flatten(), options).itemSync();
        expectElements(loss(x, labels, options), [mean]);
      }
    }),
    { numRuns: 20 },
  );
});

test("cross-entropy is the likelihood of log-softmax, to the bit", () => {
  for (const options of [{}, { classWeights: weights, ignoredIndex: 0 }]) {
    const likelihood = negativeLogLikelihood(logits.logSoftmax(1), y, options);
    expect(elements(crossEntropy(logits, y, options))).toEqual(elements(likelihood));
  }
});

test("without options cross-entropy costs what its formula does", () => {
  const formula = (x: Tensor, labels: Tensor): Tensor =>
    x
      .logSoftmax(1)
      .takeAlong(labels.unsqueeze(1), 1, "labels of crossEntropy")
      .squeeze(1)
      .neg()
      .mean();
  const plain = (x: Tensor, labels: Tensor): Tensor => crossEntropy(x, labels);
  expect(explain(plain, logits, y)).toBe(explain(formula, logits, y));
});

describe("bad input", () => {
  test.each<[string, () => Tensor, string]>([
    [
      "classes on the last axis",
      () => crossEntropy(ones([2, 5, 5, 3]), zeros([2, 5, 5], "int32")),
      "crossEntropy: received logits (2, 5, 5, 3) and int32 labels (2, 5, 5), expected one label for " +
        "each position, (2, 5, 3); classes are on axis 1, so bring them there with " +
        ".permute([0, 3, 1, 2]) of the logits.",
    ],
    [
      "another number of positions",
      () => negativeLogLikelihood(ones([2, 3, 4]), zeros([2, 5], "int32")),
      "negativeLogLikelihood: received log-probabilities (2, 3, 4) and int32 labels (2, 5), expected " +
        "one label for each position, (2, 4).",
    ],
    [
      "weights for other classes",
      () => crossEntropy(logits, y, { classWeights: ones([4]) }),
      "crossEntropy: received classWeights (4,), expected one weight for each class, (3,).",
    ],
    [
      "integer weights",
      () => multiMargin(logits, y, { classWeights: int32([1, 2, 3]) }),
      "multiMargin: received classWeights of dtype int32, expected float32; convert them with " +
        '.cast("float32").',
    ],
  ])("%s", (_, compute, message) => {
    expect(compute).toThrow(message);
  });
});
