import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elasticNetPenalty, l1Penalty, l2Penalty, meanSquaredError } from "../../src/loss/index.js";
import { Linear, ReLU, Sequential } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { compile, manualSeed, Parameter, type Tensor, tensor } from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { expectElements, leaf } from "../nn/values.js";

const w = leaf([
  [3, -4],
  [0, 1],
]);
const b = leaf([-2]);

describe("values and gradients", () => {
  test("L2: alpha / 2 sum w^2, alpha w", () => {
    const cost = l2Penalty([w, b], 0.1);
    expectElements(cost, [1.5]);
    cost.backward();
    expectElements(w.grad, [0.3, -0.4, 0, 0.1]);
    expectElements(b.grad, [-0.2]);
  });

  test("L1: alpha sum |w|, alpha sign(w), and no slope at 0", () => {
    w.grad = null;
    const cost = l1Penalty([w, b], 0.1);
    expectElements(cost, [1]);
    cost.backward();
    expectElements(w.grad, [0.1, -0.1, 0, 0.1]);
  });

  test("the elastic net lies between both", () => {
    const alphas = fc.double({ min: 0.01, max: 10, noNaN: true });
    const ratios = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(alphas, ratios, (alpha, l1Ratio) => {
        const [l1, l2] = [l1Penalty([w, b], alpha), l2Penalty([w, b], alpha)].map((each) =>
          each.itemSync(),
        ) as [number, number];
        const expected = l1Ratio * l1 + (1 - l1Ratio) * l2;
        expectElements(elasticNetPenalty([w, b], alpha, { l1Ratio }), [expected], 1e-5);
      }),
    );
    const half =
      l1Penalty([w], 1)
        .add(l2Penalty([w], 1))
        .itemSync() / 2;
    expectElements(elasticNetPenalty([w], 1), [half]);
  });

  test.each<[string, (list: readonly Tensor[]) => Tensor]>([
    ["L2", (list) => l2Penalty(list, 0.3)],
    ["L1", (list) => l1Penalty(list, 0.3)],
    ["elastic net", (list) => elasticNetPenalty(list, 0.3, { l1Ratio: 0.2 })],
  ])("%s: gradients in float64", (_, penalty) => {
    // No element stands at the kink of |w|.
    const inputs = [leaf([[1.5, -0.75]]), leaf([0.5])];
    gradcheck((...list) => penalty(list), inputs);
    gradcheck((...list) => penalty(list).square(), inputs);
  });
});

test("a step along the L2 penalty multiplies weights by 1 - learningRate alpha", () => {
  const weights = new Parameter(tensor([2, -1]));
  const optimizer = new SGD([weights], { learningRate: 0.5 });
  l2Penalty([weights], 0.1).backward();
  optimizer.step();
  expectElements(weights, [2 * 0.95, -0.95]);
});

/** All weights after some steps of a small network with a penalty added to its loss. */
function train(penalty: ((weights: readonly Tensor[]) => Tensor) | null): number[] {
  manualSeed(3);
  const model = new Sequential(new Linear(3, 5), new ReLU(), new Linear(5, 1));
  const optimizer = new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 });
  const x = tensor([
    [0.3, -1, 2],
    [1.5, 0.25, -0.5],
  ]);
  const step = compile(() => {
    const cost = meanSquaredError(model.forward(x), tensor([[1], [-2]]));
    const total = penalty ? cost.add(penalty(model.parameters())) : cost;
    total.backward();
    optimizer.step();
    return total;
  });
  for (let count = 0; count < 10; count++) step();
  return model.parameters().flatMap((each) => [...each.dataSync()]);
}

test("alpha 0 changes not a bit, any other alpha does", () => {
  const plain = train(null);
  for (const penalty of [l1Penalty, l2Penalty, elasticNetPenalty]) {
    expect(train((weights) => penalty(weights, 0))).toEqual(plain);
    expect(train((weights) => penalty(weights, 1e-3))).not.toEqual(plain);
  }
});

test("alpha 0 does not look at the weights", () => {
  expectElements(l2Penalty([tensor([Number.POSITIVE_INFINITY])], 0), [0]);
});

test("what cannot be penalised", () => {
  expect(() => l1Penalty([], 0.1)).toThrow(
    "l1Penalty: received an empty list of parameters, expected at least one",
  );
  expect(() => l2Penalty(w as never, 0.1)).toThrow("expected a list of Tensors");
  expect(() => l2Penalty([w, tensor([1], { dtype: "int32" })], 0.1)).toThrow(
    "l2Penalty: received element 1 of the parameters in int32, expected a floating dtype.",
  );
  expect(() => l2Penalty([w], -1)).toThrow(
    "l2Penalty: received alpha -1, expected a finite number of at least 0.",
  );
  expect(() => elasticNetPenalty([w], 1, { l1Ratio: 2 })).toThrow(
    "elasticNetPenalty: received l1Ratio 2, expected a number from 0 to 1.",
  );
  expect(() => elasticNetPenalty([w], 1, { l1Ratio: null as never })).toThrow(
    "elasticNetPenalty: received l1Ratio null, expected a number from 0 to 1.",
  );
  expect(() => elasticNetPenalty([w], 1, { ratio: 1 } as never)).toThrow('named "ratio"');
});
