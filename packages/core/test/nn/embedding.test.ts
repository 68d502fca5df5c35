import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError, ShapeError } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import {
  arange,
  compile,
  manualSeed,
  ones,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

const indices = (...values: number[]): Tensor => tensor(Int32Array.from(values));

/** Row i is (10 i + 1, 10 i + 2, ...). */
const numbered = (count: number, features: number): Tensor =>
  arange(count).unsqueeze(1).mul(10).add(arange(features).add(1)).cast("float32");

function bag(count: number, features: number, options?: nn.EmbeddingBagOptions): nn.EmbeddingBag {
  const layer = new nn.EmbeddingBag(count, features, options);
  layer.weight.assign(numbered(count, features));
  return layer;
}

describe("Embedding", () => {
  test("finds the rows of indices of any shape", () => {
    const layer = nn.Embedding.fromPretrained(numbered(3, 2));
    expectElements(layer.forward(indices(2, 0)), [21, 22, 1, 2]);
    expectElements(layer.forward(tensor(Uint8Array.of(1))), [11, 12]);
    expectElements(layer.forward(tensor(1, { dtype: "int32" })), [11, 12]);
    const shapes = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(layer.forward(zeros(shape, "int32")).shape).toEqual([...shape, 2]);
      }),
      { numRuns: 30 },
    );
  });

  test("starts from N(0, 1), repeatably after manualSeed, or as the initialiser says", () => {
    const draw = () => {
      manualSeed(7);
      return new nn.Embedding(50, 40).weight.dataSync();
    };
    const values = [...draw()];
    expect([...draw()]).toEqual(values);
    const mean = values.reduce((sum, value) => sum + value, 0) / 2000;
    const square = values.reduce((sum, value) => sum + value * value, 0) / 2000;
    // 5 standard deviations of each estimate.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(2000));
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000));
    const constant = new nn.Embedding(2, 2, {
      initializer: nn.init.constant(3),
      paddingIndex: 1,
      dtype: "float64",
    });
    expect(constant.weight.dtype).toBe("float64");
    expect([...constant.weight.dataSync()]).toEqual([3, 3, 0, 0]);
  });

  test("rows get the gradient of every place where they stood, the padding row none", () => {
    const layer = new nn.Embedding(4, 2, { paddingIndex: 2 });
    layer.weight.assign(ones([4, 2]));
    const vectors = layer.forward(indices(0, 2, 0, 3));
    // A padding vector that was given another value is read like any other.
    expectElements(vectors, [1, 1, 1, 1, 1, 1, 1, 1]);
    vectors.sum().backward();
    expectElements(layer.weight.grad, [2, 2, 0, 0, 0, 0, 1, 1]);
  });

  test("the padding row is left out where uint8 cannot hold it", () => {
    const layer = new nn.Embedding(300, 1, { paddingIndex: 299 });
    layer.weight.assign(numbered(300, 1));
    expectElements(layer.forward(tensor(Uint8Array.of(43))), [431]);
  });

  test("pretrained vectors stay as they are unless they are thawed", () => {
    const vectors = numbered(3, 2);
    const frozen = nn.Embedding.fromPretrained(vectors, { paddingIndex: 0 });
    expect(frozen.weight.requiresGrad).toBe(false);
    expect([...frozen.weight.dataSync()]).toEqual([1, 2, 11, 12, 21, 22]);
    const trained = nn.Embedding.fromPretrained(vectors, { freeze: false });
    expect([trained.weight.requiresGrad, trained.paddingIndex]).toEqual([true, null]);
  });

  test("an index out of range is one of the layer, and of its path once that is known", () => {
    const layer = new nn.Embedding(5, 2);
    const message = ": received index 5, expected 0 to 4";
    expect(() => layer.forward(indices(1, 5)).dataSync()).toThrow(
      `indices of Embedding(5, 2)${message}`,
    );
    const model = new nn.Sequential(layer);
    const step = compile((x: Tensor) => model.forward(x));
    model.parameters();
    expect(() => step(indices(1, 5))).toThrow(`indices of Embedding(5, 2) "layers.0"${message}`);
    expect(() => step(indices(-1, 0))).toThrow('"layers.0": received index -1');
  });

  test.each<[string, () => unknown, string]>([
    ["no rows", () => new nn.Embedding(0, 2), "Embedding(0, 2): received count 0, expected"],
    ["half a feature", () => new nn.Embedding(2, 0.5), "received features 0.5"],
    [
      "a padding index past the end",
      () => new nn.Embedding(2, 3, { paddingIndex: 2 }),
      "Embedding(2, 3): received paddingIndex 2, expected an integer from 0 to 1.",
    ],
    [
      "PyTorch's way of counting from the end",
      () => new nn.Embedding(2, 3, { paddingIndex: -1 }),
      "received paddingIndex -1",
    ],
    [
      "a misspelt option",
      () => new nn.Embedding(2, 3, { padding: 1 } as never),
      'Embedding: received an option named "padding"',
    ],
    [
      "vectors that are none",
      () => nn.Embedding.fromPretrained([[1]] as never),
      "Embedding.fromPretrained: received a list of 1 as the vectors, expected a Tensor",
    ],
    [
      "vectors of another shape",
      () => nn.Embedding.fromPretrained(ones([2, 3, 4])),
      "Embedding.fromPretrained: received shape (2, 3, 4), expected (count, features)",
    ],
    [
      "integer vectors",
      () => nn.Embedding.fromPretrained(zeros([2, 2], "int32")),
      "received int32",
    ],
    [
      "an option of the constructor",
      () => nn.Embedding.fromPretrained(ones([1, 1]), { dtype: "float32" } as never),
      'Embedding.fromPretrained: received an option named "dtype"',
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  test("refuses what are no indices, with its path", () => {
    const model = new nn.Sequential(new nn.Embedding(4, 2));
    expect(() => model.forward(ones([3]))).toThrow(DTypeError);
    expect(() => model.forward(ones([3]))).toThrow(
      'Embedding(4, 2) "layers.0": received float32 for the indices, expected int32 or uint8; ' +
        'convert the indices with .cast("int32").',
    );
    expect(() => model.forward([1] as never)).toThrow("received a list of 1 as the indices");
    expect(() => nn.Embedding.fromPretrained(ones([1, 1]), { freeze: 1 as never })).toThrow(
      "Embedding.fromPretrained: received freeze 1, expected true or false",
    );
  });
});

describe("EmbeddingBag", () => {
  test("adds or averages rows of bags", () => {
    const input = tensor(Int32Array.of(0, 1, 2, 2), { shape: [2, 2] });
    expectElements(bag(3, 2, { mode: "sum" }).forward(input), [12, 14, 42, 44]);
    expectElements(bag(3, 2).forward(input), [6, 7, 21, 22]);
  });

  test("bags start at offsets; empty ones give zeros", () => {
    const flat = indices(0, 1, 2, 2, 1);
    const offsets = indices(0, 2, 2, 5);
    const sum = bag(3, 1, { mode: "sum" });
    expectElements(sum.forward(flat, { offsets }), [12, 0, 53, 0]);
    expectElements(bag(3, 1).forward(flat, { offsets }), [6, 0, 53 / 3, 0]);
    const weights = tensor([1, 2, 3, 4, -1]);
    expectElements(sum.forward(flat, { offsets, weights }), [23, 0, 136, 0]);
    expectElements(sum.forward(zeros([2, 0], "int32")), [0, 0]);
    expectElements(bag(3, 1).forward(indices(), { offsets: indices(0, 0) }), [0, 0]);
  });

  test("the padding index is no element of a bag", () => {
    const layer = bag(3, 1, { paddingIndex: 0 });
    const input = tensor(Int32Array.of(1, 0, 0, 0), { shape: [2, 2] });
    const means = layer.forward(input);
    expectElements(means, [11, 0]);
    means.sum().backward();
    expectElements(layer.weight.grad, [0, 1, 0]);
  });

  test("agrees with adding up bag by bag", () => {
    const bags = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    const layer = bag(7, 2, { mode: "sum" });
    fc.assert(
      fc.property(bags, (each) => {
        const starts = each.map((_, index) => each.slice(0, index).flat().length);
        const expected = each.flatMap((one) => [
          one.reduce((sum, index) => sum + 10 * index + 1, 0),
          one.reduce((sum, index) => sum + 10 * index + 2, 0),
        ]);
        const sums = layer.forward(indices(...each.flat()), { offsets: indices(...starts) });
        expectElements(sums, expected);
      }),
      { numRuns: 30 },
    );
  });

  test("ragged bags of one capacity train in one Program", () => {
    const layer = bag(4, 1, { includeLastOffset: true });
    const optimizer = new SGD(layer.parameters(), { learningRate: 1 });
    const step = compile((flat: Tensor, offsets: Tensor) => {
      const means = layer.forward(flat, { offsets });
      means.sum().backward();
      optimizer.step();
      return means;
    });
    const capacity = (...values: number[]): Tensor =>
      indices(...values, ...Array.from({ length: 6 - values.length }, () => 3));
    expectElements(step(capacity(0, 1, 1), indices(0, 1, 3)), [1, 11]);
    // What fills the rest up was not trained.
    expectElements(layer.weight, [0, 10, 21, 31]);
    expectElements(step(capacity(2, 2, 2, 0, 1), indices(0, 0, 5)), [0, 73 / 5]);
    expectElements(layer.weight, [-0.2, 9.8, 20.4, 31]);
    expect(step.programs).toBe(1);
  });

  test("indices and offsets out of range are named", () => {
    const layer = bag(3, 2);
    expect(() => layer.forward(indices(3), { offsets: indices(0) }).dataSync()).toThrow(
      "indices of EmbeddingBag(3, 2): received index 3, expected 0 to 2",
    );
    expect(() => layer.forward(indices(0, 1), { offsets: indices(1) }).dataSync()).toThrow(
      "offsets of EmbeddingBag(3, 2), the first of which has to be 0: received index -1",
    );
  });

  test.each([
    [[0, 2, 1], "steps between the offsets of", "-1, expected 0 to 3"],
    [[0, 7], "offsets of", "7, expected 0 to 3"],
    [[-3, 1], "offsets of", "-3, expected 0 to 3"],
  ])("a run refuses the offsets %j of 3 indices", (offsets, what, message) => {
    const layer = bag(3, 2);
    const model = new nn.ModuleList([layer]);
    model.parameters();
    const run = compile((each: Tensor) => layer.forward(indices(0, 1, 2), { offsets: each }));
    expect(() => run(indices(...offsets))).toThrow(
      `${what} EmbeddingBag(3, 2) "layers.0": received index ${message}.`,
    );
    // Those that fit run in the same Program.
    expectElements(run(indices(...offsets.map((_, index) => index))).at(0), [1, 2]);
    expect(run.programs).toBe(1);
  });

  test("offsets may be none, or one", () => {
    const none = bag(3, 2).forward(indices(), { offsets: indices() });
    expect(none.shape).toEqual([0, 2]);
    const sum = bag(3, 1, { mode: "sum" });
    expectElements(sum.forward(indices(0, 1), { offsets: indices(0) }), [12]);
    expectElements(sum.forward(indices(0, 1), { offsets: indices(0, 2) }), [12, 0]);
  });

  test.each<[string, () => unknown, typeof ArgumentError, string]>([
    [
      "another mode",
      () => bag(3, 2, { mode: "max" as never }),
      ArgumentError,
      'EmbeddingBag(3, 2): received mode "max", expected "sum" or "mean".',
    ],
    [
      "a flag that is none",
      () => bag(3, 2, { includeLastOffset: 1 as never }),
      ArgumentError,
      "EmbeddingBag(3, 2): received includeLastOffset 1, expected true or false.",
    ],
    [
      "offsets that are no tensor",
      () => bag(3, 2).forward(indices(0), { offsets: 0 as never }),
      ArgumentError,
      "EmbeddingBag(3, 2): received 0 as the offsets, expected a Tensor.",
    ],
    [
      "a misspelt option",
      () => bag(3, 2, { include_last_offset: true } as never),
      ArgumentError,
      'EmbeddingBag: received an option named "include_last_offset"',
    ],
    [
      "offsets that stand where the bags are named",
      () => bag(3, 2).forward(indices(0), indices(0) as never),
      ArgumentError,
      "EmbeddingBag(3, 2): received a Tensor as the bags, expected a plain object of offsets, ",
    ],
    [
      "one bag without an axis of bags",
      () => bag(3, 2).forward(indices(0, 1)),
      ShapeError,
      "received shape (2,) for the indices, expected (N, L); give one bag as (1, L), or offsets.",
    ],
    [
      "rows of bags with offsets",
      () => bag(3, 2).forward(zeros([2, 2], "int32"), { offsets: indices(0) }),
      ShapeError,
      "received shape (2, 2) for the indices, expected (L,); leave out the offsets.",
    ],
    [
      "offsets that are no indices",
      () => bag(3, 2).forward(indices(0), { offsets: ones([1]) }),
      DTypeError,
      "received float32 for the offsets, expected int32 or uint8",
    ],
    [
      "weights for a mean",
      () => bag(3, 2).forward(zeros([2, 2], "int32"), { weights: ones([2, 2]) }),
      ArgumentError,
      'received weights in mode "mean", expected them in mode "sum" only',
    ],
    [
      "weights of another shape",
      () => bag(3, 2, { mode: "sum" }).forward(zeros([2, 2], "int32"), { weights: ones([2]) }),
      ShapeError,
      "received shape (2,) for the weights, expected (2, 2)",
    ],
    [
      "weights of another dtype",
      () => {
        const weights = ones([2, 2], "float64");
        return bag(3, 2, { mode: "sum" }).forward(zeros([2, 2], "int32"), { weights });
      },
      DTypeError,
      "received float64 for the weights, expected float32",
    ],
  ])("refuses %s", (_, act, type, message) => {
    expect(act).toThrow(type);
    expect(act).toThrow(message);
  });
});
