import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BatchNorm1d,
  BatchNorm2d,
  type Buffer,
  functional,
  GroupNorm,
  LayerNorm,
  Linear,
  type Module,
  RMSNorm,
  Sequential,
} from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import { compile, manualSeed, ones, randn, type Tensor, tensor } from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

const elements = (x: Tensor): number[] => Array.from(x.dataSync());

/** float32 rounding of a few dozen operations. */
const rounding = 1e-5;

const mean = (layer: BatchNorm1d): Buffer => layer.runningMean as Buffer;
const variance = (layer: BatchNorm1d): Buffer => layer.runningVariance as Buffer;

/** Two channels with means 4 and 10, and variances 5 and 20. */
const batch = tensor([
  [1, 4],
  [3, 8],
  [5, 12],
  [7, 16],
]);

describe("BatchNorm1d", () => {
  test("golden values: normalises by the batch, and follows it with the variance of a sample", () => {
    const layer = new BatchNorm1d(2, { epsilon: 0 });
    const root = Math.sqrt(5);
    const column = [-3 / root, -1 / root, 1 / root, 3 / root];
    expectElements(
      layer.forward(batch),
      column.flatMap((each) => [each, each]),
    );
    // A tenth of the way from 0 to (4, 10), and from 1 to 4 / 3 of (5, 20).
    expectElements(mean(layer), [0.4, 1]);
    expectElements(variance(layer), [0.9 + 2 / 3, 0.9 + 8 / 3]);
  });

  test("in evaluation uses what it remembers, and changes nothing", () => {
    const layer = new BatchNorm1d(2, { epsilon: 0 });
    mean(layer).assign(tensor([1, 2]));
    variance(layer).assign(tensor([4, 9]));
    layer.weight?.assign(tensor([2, 3]));
    layer.bias?.assign(tensor([10, 20]));
    const output = layer.eval().forward(tensor([[5, 8]]));
    expectElements(output, [2 * 2 + 10, 2 * 3 + 20]);
    expect([elements(mean(layer)), elements(variance(layer))]).toEqual([
      [1, 2],
      [4, 9],
    ]);
  });

  test("compiled, one function serves both modes, and only training changes the state", () => {
    const [layer, eager] = [new BatchNorm1d(2), new BatchNorm1d(2)];
    const run = compile((x: Tensor) => layer.forward(x));
    const states = (each: BatchNorm1d): number[] => [
      ...elements(mean(each)),
      ...elements(variance(each)),
    ];
    const modes = [true, false, true, true, false];
    for (const [index, training] of modes.entries()) {
      const before = states(layer);
      const x = batch.mul(index + 1);
      layer.training = training;
      eager.training = training;
      expect(elements(run(x))).toEqual(elements(eager.forward(x)));
      expect(states(layer)).toEqual(states(eager));
      if (training) expect(states(layer)).not.toEqual(before);
      else expect(states(layer)).toEqual(before);
    }
    expect(run.programs).toBe(2);
  });

  test("a compiled step of descent updates weights and statistics together", () => {
    manualSeed(2);
    const model = new Sequential(new Linear(2, 2), new BatchNorm1d(2));
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    const before = model.stateDict();
    compile((x: Tensor) => {
      const cost = model.forward(x).square().multiply(x).sum();
      cost.backward();
      optimizer.step();
      return cost;
    })(batch);
    for (const [name, value] of model.stateDict()) {
      // What stands before a batch normalisation needs no bias: the mean takes it away.
      if (name === "layers.0.bias")
        expectElements(value, elements(before.get(name) as Tensor), 1e-4);
      else expect(elements(value), name).not.toEqual(elements(before.get(name) as Tensor));
    }
  });

  test("without momentum the running statistics are the means over all batches", () => {
    const layer = new BatchNorm1d(2, { momentum: null });
    for (const factor of [1, 2, 6]) layer.forward(batch.mul(factor));
    expectElements(mean(layer), [12, 30], rounding);
    const squares = (1 + 4 + 36) / 3;
    expectElements(variance(layer), [(squares * 20) / 3, (squares * 80) / 3], rounding);
    expect(layer.batchCount?.itemSync()).toBe(3);
  });

  test("has the names that a state dict needs", () => {
    const names = (layer: Module) => [...layer.stateDict().keys()];
    const running = ["runningMean", "runningVariance"];
    expect(names(new BatchNorm1d(2))).toEqual(["weight", "bias", ...running]);
    expect(names(new BatchNorm1d(2, { affine: false }))).toEqual(running);
    expect(names(new BatchNorm1d(2, { trackRunningStatistics: false }))).toEqual([
      "weight",
      "bias",
    ]);
    expect(names(new BatchNorm1d(2, { momentum: null }))).toEqual([
      "weight",
      "bias",
      ...running,
      "batchCount",
    ]);
  });

  test("refuses a single value for each channel where its variance is needed", () => {
    const model = new Sequential(new BatchNorm1d(2));
    const single = ones([1, 2]);
    const message =
      'BatchNorm1d(2) "layers.0": received shape (1, 2), one value for each channel, expected at least 2';
    expect(() => model.forward(single)).toThrow(message);
    expect(model.eval().forward(single).shape).toEqual([1, 2]);
    const untracked = new BatchNorm1d(2, { trackRunningStatistics: false }).eval();
    expect(() => untracked.forward(single)).toThrow("one value for each channel");
    expect(new BatchNorm1d(2).forward(ones([1, 2, 3])).shape).toEqual([1, 2, 3]);
  });
});

