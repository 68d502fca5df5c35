import { describe, expect, test } from "vitest";
import {
  compile,
  customOperation,
  gradients,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";

// The lecture's LinearFunction: y = x Wᵀ + b, with the gradients written by hand.
const linearFunction = customOperation<readonly [Tensor, Tensor, Tensor]>({
  name: "linearFunction",
  forward: (input, weight, bias) => input.matmul(weight.transpose()).add(bias),
  backward: (gradient, { inputs: [input, weight], needs }) => [
    needs[0] ? gradient.matmul(weight) : null,
    needs[1] ? gradient.transpose().matmul(input) : null,
    needs[2] ? gradient.sum(0) : null,
  ],
});
const composed = (x: Tensor, w: Tensor, b: Tensor): Tensor => x.matmul(w.transpose()).add(b);

const tracked = { requiresGrad: true };
const x = tensor(
  [
    [1, -2, 0.5],
    [0.3, 4, -1],
  ],
  tracked,
);
const weight = tensor(
  [
    [0.2, -0.4, 1],
    [1.5, 0.1, -0.7],
  ],
  tracked,
);
const bias = tensor([0.1, -0.2], tracked);
const values = (list: readonly Tensor[]): number[][] => list.map((each) => [...each.dataSync()]);

describe("an operation with its own backward", () => {
  test("has the gradients of the composed one", () => {
    const loss = (fn: typeof composed): Tensor => fn(x, weight, bias).square().sum();
    const wrt = [x, weight, bias];
    expect(values(gradients(loss(linearFunction), wrt))).toEqual(
      values(gradients(loss(composed), wrt)),
    );
    gradcheck(linearFunction as (...inputs: Tensor[]) => Tensor, wrt);
  });

  test("computes no gradient that nobody asks for", () => {
    const asked: (readonly boolean[])[] = [];
    const watched = customOperation<readonly [Tensor, Tensor]>({
      name: "watched",
      forward: (a, b) => a.mul(b),
      backward: (gradient, { inputs: [a, b], needs }) => {
        asked.push(needs);
        return [needs[0] ? gradient.mul(b) : null, needs[1] ? gradient.mul(a) : null];
      },
    });
    gradients(watched(tensor([2]), bias).sum(), [bias]);
    expect(asked).toEqual([[false, true]]);
  });

  test("compiles like any other", () => {
    const step = compile((input: Tensor) => {
      const cost = linearFunction(input, weight, bias).square().sum();
      return gradients(cost, [weight]) as [Tensor];
    });
    const [expected] = gradients(composed(x, weight, bias).square().sum(), [weight]);
    expect([...step(x)[0].dataSync()]).toEqual([...(expected as Tensor).dataSync()]);
  });

  test("names itself when its backward returns what does not fit", () => {
    const wrong = customOperation<readonly [Tensor]>({
      name: "halve",
      forward: (a) => a.mul(0.5),
      backward: (gradient) => [gradient.sum()],
    });
    expect(() => gradients(wrong(bias).sum(), [bias])).toThrow(
      "halve: backward returned a gradient of shape () for argument 0, expected the argument's " +
        "shape (2,)",
    );
  });
});
