import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  klDivergence,
  mae,
  meanAbsoluteError,
  meanSquaredError,
  mse,
  type Reduction,
} from "../../src/loss/index.js";
import { compile, gradients, ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";
import { expectElements, leaf } from "../nn/values.js";

const none = { reduction: "none" } as const;
const labels = (...indices: number[]): Tensor => tensor(indices, { dtype: "int32" });

describe("golden values", () => {
  const prediction = tensor([15, 18, 20, 22, 25]);
  const target = tensor([17, 20, 18, 21, 20]);

  test("MAE 2.4 and MSE 7.6", () => {
    expectElements(meanAbsoluteError(prediction, target), [2.4]);
    expectElements(meanSquaredError(prediction, target), [7.6]);
    expect([mae, mse]).toEqual([meanAbsoluteError, meanSquaredError]);
  });

  test("binary cross-entropy, element by element and its mean", () => {
    const p = tensor([0.9, 0.2, 0.6]);
    const y = tensor([1, 0, 1]);
    expectElements(binaryCrossEntropy(p, y, none), [0.105361, 0.223144, 0.510826], 1e-6);
    expectElements(binaryCrossEntropy(p, y), [0.279777], 1e-6);
  });

  test("categorical cross-entropy of three rows predicted at 0.7", () => {
    const rows = tensor([
      [0.7, 0.2, 0.1],
      [0.1, 0.7, 0.2],
      [0.15, 0.15, 0.7],
    ]);
    // softmax(log p) = p for rows that sum to 1.
    expectElements(crossEntropy(rows.log(), labels(0, 1, 2)), [0.356675], 1e-6);
  });
});

describe("gradients", () => {
  test("of MSE and MAE", () => {
    const p = leaf([1, 2, 5, 4]);
    const y = tensor([3, 2, 1, 8]);
    meanSquaredError(p, y).backward();
    expectElements(p.grad, [-1, 0, 2, -2]);
    p.grad = null;
    meanAbsoluteError(p, y).backward();
    expectElements(p.grad, [-0.25, 0, 0.25, -0.25]);
  });

  test("of binary cross-entropy: (p - y) / (p (1 - p))", () => {
    const p = leaf([0.9, 0.2, 0.6]);
    binaryCrossEntropy(p, tensor([1, 0, 0.5]), { reduction: "sum" }).backward();
    expectElements(p.grad, [-1 / 0.9, 1 / 0.8, 0.1 / 0.24], 1e-5);
  });

  test("of binary cross-entropy with logits: sigmoid(x) - y, at 0 too", () => {
    const logits = [-3, 0, 0, 2.5];
    const x = leaf(logits);
    const y = [0, 1, 0, 0.25];
    binaryCrossEntropyWithLogits(x, tensor(y), { reduction: "sum" }).backward();
    expectElements(
      x.grad,
      logits.map((each, index) => 1 / (1 + Math.exp(-each)) - (y[index] as number)),
    );
  });

  test("of cross-entropy: (softmax(x) - one-hot(y)) / N", () => {
    const x = leaf([
      [2, 1, -1, 3],
      [0, 0, 0, 0],
    ]);
    crossEntropy(x, labels(3, 1)).backward();
    const softmax = [0.2417826, 0.0889474, 0.0120376, 0.6572324];
    expectElements(
      x.grad,
      [...softmax.map((s, j) => (s - (j === 3 ? 1 : 0)) / 2), 0.125, -0.375, 0.125, 0.125],
      1e-6,
    );
  });
});

describe("extremes", () => {
  test("certain probabilities: right costs 0, wrong costs 100, and no gradient is NaN", () => {
    const p = leaf([0, 1, 0, 1]);
    const costs = binaryCrossEntropy(p, tensor([0, 1, 1, 0]), none);
    expectElements(costs, [0, 0, 100, 100]);
    costs.sum().backward();
    // (p - y) / max(p (1 - p), 1e-12): what is wrong is told which way is right.
    expect([...(p.grad?.dataSync() ?? [])].map((each) => each / 1e12)).toEqual([
      0,
      0,
      expect.closeTo(-1, 6),
      expect.closeTo(1, 6),
    ]);
  });

  test("certain probabilities have a slope in the target, and second derivatives that are finite", () => {
    const p = leaf([0, 1, 0, 1, 0.25]);
    const y = leaf([0, 1, 1, 0, 0.5]);
    const slopes = gradients(binaryCrossEntropy(p, y, { reduction: "sum" }), [p, y]);
    const [, ofTarget] = slopes as [Tensor, Tensor];
    expectElements(ofTarget, [100, -100, 100, -100, Math.log(3)], 1e-5);
    for (const second of gradients(ofTarget.square().sum(), [p, y])) {
      expect([...second.dataSync()].every(Number.isFinite)).toBe(true);
    }
  });

  test("a probability outside [0, 1] is not passed over", () => {
    const costs = binaryCrossEntropy(tensor([-0.1, 1.1]), tensor([1, 1]), none);
    expect([...costs.dataSync()]).toEqual([Number.NaN, Number.NaN]);
  });

  test.each([false, true])(
    "outcomes that cannot happen cost a divergence nothing, logTarget %s",
    (logTarget) => {
      const p = [0, 0.5, 0.5, 0];
      const target = leaf(logTarget ? p.map(Math.log) : p);
      const logQ = leaf([-1, -2, Math.log(0.5), Number.NEGATIVE_INFINITY]);
      const costs = klDivergence(logQ, target, { logTarget, ...none });
      expectElements(costs, [0, 0.5 * (Math.log(0.5) + 2), 0, 0], 1e-6);
      const [ofQ, ofTarget] = gradients(costs.sum(), [logQ, target]) as [Tensor, Tensor];
      expectElements(ofQ, [0, -0.5, -0.5, 0]);
      expect([...ofTarget.dataSync()].every(Number.isFinite)).toBe(true);
      expect([ofTarget.at(0), ofTarget.at(3)].map((each) => each.itemSync())).toEqual([0, 0]);
    },
  );

  test("logits far out neither overflow nor lose their gradient", () => {
    const x = leaf([-1000, 1000]);
    const costs = binaryCrossEntropyWithLogits(x, tensor([1, 1]), none);
    expectElements(costs, [1000, 0]);
    costs.sum().backward();
    expectElements(x.grad, [-1, 0]);
    expectElements(
      crossEntropy(
        tensor([
          [1000, 0],
          [-1000, 0],
        ]),
        labels(1, 0),
        none,
      ),
      [1000, 1000],
    );
  });

  test("both forms of binary cross-entropy agree", () => {
    const x = tensor([-4, -0.5, 0, 1, 3]);
    const y = tensor([0, 1, 0.5, 0.25, 1]);
    const direct = binaryCrossEntropy(x.sigmoid(), y, none);
    expectElements(binaryCrossEntropyWithLogits(x, y, none), [...direct.dataSync()], 1e-6);
  });
});

describe("reductions", () => {
  test("mean is sum over the number of elements, whatever the shape", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    const losses = [
      meanSquaredError,
      meanAbsoluteError,
      binaryCrossEntropy,
      binaryCrossEntropyWithLogits,
    ];
    fc.assert(
      fc.property(shapes, fc.constantFrom(...losses), (shape, loss) => {
        const [p, y] = [ones(shape).mul(0.25), ones(shape)];
        const each = loss(p, y, none);
        expect(each.shape).toEqual(shape);
        const [first = 0] = each.dataSync();
        expectElements(loss(p, y, { reduction: "sum" }), [first * p.size], 1e-6);
        expectElements(loss(p, y), [first], 1e-6);
      }),
      { numRuns: 30 },
    );
  });

  test("cross-entropy gives one loss a sample", () => {
    const costs = crossEntropy(zeros([5, 4]), labels(0, 1, 2, 3, 0), none);
    expectElements(costs, new Array<number>(5).fill(Math.log(4)));
  });

  test("another name is refused", () => {
    const options = { reduction: "average" as Reduction };
    expect(() => meanSquaredError(ones([1]), ones([1]), options)).toThrow(
      'meanSquaredError: received reduction "average", expected one of "mean", "sum", "none".',
    );
  });
});

