import { expect, test } from "vitest";
import {
  Dropout,
  Linear,
  Module,
  Parameter,
  ReLU,
  Sequential,
  summary,
} from "../../src/nn/index.js";
import { ones, randomState, type Tensor } from "../../src/tensor/index.js";

/** Linear layers of the given widths with ReLU between them. */
const mlp = (...widths: number[]): Sequential =>
  new Sequential(
    ...widths.slice(1).flatMap((width, index): Module[] => {
      const layer = new Linear(widths[index] as number, width);
      return index < widths.length - 2 ? [layer, new ReLU()] : [layer];
    }),
  );

test.each([
  [[2, 16, 16, 16, 1], [48, 272, 272, 17], 609],
  [[784, 40, 40, 40, 40, 40, 10], [31_400, 1640, 1640, 1640, 1640, 410], 38_370],
  [[2, 40, 40, 40, 40, 40, 1], [120, 1640, 1640, 1640, 1640, 41], 6721],
])("golden counts of %j", (widths, counts, total) => {
  const result = summary(mlp(...widths), [64, widths[0] as number]);
  const linear = result.rows.filter(({ type }) => type === "Linear");
  expect(linear.map(({ parameters }) => parameters)).toEqual(counts);
  expect(linear.map(({ outputShape }) => outputShape)).toEqual(
    widths.slice(1).map((width) => [64, width]),
  );
  expect(result).toMatchObject({ total, trainable: total, frozen: 0 });
});

test("prints a table", () => {
  const model = mlp(2, 16, 1);
  (model.layers[0] as Linear).freeze();
  expect(summary(model, [1, 2]).toString()).toBe(
    [
      "layer              output shape  parameters",
      "-------------------------------------------",
      "layers.0 (Linear)  (1, 16)               48",
      "layers.1 (ReLU)    (1, 16)                0",
      "layers.2 (Linear)  (1, 1)                17",
      "-------------------------------------------",
      "65 parameters: 17 trainable, 48 frozen",
    ].join("\n"),
  );
});

test("a container's own parameters, shared layers and layers that are never called", () => {
  class Odd extends Module {
    unused = new Linear(2, 5);
    shared = new Linear(2, 2);
    offset = new Parameter(ones([2]));
    tied = this.offset;

    forward(x: Tensor): Tensor {
      return this.shared.forward(this.shared.forward(x)).add(this.offset);
    }
  }
  const { rows, total } = summary(new Odd(), [3, 2]);
  expect(rows).toEqual([
    { name: "", type: "Odd", outputShape: [3, 2], parameters: 2 },
    { name: "shared", type: "Linear", outputShape: [3, 2], parameters: 6 },
    { name: "unused", type: "Linear", outputShape: null, parameters: 15 },
  ]);
  expect(total).toBe(23);
});

test("leaves the model and the stream of random draws as they were", () => {
  const model = new Sequential(new Linear(2, 2), new Dropout());
  const [layer, dropout] = model.layers as [Linear, Dropout];
  layer.eval();
  const before = randomState();
  summary(model, [1, 2]);
  expect(randomState()).toEqual(before);
  expect([model.training, layer.training, dropout.training]).toEqual([true, false, true]);
  expect(Object.hasOwn(layer, "forward")).toBe(false);
});

test("an input that does not fit is the layer's error, and the model is left as it was", () => {
  const model = mlp(2, 3, 1);
  expect(() => summary(model, [1, 4])).toThrow("received shape (1, 4), expected (..., 2)");
  expect(Object.hasOwn(model, "forward")).toBe(false);
  expect(model.training).toBe(true);
});

test("a forward that is an arrow property survives", () => {
  class Arrow extends Module {
    layer = new Linear(1, 1);
    override forward = (x: Tensor): Tensor => this.layer.forward(x);
  }
  const model = new Arrow();
  const { forward } = model;
  expect(summary(model, [1, 1]).total).toBe(2);
  expect(model.forward).toBe(forward);
});
