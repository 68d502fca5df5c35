import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  gaussianNegativeLogLikelihood,
  klDivergence,
  meanSquaredError,
  poissonNegativeLogLikelihood,
} from "../../src/loss/index.js";
import { full, type Tensor, tensor } from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";

const elements = (each: Tensor): number[] => [...each.dataSync()];
const p = tensor([15, 18, 20, 22, 25]);
const y = tensor([17, 20, 18, 21, 20]);

describe("common losses are negative log-likelihoods", () => {
  test("the squared error: of a Gaussian of variance 1/2, less a constant", () => {
    const half = full([5], 0.5);
    const constant = Math.log(Math.PI) / 2;
    const likelihood = gaussianNegativeLogLikelihood(p, y, half, { full: true });
    expectElements(likelihood, [meanSquaredError(p, y).itemSync() + constant]);

    // -log of the density itself.
    const density = (x: number, mean: number): number =>
      Math.exp(-((x - mean) ** 2)) / Math.PI ** 0.5;
    const each = gaussianNegativeLogLikelihood(p, y, half, { full: true, reduction: "none" });
    const [mean, seen] = [elements(p), elements(y)];
    expectElements(
      each,
      mean.map((m, index) => -Math.log(density(seen[index] as number, m))),
    );
  });

  test("and has its gradient", () => {
    const [a, b] = [leaf([1, -2, 0.5]), leaf([1, -2, 0.5])];
    const target = tensor([0, 1, 2]);
    gaussianNegativeLogLikelihood(a, target, full([3], 0.5)).backward();
    meanSquaredError(b, target).backward();
    expectElements(a.grad, elements(b.grad as Tensor));
  });

  test("binary cross-entropy: of Bernoulli", () => {
    const probabilities = [0.9, 0.2, 0.6];
    const answers = [1, 0, 1];
    const likelihood = probabilities.reduce((product, each, index) => {
      return product * (answers[index] ? each : 1 - each);
    }, 1);
    const options = { reduction: "sum" } as const;
    const cost = binaryCrossEntropy(tensor(probabilities), tensor(answers), options);
    expectElements(cost, [-Math.log(likelihood)]);
  });

  test("cross-entropy: of the categorical distribution", () => {
    const rows = [
      [0.7, 0.2, 0.1],
      [0.1, 0.3, 0.6],
    ] as const;
    const likelihood = rows[0][0] * rows[1][2];
    const labels = tensor([0, 2], { dtype: "int32" });
    const cost = crossEntropy(tensor(rows.map((row) => [...row])).log(), labels, {
      reduction: "sum",
    });
    expectElements(cost, [-Math.log(likelihood)]);
  });

  test("binary is categorical with logits (0, x)", () => {
    const x = tensor([-3, 0.5, 2]);
    const labels = tensor([1, 0, 1], { dtype: "int32" });
    const rows = x.unsqueeze(1).mul(tensor([0, 1]));
    const binary = binaryCrossEntropyWithLogits(x, labels.cast("float32"));
    expectElements(binary, elements(crossEntropy(rows, labels)));
  });
});

describe("Gaussian", () => {
  const options = { reduction: "none" } as const;

  test("is least where the variance is the squared error", () => {
    const cost = (variance: number): number =>
      gaussianNegativeLogLikelihood(tensor([3]), tensor([1]), tensor([variance])).itemSync();
    expect(cost(4)).toBeLessThan(cost(3.5));
    expect(cost(4)).toBeLessThan(cost(4.5));
  });

  test("a variance of 0 is finite and can grow; one below 0 is NaN", () => {
    const variance = leaf([0, 0.5]);
    const target = tensor([1, 1]);
    const costs = gaussianNegativeLogLikelihood(tensor([0, 0]), target, variance, {
      epsilon: 0.25,
      ...options,
    });
    expectElements(costs, [(Math.log(0.25) + 4) / 2, (Math.log(0.5) + 2) / 2]);
    costs.sum().backward();
    expectElements(variance.grad, [(4 - 16) / 2, (2 - 4) / 2]);
    const wrong = gaussianNegativeLogLikelihood(tensor([0]), tensor([0]), tensor([-1e-9]));
    expect(wrong.itemSync()).toBeNaN();
  });

  test("a variance of another shape", () => {
    expect(() => gaussianNegativeLogLikelihood(p, y, full([4], 1))).toThrow(
      "gaussianNegativeLogLikelihood: received predictions (5,) and a variance (4,), expected (5,) " +
        "or, one for all elements of a row, (1,).",
    );
  });
});