describe("bad input", () => {
  test("targets that would broadcast", () => {
    expect(() => meanSquaredError(ones([4, 1]), ones([4]))).toThrow(
      "meanSquaredError: received predictions (4, 1) and targets (4,), expected equal shapes; " +
        "reshape the targets with .reshape([4,1]).",
    );
    expect(() => binaryCrossEntropy(ones([4]), ones([3]))).toThrow("expected equal shapes.");
  });

  test("bool and uint8 targets are converted, int32 is not", () => {
    const p = tensor([0.5, 3]);
    expectElements(meanSquaredError(p, tensor([1, 0], { dtype: "uint8" }), none), [0.25, 9]);
    const x = tensor([0, 0]);
    const expected = [Math.LN2, Math.LN2];
    expectElements(binaryCrossEntropyWithLogits(x, tensor([true, false]), none), expected);
    expect(() => meanSquaredError(x, labels(1, 2))).toThrow(
      'targets of dtype int32, expected one dtype; convert the targets with .cast("float32").',
    );
    expect(() => meanSquaredError(labels(1, 2), x)).toThrow(
      "received the prediction in int32, expected a floating dtype; the prediction comes first",
    );
  });

  test.each([binaryCrossEntropy, binaryCrossEntropyWithLogits])(
    "%o takes no labels for probabilities",
    (loss) => {
      for (const y of [labels(0, 2), tensor([0, 2], { dtype: "uint8" })]) {
        expect(() => loss(ones([2]), y)).toThrow(
          `${loss.name}: received targets of dtype ${y.dtype}, expected probabilities in [0, 1] or ` +
            "bools; make bools of labels with .equal(1).",
        );
      }
    },
  );

  test("a label out of range is told as a label", () => {
    for (const label of [-1, 4]) {
      const message = `labels of crossEntropy: received index ${label}, expected 0 to 3.`;
      expect(() => crossEntropy(zeros([2, 4]), labels(0, label)).dataSync()).toThrow(message);
      // Whichever of forward and backward pass meets it first.
      const logits = tensor(new Float32Array(8), { shape: [2, 4], requiresGrad: true });
      const step = compile((y: Tensor) => {
        const cost = crossEntropy(logits, y);
        return [cost, ...gradients(cost, [logits])];
      });
      expect(() => step(labels(0, label))).toThrow(message);
    }
  });

  test("uint8 labels are converted", () => {
    const y = tensor([1, 0], { dtype: "uint8" });
    expectElements(crossEntropy(zeros([2, 2]), y), [Math.LN2]);
  });

  test.each<[string, Tensor, Tensor, string]>([
    [
      "one-hot rows",
      ones([2, 3]),
      ones([2, 3]).cast("int32"),
      "which look like one-hot rows, expected class indices (2,); convert them with .argmax(1).",
    ],
    ["floating labels", ones([2, 3]), ones([2]), 'convert them with .cast("int32").'],
    [
      "a column of labels",
      ones([2, 3]),
      zeros([2, 1], "int32"),
      "(2,); use .flatten() on the labels.",
    ],
    ["too few labels", ones([2, 3]), zeros([1], "int32"), "expected one label for each row, (2,)."],
    ["a single sample", ones([3]), zeros([], "int32"), "for a single sample use .unsqueeze(0)."],
    ["swapped arguments", zeros([2], "int32"), ones([2, 3]), "received the logits in int32"],
  ])("%s", (_, logits, given, message) => {
    expect(() => crossEntropy(logits, given)).toThrow(message);
  });

  test.each([3, -1])("label %s of 3 classes fails in the kernel, eager and compiled", (label) => {
    const range = new RegExp(`received index ${label}, expected 0 to 2`);
    expect(() => crossEntropy(ones([1, 3]), labels(label)).itemSync()).toThrow(range);
    const compiled = compile((x, y) => crossEntropy(x, y));
    expect(() => compiled(ones([1, 3]), labels(label)).itemSync()).toThrow(range);
  });
});
