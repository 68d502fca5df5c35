import { describe, expect, test } from "vitest";
import {
  contrastive,
  cosineEmbedding,
  cosineSimilarity,
  hinge,
  multiMargin,
  pairwiseDistance,
  tripletMargin,
} from "../../src/loss/index.js";
import { ones, type Tensor, tensor } from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";

const none = { reduction: "none" } as const;
const elements = (each: Tensor | null): number[] => [...(each?.dataSync() ?? [])];

describe("hinge", () => {
  const scores = [2, 0.5, -1, 1];

  test("max(0, 1 - y x), without slope at the margin", () => {
    const x = leaf(scores);
    const y = tensor([1, 1, 1, 1]);
    expectElements(hinge(x, y, none), [0, 0.5, 2, 0]);
    hinge(x, y, { reduction: "sum" }).backward();
    expectElements(x.grad, [0, -1, -1, 0]);
  });

  test.each(["uint8", "int32"] as const)("targets are floating or bool, not %s labels", (dtype) => {
    const x = tensor(scores);
    const expected = elements(hinge(x, tensor([1, -1, 1, -1]), none));
    expectElements(hinge(x, tensor([true, false, true, false]), none), expected);
    const labels = tensor([1, 0, 1, 0], { dtype });
    expectElements(hinge(x, labels.equal(1), none), expected);
    expect(() => hinge(x, labels)).toThrow(
      `hinge: received targets of dtype ${dtype}, expected bools, or -1 and 1 of dtype float32; make ` +
        "bools of labels with .equal(1).",
    );
  });
});

describe("multi-class margin", () => {
  test("compares the label with every other class", () => {
    const x = tensor([[0.1, 0.2, 0.4, 0.8]]);
    const y = tensor([3], { dtype: "int32" });
    const others = [0.1, 0.2, 0.4].map((score) => 1 - 0.8 + score);
    const sum = (power: number): number => others.reduce((total, v) => total + v ** power, 0) / 4;
    expectElements(multiMargin(x, y), [sum(1)]);
    expectElements(multiMargin(x, y, { p: 2 }), [sum(2)]);
  });

  test("of two classes is half the hinge of their difference", () => {
    const x = tensor([
      [0.25, 1],
      [2, -1],
    ]);
    const y = tensor([0, 1], { dtype: "int32" });
    const difference = tensor([0.25 - 1, 2 - -1]);
    const expected = hinge(difference, tensor([1, -1]), none).mul(0.5);
    expectElements(multiMargin(x, y, none), elements(expected));
  });

  test("a label out of range is told as a label", () => {
    const y = tensor([2], { dtype: "int32" });
    expect(() => multiMargin(ones([1, 2]), y).dataSync()).toThrow(
      "labels of multiMargin: received index 2, expected 0 to 1",
    );
  });
});

