import fc from "fast-check";
import { test } from "vitest";
import { huber, mae, mse, smoothL1 } from "../../src/loss/index.js";
import { gradients, type Tensor, tensor } from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";

const finite = fc.double({ min: -50, max: 50, noNaN: true });
const widths = fc.double({ min: 0.01, max: 10, noNaN: true });

test("Huber and smooth L1 follow their two pieces", () => {
  fc.assert(
    fc.property(finite, widths, (d, width) => {
      const [p, y] = [tensor([d]), tensor([0])];
      const size = Math.abs(d);
      const piece = size <= width ? d ** 2 / 2 : width * (size - width / 2);
      expectElements(huber(p, y, { delta: width }), [piece], 1e-5);
      expectElements(smoothL1(p, y, { beta: width }), [piece / width], 1e-5);
    }),
  );
});

test("an outlier pulls no harder than delta, and the joint has one slope", () => {
  const p = leaf([-100, -2, -1, 0, 0.5, 2, 100]);
  huber(p, tensor([0, 0, 0, 0, 0, 0, 0]), { delta: 2, reduction: "sum" }).backward();
  expectElements(p.grad, [-2, -2, -1, 0, 0.5, 2, 2]);
});

test("the curvature is 1 within delta, at 0 too, and 0 outside", () => {
  const p = leaf([-3, -0.5, 0, 0.5, 3]);
  const cost = huber(p, tensor([0, 0, 0, 0, 0]), { reduction: "sum" });
  const [slope] = gradients(cost, [p]) as [Tensor];
  const [curvature] = gradients(slope.sum(), [p]) as [Tensor];
  expectElements(curvature, [0, 1, 1, 1, 0]);
});

test("far apart limits: half the squared error, and the absolute error", () => {
  const [p, y] = [tensor([15, 18, 20, 22, 25]), tensor([17, 20, 18, 21, 20])];
  expectElements(huber(p, y, { delta: 1000 }), [mse(p, y).itemSync() / 2]);
  expectElements(smoothL1(p, y, { beta: 0 }), [mae(p, y).itemSync()]);
  expectElements(smoothL1(p, y, { beta: 1e-3 }), [2.4 - 1e-3 / 2], 1e-6);
});
