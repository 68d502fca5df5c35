import { gradients, loss, nn, optim, Parameter, type Tensor, tensor, zeros } from "@versant/core";
import { describe, expect, test } from "vitest";
import { describeOnDevices } from "./fixture.js";

/** Weights of layers as the book prints them, inputs by rows: (in, out). */
function linear(weight: number[][], bias: number[]): nn.Linear {
  const layer = new nn.Linear(weight.length, bias.length);
  layer.weight.assign(tensor(weight).transpose());
  layer.bias?.assign(tensor(bias));
  return layer;
}

const values = (x: Tensor): number[] => Array.from(x.dataSync());

function expectValues(x: Tensor, expected: number[], digits = 5): void {
  expect(x.size).toBe(expected.length);
  values(x).forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] as number, digits);
  });
}

describeOnDevices("neurons", () => {
  test("a perceptron weighs, adds its bias and activates", () => {
    const x = tensor([7, -3, 2]);
    const thirds = linear([[1 / 3], [1 / 3], [1 / 3]], [0]);
    expectValues(thirds.forward(x), [2]);
    const weighted = linear([[0.6], [0.25], [0.15]], [0]).forward(x);
    expectValues(weighted, [3.75]);
    expectValues(weighted.sigmoid(), [0.977023]);
    expectValues(
      linear([[0.2], [-0.5]], [0.1])
        .forward(tensor([2, 3]))
        .relu(),
      [0],
    );
  });

  test("a network of two hidden layers, ReLU everywhere", () => {
    const rows = [
      [0.1, 0.2, 0.3],
      [0.4, 0.5, 0.6],
      [0.7, 0.8, 0.9],
    ];
    const bias = [0.1, 0.2, 0.3];
    const first = linear(rows.slice(0, 2), bias)
      .forward(tensor([70, 25]))
      .relu();
    expectValues(first, [17.1, 26.7, 36.3], 4);
    const second = linear(rows, bias).forward(first).relu();
    expectValues(second, [37.9, 46.01, 54.12], 4);
    expectValues(
      linear([[0.1], [0.2], [0.3]], [0.1])
        .forward(second)
        .relu(),
      [29.328],
      4,
    );
  });

  test("softmax", () => {
    expectValues(tensor([2, 1, -1, 3]).softmax(), [0.241783, 0.088947, 0.012038, 0.657233]);
  });
});

describe("numbers of parameters", () => {
  const mlp = (...sizes: number[]): nn.Sequential =>
    new nn.Sequential(
      ...sizes.slice(1).map((size, index) => new nn.Linear(sizes[index] as number, size)),
    );

  test.each([
    { sizes: [2, 16, 16, 16, 1], rows: [48, 272, 272, 17], total: 609 },
    {
      sizes: [784, 40, 40, 40, 40, 40, 10],
      rows: [31_400, 1640, 1640, 1640, 1640, 410],
      total: 38_370,
    },
    { sizes: [2, 40, 40, 40, 40, 40, 1], rows: [120, 1640, 1640, 1640, 1640, 41], total: 6721 },
  ])("$sizes has $total", ({ sizes, rows, total }) => {
    const summary = nn.summary(mlp(...sizes), [1, sizes[0] as number]);
    expect(summary.rows.map(({ parameters }) => parameters)).toEqual(rows);
    expect(summary.total).toBe(total);
  });
});

describeOnDevices("losses", () => {
  test("absolute and squared errors", () => {
    const prediction = tensor([15, 18, 20, 22, 25]);
    const target = tensor([17, 20, 18, 21, 20]);
    expectValues(loss.mae(prediction, target), [2.4]);
    expectValues(loss.mse(prediction, target), [7.6]);
  });

  test("cross-entropies", () => {
    const p = tensor([0.9, 0.2, 0.6]);
    const y = tensor([1, 0, 1]);
    expectValues(
      loss.binaryCrossEntropy(p, y, { reduction: "none" }),
      [0.105361, 0.223144, 0.510826],
    );
    expectValues(loss.binaryCrossEntropy(p, y), [0.279777]);
    // Three rows predicted at 0.7: logits are logarithms up to a constant.
    const logits = tensor([
      [0.7, 0.2, 0.1],
      [0.1, 0.7, 0.2],
      [0.2, 0.1, 0.7],
    ]).log();
    expectValues(loss.crossEntropy(logits, tensor([0, 1, 2], { dtype: "int32" })), [0.356675]);
  });
});

/** Cost before and parameters after each iteration of descent on the mean squared error. */
function descend(parameters: Parameter[], predict: () => Tensor, y: Tensor, iterations: number) {
  const optimizer = new optim.SGD(parameters, { learningRate: 0.1 });
  return Array.from({ length: iterations }, () => {
    const cost = loss.mse(predict(), y);
    cost.backward();
    const gradient = parameters.map((each) => each.grad?.itemSync());
    optimizer.step();
    return { row: [cost, ...parameters].map((each) => each.itemSync()), gradient };
  });
}