describe("distances", () => {
  const a = tensor([
    [0, 0],
    [1, 1],
  ]);
  const b = tensor([
    [3, -4],
    [1, 1],
  ]);

  test("L2, L1 and cosine", () => {
    expectElements(pairwiseDistance(a, b, { epsilon: 0 }), [5, 0]);
    expectElements(pairwiseDistance(a, b, { p: 1, epsilon: 0 }), [7, 0]);
    expectElements(pairwiseDistance(a, b), [5, 1e-6 * Math.SQRT2], 1e-6);
    const c = tensor([
      [2, 0],
      [-3, -3],
    ]);
    expectElements(cosineSimilarity(b, c), [0.6, -1]);
  });

  test("of single vectors and of batches of lists", () => {
    expectElements(pairwiseDistance(tensor([1, 2]), tensor([4, 6]), { epsilon: 0 }), [5]);
    const lists = ones([2, 3, 4]);
    expect(pairwiseDistance(lists, lists).shape).toEqual([2, 3]);
    expect(cosineSimilarity(lists, lists).shape).toEqual([2, 3]);
  });

  test("are finite with their gradients at equal vectors and at 0", () => {
    for (const distance of [pairwiseDistance, cosineSimilarity]) {
      const x = leaf([
        [0, 0],
        [1, 2],
      ]);
      const value = distance(x, x.detach());
      value.sum().backward();
      expect([...elements(value), ...elements(x.grad)].every(Number.isFinite)).toBe(true);
    }
    const x = leaf([1, 2]);
    pairwiseDistance(x, x.detach(), { epsilon: 0 }).backward();
    expectElements(x.grad, [0, 0]);
  });

  test("cosines do not depend on lengths, however large or small", () => {
    const near = elements(cosineSimilarity(tensor([3, 4]), tensor([1, 0])));
    for (const scale of [1e-5, 1e15]) {
      const scaled = cosineSimilarity(tensor([3, 4]).mul(scale), tensor([1, 0]).mul(scale));
      expectElements(scaled, near);
    }
  });

  test("vectors that are none, or of other dtypes", () => {
    expect(() => pairwiseDistance(tensor(1), tensor(2))).toThrow(
      "pairwiseDistance: received the first vectors of shape (), expected vectors (..., D) on the " +
        "last axis.",
    );
    expect(() => cosineSimilarity(a, ones([2]))).toThrow(
      "cosineSimilarity: received the first vectors (2, 2) and the second vectors (2,), expected " +
        "equal shapes (..., D).",
    );
    const double = tensor([[1, 2]], { dtype: "float64" });
    expect(() => tripletMargin(ones([1, 2]), ones([1, 2]), double)).toThrow(
      "tripletMargin: received the anchor of dtype float32 and the negative of dtype float64",
    );
  });
});

describe("triplets", () => {
  const anchor = tensor([[0, 0]]);
  const positive = tensor([[3, 0]]);
  const negative = tensor([[4, 3]]);

  test("max(0, d(a, p) - d(a, n) + margin)", () => {
    const at = (margin: number, swap = false): number =>
      tripletMargin(anchor, positive, negative, { margin, swap }).itemSync();
    expect(at(1)).toBe(0);
    expect(at(3)).toBeCloseTo(3 - 5 + 3, 5);
    // The negative is nearer to the positive, at sqrt(10).
    expect(at(1, true)).toBeCloseTo(3 - Math.sqrt(10) + 1, 5);
  });
});

describe("pairs", () => {
  const a = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  const b = [
    [3, 4],
    [3, 4],
    [0.3, 0.4],
  ];
  const target = tensor([1, -1, -1]);

  test("contrastive: like pairs attract, unlike pairs repel within the margin", () => {
    const first = leaf(a);
    const costs = contrastive(first, tensor(b), target, none);
    expectElements(costs, [12.5, 0, 0.125]);
    costs.sum().backward();
    expectElements(first.grad, [-3, -4, 0, 0, 0.3, 0.4]);
  });

  test("contrastive: unlike pairs at one point have no direction to leave in, and no NaN", () => {
    const first = leaf([[1, 2]]);
    contrastive(first, tensor([[1, 2]]), tensor([-1])).backward();
    expectElements(first.grad, [0, 0]);
  });

  test("cosine embedding: 1 - cos, or what cos exceeds the margin by", () => {
    const second = tensor([
      [3, 4],
      [3, 4],
      [-3, 4],
    ]);
    const first = ones([3, 2]).mul(tensor([2, 0]));
    const kinds = tensor([true, false, false]);
    expectElements(cosineEmbedding(first, second, kinds, none), [0.4, 0.6, 0]);
    const options = { margin: 0.5, ...none };
    expectElements(cosineEmbedding(first, second, kinds, options), [0.4, 0.1, 0]);
  });

  test("one target for each pair", () => {
    const vectors = ones([3, 2]);
    expect(() => contrastive(vectors, vectors, ones([3, 1]))).toThrow(
      "contrastive: received pairs (3,) and targets (3, 1), expected equal shapes; reshape the " +
        "targets with .reshape([3]).",
    );
  });
});