describe("Poisson", () => {
  test("both forms agree, and are least where the rate is the count", () => {
    const rates = tensor([0.5, 2, 7]);
    const counts = tensor([1, 2, 3]);
    const direct = poissonNegativeLogLikelihood(rates, counts, { logInput: false });
    expectElements(poissonNegativeLogLikelihood(rates.log(), counts), elements(direct), 1e-6);
    const x = leaf([Math.log(3)]);
    poissonNegativeLogLikelihood(x, tensor([3])).backward();
    expectElements(x.grad, [0], 1e-6);
  });

  test("full is close to -log of the probability", () => {
    const probability = (count: number, rate: number): number => {
      let result = Math.exp(-rate);
      for (let k = 1; k <= count; k++) result *= rate / k;
      return result;
    };
    for (const count of [0, 1, 2, 10]) {
      const options = { logInput: false, full: true };
      const cost = poissonNegativeLogLikelihood(tensor([4]), tensor([count]), options);
      // Stirling's series goes on with 1 / (12 count).
      const error = count > 1 ? 1 / (12 * count) : 1e-6;
      expect(Math.abs(cost.itemSync() + Math.log(probability(count, 4)))).toBeLessThan(error);
    }
  });

  test("bool and uint8 counts are converted", () => {
    const counts = tensor([3, 0], { dtype: "uint8" });
    const x = tensor([0.5, 1]);
    const cost = poissonNegativeLogLikelihood(x, counts);
    expectElements(cost, elements(poissonNegativeLogLikelihood(x, tensor([3, 0]))));
  });
});

describe("Kullback-Leibler divergence", () => {
  const target = tensor([
    [0.5, 0.25, 0.25],
    [0, 1, 0],
  ]);
  const logits = tensor([
    [0.5, -1, 2],
    [0, 1, 0.25],
  ]);

  test("is the cross-entropy less the entropy of the target", () => {
    const entropy = 0.5 * Math.log(2) + 0.5 * Math.log(4);
    const cost = crossEntropy(logits, target).itemSync();
    expectElements(klDivergence(logits.logSoftmax(), target), [cost - entropy / 2], 1e-6);
  });

  test("is 0 between equals, and the divergence by default", () => {
    const log = logits.logSoftmax();
    expectElements(klDivergence(log, log.exp()), [0], 1e-6);
    expectElements(klDivergence(log, log, { logTarget: true }), [0]);
    const sum = klDivergence(log, target, { reduction: "sum" }).itemSync();
    expectElements(klDivergence(log, target), [sum / 2]);
    expectElements(klDivergence(log, target, { reduction: "mean" }), [sum / 6]);
  });

  test("impossible outcomes cost nothing, even where they were not expected", () => {
    const certain = tensor([[0, Number.NEGATIVE_INFINITY]]);
    expectElements(klDivergence(certain, tensor([[1, 0]])), [0]);
    expect(klDivergence(certain, tensor([[0, 1]])).itemSync()).toBe(Number.POSITIVE_INFINITY);
  });

  test("needs samples, and names its reductions", () => {
    expect(() => klDivergence(tensor(1), tensor(1))).toThrow(
      "klDivergence: received log-probabilities (), expected (N, ...).",
    );
    const options = { reduction: "batchmean" as "batchMean" };
    expect(() => klDivergence(logits, target, options)).toThrow(
      'received reduction "batchmean", expected one of "mean", "sum", "none", "batchMean".',
    );
  });
});