describeOnDevices("descent", () => {
  const x = () => tensor([1, 2, 3, 4]);
  const y = () => tensor([2, 3, 4, 5]);

  test("with one parameter", () => {
    const w = new Parameter(zeros([]));
    const table = descend([w], () => x().multiply(w), y(), 100);
    const golden: [number, number, number, number][] = [
      [1, 13.5, 2, 5],
      [2, 3.5, 1, 5],
      [3, 1, 1.5, 5],
      [4, 0.375, 1.25, 5],
      [5, 0.21875, 1.375, 5],
      [6, 0.1796875, 1.3125, 5],
      [10, 0.1667, 1.332, 4],
      [100, 0.1667, 1.3333, 4],
    ];
    for (const [iteration, cost, weight, digits] of golden) {
      const { row } = table[iteration - 1] as (typeof table)[number];
      expect(row[0]).toBeCloseTo(cost, digits);
      expect(row[1]).toBeCloseTo(weight, digits);
    }
  });

  test("with a bias", () => {
    const w = new Parameter(zeros([]));
    const b = new Parameter(zeros([]));
    const table = descend([w, b], () => x().multiply(w).add(b), y(), 233);
    expect(table[0]?.gradient).toEqual([-20, -7]);
    const golden: [number, number[]][] = [
      [1, [13.5, 2, 0.7]],
      [2, [6.09, 0.65, 0.26]],
      [3, [2.761, 1.545, 0.583]],
      [4, [1.265, 0.936, 0.394]],
      [5, [0.592, 1.335, 0.547]],
      [6, [0.288, 1.059, 0.47]],
      [10, [0.044, 1.127, 0.556]],
      [20, [0.018, 1.109, 0.678]],
      [233, [0, 1, 1]],
    ];
    for (const [iteration, expected] of golden) {
      const { row } = table[iteration - 1] as (typeof table)[number];
      // Rounded to three decimals, as printed.
      expected.forEach((value, column) => {
        expect(Math.abs((row[column] as number) - value)).toBeLessThan(0.00051);
      });
    }
  });

  test("a regression line, each frame one step from the last to 0.01", () => {
    // Two points with the moments of the data: means of x and y, of x x and of x y.
    const [meanX, meanXX, meanXY, meanY] = [3.46, 35.13, 113.4, 11.45];
    const spread = Math.sqrt(meanXX - meanX ** 2);
    const rise = (meanXY - meanX * meanY) / spread;
    const points = tensor([meanX - spread, meanX + spread]);
    const heights = tensor([meanY - rise, meanY + rise]);
    const frames = [
      [0.58, 0.25],
      [1.5, 0.35],
      [2.1, 0.4],
      [2.48, 0.43],
      [2.73, 0.46],
      [2.89, 0.47],
      [2.99, 0.48],
      [3.06, 0.49],
      [3.1, 0.49],
      [3.13, 0.5],
    ];
    const slope = new Parameter(zeros([]));
    const intercept = new Parameter(zeros([]));
    const optimizer = new optim.SGD([slope, intercept], { learningRate: 0.01 });
    for (const [index, [a, b]] of frames.slice(0, -1).entries()) {
      slope.assign(tensor(a as number));
      intercept.assign(tensor(b as number));
      const line = points.multiply(slope).add(intercept);
      loss.mse(line, heights).multiply(0.5).backward();
      optimizer.step();
      const [nextA, nextB] = frames[index + 1] as [number, number];
      expect(Math.abs(slope.itemSync() - nextA)).toBeLessThan(0.0101);
      expect(Math.abs(intercept.itemSync() - nextB)).toBeLessThan(0.0101);
    }
  });
});

describeOnDevices("back-propagation", () => {
  test("through two sigmoid neurons and a linear one, by hand, by rule and by differences", () => {
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
    const forward = (
      w: number[],
      b: number[],
    ): { a1: number; a2: number; cost: number; y: number } => {
      const [w1 = 0, w2 = 0, w3 = 0] = w;
      const [b1 = 0, b2 = 0, b3 = 0] = b;
      const a1 = sigmoid(w1 * 2 + b1);
      const a2 = sigmoid(w2 * a1 + b2);
      const y = w3 * a2 + b3;
      return { a1, a2, y, cost: 0.5 * (y - 1) ** 2 };
    };
    const w = [0.5, 0.5, 0.5];
    const b = [0.1, 0.1, 0.1];
    const { a1, a2, y } = forward(w, b);
    const e3 = y - 1;
    const e2 = e3 * 0.5 * a2 * (1 - a2);
    const e1 = e2 * 0.5 * a1 * (1 - a1);
    const byHand = [e1 * 2, e2 * a1, e3 * a2, e1, e2, e3];
    // Computed in float64 once and for all.
    const golden = [
      -0.013104762886522112, -0.05247364630208604, -0.36484144068296803, -0.006552381443261056,
      -0.06994060581225114, -0.5917013749351643,
    ];
    byHand.forEach((value, index) => {
      expect(value).toBeCloseTo(golden[index] as number, 14);
    });
    const h = 1e-5;
    const moved = (list: number[], at: number, by: number): number[] =>
      list.map((value, index) => (index === at ? value + by : value));
    const differences = [0, 1, 2].flatMap((at) => [
      (forward(moved(w, at, h), b).cost - forward(moved(w, at, -h), b).cost) / (2 * h),
      (forward(w, moved(b, at, h)).cost - forward(w, moved(b, at, -h)).cost) / (2 * h),
    ]);
    [0, 3, 1, 4, 2, 5].forEach((at, index) => {
      expect(differences[index]).toBeCloseTo(golden[at] as number, 9);
    });

    const parameters = [...w, ...b].map((value) => new Parameter(tensor(value)));
    const [w1, w2, w3, b1, b2, b3] = parameters as [
      Parameter,
      Parameter,
      Parameter,
      Parameter,
      Parameter,
      Parameter,
    ];
    const hidden = w2.multiply(w1.multiply(2).add(b1).sigmoid()).add(b2).sigmoid();
    const cost = w3.multiply(hidden).add(b3).subtract(1).square().multiply(0.5);
    gradients(cost, parameters).forEach((gradient, index) => {
      expect(gradient.itemSync()).toBeCloseTo(golden[index] as number, 6);
    });
  });
});