describe("BatchNorm2d", () => {
  test("is BatchNorm1d over positions in a row", () => {
    manualSeed(4);
    const x = randn([2, 3, 4, 5]);
    const [images, rows] = [new BatchNorm2d(3), new BatchNorm1d(3)];
    const expected = rows.forward(x.reshape([2, 3, 20]));
    expectElements(images.forward(x), elements(expected), rounding);
    expectElements(images.runningVariance, elements(variance(rows)), rounding);
  });
});

describe("whatever comes in", () => {
  type Normalization = (channels: number) => (x: Tensor) => Tensor;
  const layers: [string, Normalization, axes: number[]][] = [
    ["BatchNorm1d", (channels) => (x) => new BatchNorm1d(channels).forward(x), [0, 2]],
    ["LayerNorm", () => (x) => new LayerNorm(x.shape.slice(1)).forward(x), [1, 2]],
    [
      "GroupNorm of all channels",
      (channels) => (x) => new GroupNorm(1, channels).forward(x),
      [1, 2],
    ],
    [
      "GroupNorm of each channel",
      (channels) => (x) => new GroupNorm(channels, channels).forward(x),
      [2],
    ],
  ];
  const sizes = fc.tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 4, max: 8 }),
  );

  test.each(layers)("%s gives mean 0 and variance 1", (_, make, axes) => {
    fc.assert(
      fc.property(sizes, fc.nat(), (shape, seed) => {
        manualSeed(seed);
        const y = make(shape[1])(randn(shape).mul(3).add(5));
        for (const each of elements(y.mean(axes).abs())) expect(each).toBeLessThan(1e-4);
        for (const each of elements(y.variance(axes)))
          expect(Math.abs(each - 1)).toBeLessThan(1e-3);
      }),
      { numRuns: 20 },
    );
  });

  test.each(layers)("%s sees neither shift nor scale", (_, make) => {
    manualSeed(6);
    const x = randn([3, 2, 8]);
    const layer = make(2);
    expectElements(layer(x.mul(4).add(7)), elements(layer(x)), 1e-4);
  });

  test("RMSNorm gives a mean square of 1, sees no scale, but a shift", () => {
    manualSeed(7);
    const [layer, x] = [new RMSNorm(8), randn([3, 8])];
    for (const each of elements(layer.forward(x).square().mean(1))) expect(each).toBeCloseTo(1, 5);
    expectElements(layer.forward(x.mul(4)), elements(layer.forward(x)), rounding);
    expect(elements(layer.forward(x.add(7)))).not.toEqual(elements(layer.forward(x)));
  });
});

test("GroupNorm of one group is LayerNorm over channels and positions", () => {
  const x = randn([2, 4, 3]);
  const layer = new LayerNorm([4, 3], { affine: false });
  const expected = elements(layer.forward(x));
  expectElements(new GroupNorm(1, 4, { affine: false }).forward(x), expected, rounding);
});

test("layers that see samples alone are the same in both modes, and compiled", () => {
  const x = randn([2, 4, 3]);
  for (const layer of [new LayerNorm([4, 3]), new RMSNorm(3), new GroupNorm(2, 4)]) {
    const expected = elements(layer.forward(x));
    expect(elements(layer.eval().forward(x))).toEqual(expected);
    expect(elements(compile((each: Tensor) => layer.forward(each))(x))).toEqual(expected);
  }
});

test("null is no weight and no bias", () => {
  const { batchNorm, channelStatistics, groupNorm, layerNorm, rmsNorm } = functional;
  const x = randn([2, 4, 3]);
  const none = { weight: null, bias: null };
  const statistics = channelStatistics(x);
  expect(elements(layerNorm(x, 3, none))).toEqual(elements(layerNorm(x, 3)));
  expect(elements(rmsNorm(x, 3, { weight: null }))).toEqual(elements(rmsNorm(x, 3)));
  expect(elements(groupNorm(x, 2, none))).toEqual(elements(groupNorm(x, 2)));
  expect(elements(batchNorm(x, statistics, none))).toEqual(elements(batchNorm(x, statistics)));
});

