import { expect, test } from "vitest";
import { huber, type Loss, mae, mse, weightedSum } from "../../src/loss/index.js";
import { tensor } from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";
import { lineLoader, lineTrainer, weightsOf } from "../train/line.js";

const target = tensor([17, 20, 18, 21, 20]);

test("a weighted sum of losses is a loss, with the weighted sum of gradients", () => {
  const p = leaf([15, 18, 20, 22, 25]);
  const cost = weightedSum([
    [0.75, mse],
    [-0.5, mae],
  ])(p, target);
  expectElements(cost, [0.75 * 7.6 - 0.5 * 2.4]);
  cost.backward();
  expectElements(
    p.grad,
    [-2, -2, 2, 1, 5].map((d) => (0.75 * 2 * d - 0.5 * Math.sign(d)) / 5),
  );
});

test("it nests, and later changes of the list do not change it", () => {
  const p = tensor([15, 18, 20, 22, 25]);
  const terms: [number, Loss][] = [[2, mse]];
  const inner = weightedSum(terms);
  terms.push([1, mae]);
  expectElements(weightedSum([[0.5, inner]])(p, target), [7.6]);
});

test("a Trainer takes it; with a weight of 1 it is the loss itself, to the bit", async () => {
  const weights = [];
  for (const loss of [mse, weightedSum([[1, mse]])]) {
    const { model, trainer } = lineTrainer({ loss });
    await trainer.fit({ train: lineLoader(), epochs: 2 });
    weights.push(weightsOf(model));
  }
  expect(weights[1]).toEqual(weights[0]);
});

test("what cannot be summed", () => {
  expect(() => weightedSum([])).toThrow(
    "weightedSum: received a list of 0, expected a list of at least one pair [weight, loss].",
  );
  expect(() => weightedSum(mse as never)).toThrow("weightedSum: received the function mean");
  expect(() => weightedSum([[Number.NaN, mse]])).toThrow("received [NaN, the function mean");
  expect(() => weightedSum([[mse, 1] as never])).toThrow("as term 0, expected a pair");
  const elementwise = weightedSum([
    [1, mse],
    [1, (p, y) => huber(p, y, { reduction: "none" })],
  ]);
  expect(() => elementwise(target, target)).toThrow(
    "weightedSum: the result of loss 1 has shape (5,), expected a single number; reduce it with " +
      ".mean().",
  );
});
