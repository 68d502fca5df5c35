import { describe, expect, test } from "vitest";
import { Buffer, compile, Parameter, type Tensor, tensor, where } from "../../src/tensor/index.js";

/** The error of a compiled step whose loss is not finite. */
function failureOf(loss: (w: Parameter) => Tensor): string {
  const w = new Parameter(tensor([1, 2, 3]), "w");
  const step = compile(() => {
    const cost = loss(w);
    cost.backward();
    w.assign(w.subtract(w.grad as Tensor));
    return cost;
  });
  try {
    step().dataSync();
  } catch (error) {
    return String(error);
  }
  return "no error";
}

const mask = tensor([1, 0, 1]).equal(1);

describe("the first value that is not finite", () => {
  test("is the one that went wrong", () => {
    expect(failureOf((w) => w.subtract(1).log().exp().divide(0).sum())).toContain(
      "the loss is not finite; the first value that is not: log (3,)",
    );
  });

  test("is not the -Infinity of a mask, before or behind which something else went wrong", () => {
    const masked = (scores: Tensor): Tensor => where(mask, scores, -Infinity).softmax(0);
    expect(failureOf((w) => masked(w.subtract(1).divide(0)).sum())).toContain(
      "the first value that is not: divide (3,)",
    );
    expect(failureOf((w) => masked(w).divide(0).sum())).toContain(
      "the first value that is not: divide (3,)",
    );
  });

  test("masks alone are no failure", () => {
    expect(failureOf((w) => where(mask, w, -Infinity).softmax(0).square().sum())).toBe("no error");
  });
});

describe("gradients that are set", () => {
  test("are checked like those of backward", () => {
    const w = new Parameter(tensor([1, 2]), "w");
    const step = compile(() => {
      const cost = w.square().sum();
      cost.backward();
      w.grad = (w.grad as Tensor).multiply(Number.MAX_VALUE);
      w.assign(w.subtract(w.grad as Tensor));
      return cost;
    });
    expect(() => step()).toThrow("the gradient of w is not finite");
    expect([...w.dataSync()]).toEqual([1, 2]);
  });
});

test("what the failed value does not depend on is not blamed", () => {
  const w = new Parameter(tensor([1, 2]), "w");
  const unused = new Buffer(tensor([0, 0]));
  const step = compile(() => {
    const cost = w.square().sum().divide(0);
    cost.backward();
    unused.assign(tensor([1, 1]).divide(unused));
    w.assign(w.subtract(w.grad as Tensor));
    return cost;
  });
  expect(() => step()).toThrow("the first value that is not: divide ()");
});