describe("refused", () => {
  const { batchNorm, groupNorm, layerNorm, rmsNorm } = functional;
  const x = ones([2, 4, 3]);
  const integers = ones([2, 4, 3], "int32");
  test.each([
    new LayerNorm(3, { affine: false }),
    new RMSNorm(3, { affine: false }),
    new GroupNorm(2, 4, { affine: false }),
    new BatchNorm1d(4, { affine: false, trackRunningStatistics: false }),
  ])("integers by %s without weights", (layer) => {
    expect(() => layer.forward(integers)).toThrow(
      `${layer}: received int32, expected a floating dtype; convert the input with`,
    );
  });

  test.each<[string, () => unknown]>([
    ["BatchNorm1d(0): received channels 0, expected an integer", () => new BatchNorm1d(0)],
    [
      'BatchNorm2d(3): received momentum "0.1", expected',
      () => new BatchNorm2d(3, { momentum: "0.1" as never }),
    ],
    [
      "BatchNorm2d(3): received momentum 1.5, expected a number from 0 to 1",
      () => new BatchNorm2d(3, { momentum: 1.5 }),
    ],
    ["BatchNorm1d(3): received epsilon -1, expected", () => new BatchNorm1d(3, { epsilon: -1 })],
    ['BatchNorm1d: received an option named "eps"', () => new BatchNorm1d(3, { eps: 1 } as object)],
    [
      "BatchNorm1d(3): received 3 as the input, expected a Tensor",
      () => new BatchNorm1d(3).forward(3 as never),
    ],
    ["LayerNorm: received size 0, expected an integer", () => new LayerNorm([2, 0])],
    ["LayerNorm: received axes 0, expected an integer of at least 1", () => new LayerNorm([])],
    ["LayerNorm(2, 3): received epsilon NaN", () => new LayerNorm([2, 3], { epsilon: Number.NaN })],
    [
      'LayerNorm: received an option named "elementwiseAffine"',
      () => new LayerNorm(2, { elementwiseAffine: false } as object),
    ],
    ['RMSNorm: received an option named "bias"', () => new RMSNorm(2, { bias: true } as object)],
    [
      "GroupNorm(3, 4): received groups 3, expected a divisor of the 4 channels",
      () => new GroupNorm(3, 4),
    ],
    ["GroupNorm(0, 4): received groups 0", () => new GroupNorm(0, 4)],
    [
      "GroupNorm(2, 4): received 3 as the input, expected a Tensor",
      () => new GroupNorm(2, 4).forward(3 as never),
    ],
    ["layerNorm: received shape (2, 4, 3), expected (..., 2, 3)", () => layerNorm(x, [2, 3])],
    [
      "layerNorm: received epsilon Infinity",
      () => layerNorm(x, [3], { epsilon: Number.POSITIVE_INFINITY }),
    ],
    ["rmsNorm: received shape (2, 4, 3), expected (..., 4)", () => rmsNorm(x, [4])],
    ["rmsNorm: received shape (2, 4, 3), expected (..., 4)", () => rmsNorm(x, 4)],
    ["layerNorm: received size 1.5, expected an integer", () => layerNorm(x, 1.5)],
    ["layerNorm: received int32, expected a floating dtype", () => layerNorm(integers, 3)],
    [
      "layerNorm: received shape (4,) for the weight, expected (3,)",
      () => layerNorm(x, 3, { weight: ones([4]) }),
    ],
    [
      "layerNorm: received 0 as the bias, expected a Tensor",
      () => layerNorm(x, 3, { bias: 0 as never }),
    ],
    [
      "rmsNorm: received float64 for the weight, expected float32",
      () => rmsNorm(x, 3, { weight: ones([3], "float64") }),
    ],
    [
      "groupNorm: received shape (2,) for the bias, expected (4,)",
      () => groupNorm(x, 2, { bias: ones([2]) }),
    ],
    [
      "batchNorm: received shape (3,) for the mean, expected (4,)",
      () => batchNorm(x, { mean: ones([3]), variance: ones([4]) }),
    ],
    [
      "batchNorm: received undefined as the variance, expected a Tensor",
      () => batchNorm(x, { mean: ones([4]) } as never),
    ],
    [
      "batchNorm: received shape (4, 1) for the weight, expected (4,)",
      () => batchNorm(x, { mean: ones([4]), variance: ones([4]) }, { weight: ones([4, 1]) }),
    ],
    [
      "channelStatistics: received shape (3,), expected (N, C, ...)",
      () => functional.channelStatistics(ones([3])),
    ],
    ["groupNorm: received shape (3,), expected (N, C, ...)", () => groupNorm(ones([3]), 1)],
    ["groupNorm: received groups 3, expected a divisor of the 4 channels", () => groupNorm(x, 3)],
    [
      'batchNorm: received an option named "var"',
      () => batchNorm(x, { mean: ones([4]), var: ones([4]) } as never),
    ],
  ])("%s", (message, act) => {
    expect(act).toThrow(message);
  });
});
