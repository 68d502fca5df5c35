import { describe, test } from "vitest";
import * as loss from "../../src/loss/index.js";
import { full, gradients, type Tensor, tensor } from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { leaf } from "../nn/values.js";

// No element stands at a kink, and none closer to it than the difference moves.
const x = leaf([
  [-1.5, 0.25, 2],
  [0.75, -0.125, -2.5],
]);
const z = leaf([
  [0.5, -1.25, 1.75],
  [-0.25, 2.5, 1],
]);
const negative = leaf([
  [-0.5, -1, 0.25],
  [1.25, -0.25, -1.5],
]);
const p = leaf([
  [0.1, 0.625, 0.9],
  [0.3, 0.2, 0.75],
]);
const y = tensor([
  [0, 1, 0.25],
  [1, 0, 0.5],
]);
const counts = leaf([
  [0, 3, 1],
  [2, 5, 4],
]);
const labels = tensor([2, 0], { dtype: "int32" });
const partly = tensor([2, -1], { dtype: "int32" });
const signs = tensor([1, -1]);
const weights = tensor([0.5, 2, 1.25]);
const images = leaf([
  [
    [0.5, -1],
    [2, 0.25],
    [-0.75, 1.5],
  ],
]);

type Case = [name: string, fn: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]];
/** The function of the inputs that `fn` is once it was also given the rest. */
const given =
  (fn: (...parts: never[]) => Tensor, ...rest: readonly unknown[]) =>
  (...inputs: Tensor[]): Tensor =>
    fn(...([...inputs, ...rest] as never[]));

const smoothing = { labelSmoothing: 0.2, classWeights: weights, ignoredIndex: -1 };
const smooth: Case[] = [
  ["MSE", given(loss.meanSquaredError), [x, z]],
  ["Huber", given(loss.huber, { delta: 1.375 }), [x, z]],
  ["smooth L1", given(loss.smoothL1, { beta: 1.375 }), [x, z]],
  ["BCE", given(loss.binaryCrossEntropy, y), [p]],
  ["BCE, weights", given(loss.binaryCrossEntropy, y, { weights }), [p]],
  ["BCE with logits", given(loss.binaryCrossEntropyWithLogits, y), [x]],
  [
    "BCE with logits, weights",
    given(loss.binaryCrossEntropyWithLogits, y, { weights, positiveWeight: weights }),
    [x],
  ],
  ["cross-entropy", given(loss.crossEntropy, labels), [x]],
  ["cross-entropy, all options", given(loss.crossEntropy, partly, smoothing), [x]],
  ["cross-entropy, probabilities", given(loss.crossEntropy, { classWeights: weights }), [x, p]],
  [
    "cross-entropy, positions",
    given(loss.crossEntropy, tensor([[2, 0]], { dtype: "int32" })),
    [images],
  ],
  ["Gaussian NLL", given(loss.gaussianNegativeLogLikelihood, { full: true }), [x, z, p]],
  ["Poisson NLL", given(loss.poissonNegativeLogLikelihood, counts, { full: true }), [x]],
  [
    "Poisson NLL of rates",
    given(loss.poissonNegativeLogLikelihood, { logInput: false, epsilon: 0.1 }),
    [p, counts],
  ],
  ["multi-margin, squares", given(loss.multiMargin, labels, { p: 2 }), [x]],
  ["contrastive", given(loss.contrastive, signs, { margin: 6 }), [x, z]],
  ["cosine embedding", given(loss.cosineEmbedding, signs, { margin: -0.95 }), [x, z]],
  ["triplet", given(loss.tripletMargin, { margin: 5 }), [x, z, negative]],
  ["triplet, swap", given(loss.tripletMargin, { margin: 5, swap: true }), [x, z, negative]],
  ["Gaussian divergence", given(loss.gaussianDivergence), [x, z]],
  ["pairwise distance", given(loss.pairwiseDistance), [x, z]],
  ["cosine similarity", given(loss.cosineSimilarity), [x, z]],
  ["cosine similarity of short vectors", given(loss.cosineSimilarity, { epsilon: 2.55 }), [x, z]],
];
/** Straight, or pieces of straight lines: the second derivative is 0. */
const straight: Case[] = [
  ["NLL", given(loss.negativeLogLikelihood, labels, { classWeights: weights }), [negative]],
  ["KL divergence", given(loss.klDivergence), [negative, p]],
  ["KL divergence of logarithms", given(loss.klDivergence, { logTarget: true }), [negative, x]],
  ["MAE", given(loss.meanAbsoluteError), [x, z]],
  ["smooth L1 without a parabola", given(loss.smoothL1, { beta: 0 }), [x, z]],
  ["hinge", given(loss.hinge, full([2, 3], -1)), [x]],
  ["multi-margin", given(loss.multiMargin, labels, { classWeights: weights }), [x]],
  ["triplet, sums", given(loss.tripletMargin, { margin: 5, p: 1 }), [x, z, negative]],
  [
    "triplet, sums, swap",
    given(loss.tripletMargin, { margin: 5, p: 1, swap: true }),
    [x, z, negative],
  ],
  ["pairwise distance, sums", given(loss.pairwiseDistance, { p: 1 }), [x, z]],
];

describe("gradients in float64", () => {
  test.each([...smooth, ...straight])("%s", (_, fn, inputs) => {
    gradcheck(fn, inputs);
    gradcheck((...each) => fn(...each).square(), inputs);
  });
});

describe("second derivatives", () => {
  test.each(smooth)("%s", (_, fn, inputs) => {
    const [first, ...others] = inputs as [Tensor, ...Tensor[]];
    gradcheck(
      (input) => {
        const [gradient] = gradients(fn(input, ...others).sum(), [input]);
        return gradient as Tensor;
      },
      [first],
    );
  });
});
