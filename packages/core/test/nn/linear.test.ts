import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Linear, Module, type Parameter, ReLU, Sequential } from "../../src/nn/index.js";
import { manualSeed, ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

/** A layer with the given weight and bias. */
function linear(weight: number[][], bias: number[] | null): Linear {
  const layer = new Linear((weight[0] as number[]).length, weight.length, { bias: bias !== null });
  layer.weight.assign(tensor(weight));
  if (bias) (layer.bias as Parameter).assign(tensor(bias));
  return layer;
}

describe("perceptron", () => {
  test("golden values", () => {
    const x = tensor([7, -3, 2]);
    expectElements(linear([[1 / 3, 1 / 3, 1 / 3]], null).forward(x), [2]);
    const weighted = linear([[0.6, 0.25, 0.15]], null).forward(x);
    expectElements(weighted, [3.75]);
    expectElements(weighted.sigmoid(), [0.977023], 5e-7);
    const neuron = linear([[0.2, -0.5]], [0.1]);
    expectElements(neuron.forward(tensor([2, 3])).relu(), [0]);
    expectElements(neuron.forward(tensor([2, 3])), [-1]);
  });

  test("golden forward pass of an MLP with ReLU everywhere", () => {
    const rows = [
      [0.1, 0.2, 0.3],
      [0.4, 0.5, 0.6],
      [0.7, 0.8, 0.9],
    ];
    const transposed = (matrix: number[][]): number[][] =>
      (matrix[0] as number[]).map((_, column) => matrix.map((row) => row[column] as number));
    const bias = [0.1, 0.2, 0.3];
    const first = linear(transposed(rows.slice(0, 2)), bias)
      .forward(tensor([70, 25]))
      .relu();
    expectElements(first, [17.1, 26.7, 36.3]);
    const second = linear(transposed(rows), bias).forward(first).relu();
    expectElements(second, [37.9, 46.01, 54.12]);
    expectElements(
      linear([[0.1, 0.2, 0.3]], [0.1])
        .forward(second)
        .relu(),
      [29.328],
    );
  });
});

describe("Linear", () => {
  test("maps the last axis, whatever stands before it", () => {
    const sizes = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(sizes, sizes, fc.array(sizes, { maxLength: 3 }), (inputs, outputs, batch) => {
        const layer = new Linear(inputs, outputs);
        expect(layer.weight.shape).toEqual([outputs, inputs]);
        expect(layer.bias?.shape).toEqual([outputs]);
        expect(layer.forward(zeros([...batch, inputs])).shape).toEqual([...batch, outputs]);
      }),
      { numRuns: 30 },
    );
  });

  test("starts within 1 / sqrt(inFeatures), repeatably after manualSeed", () => {
    const draw = () => {
      manualSeed(7);
      const layers = [new Linear(16, 64), new Linear(16, 64)];
      return layers.map(({ weight, bias }) => [
        ...weight.dataSync(),
        ...(bias as Parameter).dataSync(),
      ]);
    };
    const [first, second] = draw() as [number[], number[]];
    expect(draw()).toEqual([first, second]);
    expect(first).not.toEqual(second);
    for (const value of first) expect(Math.abs(value)).toBeLessThanOrEqual(0.25);
    expect(Math.max(...first)).toBeGreaterThan(0.24);
    expect(Math.min(...first)).toBeLessThan(-0.24);
  });

  test("gradients of weight and bias follow the outer product", () => {
    const layer = linear([[1, 2]], [3]);
    layer
      .forward(
        tensor([
          [5, 7],
          [11, 13],
        ]),
      )
      .sum()
      .backward();
    expectElements(layer.weight.grad, [16, 20]);
    expectElements((layer.bias as Parameter).grad, [2]);
  });

  test.each([
    [0, 1, "Linear(0, 1): received inFeatures 0, expected an integer of at least 1."],
    [2, 1.5, "Linear(2, 1.5): received outFeatures 1.5, expected an integer of at least 1."],
    [Number.NaN, 1, "received inFeatures NaN"],
  ])("refuses sizes (%s, %s)", (inputs, outputs, message) => {
    expect(() => new Linear(inputs, outputs)).toThrow(message);
  });

  test.each([
    [[64, 28, 28], 784, "expected (..., 784); flatten it first with .flatten(1)."],
    [[28, 28], 784, "expected (..., 784); flatten it first with .flatten(0)."],
    [[5], 1, "expected (..., 1); add an axis with .unsqueeze(-1)."],
    [[4, 9], 4, "expected (..., 4); is it transposed?"],
    [[9, 3], 4, "a layer for this input would be Linear(3, 2)."],
    [[], 4, "received shape (), expected (..., 4)"],
  ])("refuses shape %j for %s inputs, with the mend", (shape, inputs, message) => {
    expect(() => new Linear(inputs, 2).forward(ones(shape))).toThrow(message);
  });

  test("refuses another dtype", () => {
    expect(() => new Linear(2, 1).forward(tensor([1, 2], { dtype: "int32" }))).toThrow(
      'Linear(2, 1): received int32, expected float32; convert the input with .cast("float32").',
    );
  });

  describe("is named in errors by its path", () => {
    class Model extends Module {
      constructor(readonly hidden = new Linear(4, 1)) {
        super();
      }
      forward(x: Tensor): Tensor {
        // Made in passing, for one call.
        return new Sequential(this.hidden).forward(x);
      }
    }
    const named = (path: string): string => `Linear(4, 1) "${path}": received`;

    test("in the outermost model", () => {
      const outer = new Sequential(new Model());
      outer.parameters();
      expect(() => outer.forward(ones([2]))).toThrow(named("layers.0.hidden"));
    });

    test("in the one that was used last, of those that share it", () => {
      const old = new Sequential(new Sequential(new Model()));
      old.train();
      const { hidden } = old.modules()[2] as Model;
      const model = new Model(hidden);
      model.eval();
      expect(() => model.forward(ones([2]))).toThrow(named("hidden"));
      old.parameters();
      expect(() => old.forward(ones([2]))).toThrow(named("layers.0.layers.0.hidden"));
    });

    test("in the newest one, before any was used", () => {
      const hidden = new Linear(4, 1);
      const models = [new Sequential(new ReLU(), hidden), new Sequential(hidden)];
      expect(() => models[1]?.forward(ones([2]))).toThrow(named("layers.0"));
    });
  });
});
