import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Dropout,
  ELU,
  Flatten,
  functional,
  GELU,
  Identity,
  LeakyReLU,
  LogSoftmax,
  type Module,
  PReLU,
  ReLU,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
  Threshold,
} from "../../src/nn/index.js";
import { compile, gradients, manualSeed, ones, tensor, zeros } from "../../src/tensor/index.js";
import { expectElements, leaf } from "./values.js";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const points = [-3, -1.25, -0.01, 0, 0.01, 0.75, 3];

/** Value and derivative as formulas in float64; at 0 by the stated convention. */
const formulas: [string, Module, (x: number) => number, (x: number) => number][] = [
  ["identity", new Identity(), (x) => x, () => 1],
  ["threshold", new Threshold(), (x) => (x > 0 ? 1 : 0), () => 0],
  ["sigmoid", new Sigmoid(), sigmoid, (x) => sigmoid(x) * (1 - sigmoid(x))],
  ["tanh", new Tanh(), Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
  ["ReLU", new ReLU(), (x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  ["leaky ReLU", new LeakyReLU(), (x) => (x > 0 ? x : 0.01 * x), (x) => (x > 0 ? 1 : 0.01)],
  ["PReLU", new PReLU(), (x) => (x > 0 ? x : 0.25 * x), (x) => (x > 0 ? 1 : 0.25)],
  ["ELU", new ELU(2), (x) => (x > 0 ? x : 2 * Math.expm1(x)), (x) => (x > 0 ? 1 : 2 * Math.exp(x))],
  ["SiLU", new SiLU(), (x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))],
  ["softplus", new Softplus(), (x) => Math.log1p(Math.exp(x)), sigmoid],
  [
    "sharp softplus",
    new Softplus({ beta: 4 }),
    (x) => Math.log1p(Math.exp(4 * x)) / 4,
    (x) => sigmoid(4 * x),
  ],
];

describe("activations", () => {
  test.each(formulas)("%s and its derivative", (_, module, value, derivative) => {
    const x = leaf(points);
    const y = module.forward(x);
    expectElements(y, points.map(value));
    // The threshold unit passes no gradient: adding 0 x keeps the loss differentiable.
    const [gradient] = gradients(y.add(x.mul(0)).sum(), [x]);
    expectElements(gradient ?? null, points.map(derivative));
  });

  test("GELU agrees with tabulated values, exactly and approximately", () => {
    // x Phi(x), with Phi(1) = 0.8413447460685429 and Phi(2) = 0.9772498680518208.
    const exact = [-2 * 0.0227501319481792, -0.15865525393145707, 0, 0.8413447460685429];
    const x = tensor([-2, -1, 0, 1]);
    expectElements(new GELU().forward(x), exact);
    expectElements(new GELU({ approximate: "tanh" }).forward(x), exact, 5e-4);
    const approximation = (v: number) =>
      0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
    expectElements(functional.gelu(x, { approximate: "tanh" }), [-2, -1, 0, 1].map(approximation));
  });

  test("GELU is as it was built, whatever becomes of the options", () => {
    const options: { approximate?: "none" | "tanh" } = { approximate: "tanh" };
    const layer = new GELU(options);
    options.approximate = "none";
    const x = tensor([-2, -1, 1]);
    expect(layer.forward(x).dataSync()).toEqual(
      functional.gelu(x, { approximate: "tanh" }).dataSync(),
    );
    expect(String(layer)).toBe('GELU({ approximate: "tanh" })');
  });

  test("GELU's derivative is Phi(x) + x phi(x)", () => {
    const x = leaf([-1, 0, 1]);
    new GELU().forward(x).sum().backward();
    const density = Math.exp(-0.5) / Math.sqrt(2 * Math.PI);
    expectElements(x.grad, [0.15865525393145707 - density, 0.5, 0.8413447460685429 + density]);
  });

  test("softmax: golden values, derivative, and the axis", () => {
    const x = leaf([2, 1, -1, 3]);
    const s = [0.241783, 0.088947, 0.012038, 0.657233];
    const y = new Softmax().forward(x);
    expectElements(y, s, 5e-7);
    y.at(0).backward();
    const [first = 0] = s;
    expectElements(
      x.grad,
      s.map((other, j) => first * ((j === 0 ? 1 : 0) - other)),
      1e-6,
    );
    expectElements(
      new Softmax(0).forward(
        tensor([
          [1, 2],
          [1, 2],
        ]),
      ),
      [0.5, 0.5, 0.5, 0.5],
    );
  });

  test("log-softmax is the logarithm of softmax, also where that is 0", () => {
    const y = new LogSoftmax().forward(tensor([2, 1, -1, 3]));
    expectElements(y, [0.241783, 0.088947, 0.012038, 0.657233].map(Math.log), 1e-4);
    expectElements(new LogSoftmax(0).forward(tensor([0, -1000])), [0, -1000]);
  });

  test("softplus and ELU are accurate and finite far from 0, and so are their derivatives", () => {
    const x = leaf([-1000, -50, -1e-6, 1e-6, 50, 1000]);
    const relative = (layer: Module, values: number[], slopes: number[]): void => {
      const y = layer.forward(x);
      const [gradient] = gradients(y.sum(), [x]);
      for (const [tensor, expected] of [
        [y, values],
        [gradient, slopes],
      ] as const) {
        tensor?.dataSync().forEach((element, index) => {
          const wanted = expected[index] as number;
          expect(Math.abs(element - wanted)).toBeLessThanOrEqual(2e-6 * Math.abs(wanted));
        });
      }
    };
    relative(
      new ELU(),
      [-1, -1, Math.expm1(-1e-6), 1e-6, 50, 1000],
      [0, Math.exp(-50), 1, 1, 1, 1],
    );
    relative(
      new Softplus(),
      [0, Math.exp(-50), Math.LN2, Math.LN2, 50, 1000],
      [0, Math.exp(-50), 0.5, 0.5, 1, 1],
    );
  });

  test("above its threshold softplus is the input itself", () => {
    const layer = new Softplus({ threshold: 1 });
    expectElements(layer.forward(tensor([0.75, 1.5])), [Math.log1p(Math.exp(0.75)), 1.5]);
  });

  test("PReLU's slope is trained: its gradient is the sum of x where x <= 0", () => {
    const layer = new PReLU();
    layer
      .forward(tensor([-3, -1, 2]))
      .sum()
      .backward();
    expectElements(layer.weight.grad, [-4]);
  });

  test("slopes do not change the shape", () => {
    expect(new PReLU().forward(tensor([-4]).at(0)).shape).toEqual([]);
    expect(() => functional.leakyRelu(ones([2]), ones([3, 2]))).toThrow(
      "leakyRelu: received slopes of shape (3, 2), expected one that broadcasts to (2,)",
    );
  });

  test.each([new Softmax(0), new LogSoftmax(0)])("%s needs an element", (layer) => {
    expect(() => layer.forward(ones([0, 2]))).toThrow(
      `${layer}: received shape (0, 2), expected at least one element along axis 0.`,
    );
  });

  test("PReLU with one slope a channel", () => {
    const layer = new PReLU({ channels: 2, initial: 0.5 });
    layer.weight.assign(tensor([0.5, 2]));
    const image = tensor([-1, -1, 1, 1, -1, 1, -1, 1], { shape: [1, 2, 2, 2] });
    const y = layer.forward(image);
    expectElements(y, [-0.5, -0.5, 1, 1, -2, 1, -2, 1]);
    y.sum().backward();
    expectElements(layer.weight.grad, [-2, -2]);
    expectElements(layer.forward(tensor([[-1, -1]])), [-0.5, -2]);
    expect(() => layer.forward(ones([4, 3]))).toThrow(
      "PReLU({ channels: 2 }): received shape (4, 3), expected (N, 2, ...)",
    );
  });

  test("no activation changes the shape", () => {
    const last: Module[] = [new Softmax(), new LogSoftmax()];
    const modules = [...formulas.map(([, module]) => module), new GELU(), ...last];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...modules),
        (shape, module) => {
          if (last.includes(module) && shape.at(-1) === 0) return;
          expect(module.forward(zeros(shape)).shape).toEqual(shape);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("Flatten and Sequential", () => {
  test("flatten keeps the axes before the first", () => {
    expect(new Flatten().forward(zeros([2, 3, 4, 5])).shape).toEqual([2, 60]);
    expect(new Flatten(0).forward(zeros([2, 3])).shape).toEqual([6]);
  });

  test("layers run in order", () => {
    const model = new Sequential(new Flatten(), new LeakyReLU(0.5), new Threshold());
    expectElements(model.forward(tensor([[[-1, 2]]])), [0, 1]);
    expectElements(new Sequential().forward(tensor([3])), [3]);
  });
});

describe("Dropout", () => {
  test("drops a share p while training, and keeps the expectation", () => {
    manualSeed(3);
    const elements = [...new Dropout(0.25).forward(ones([10_000])).dataSync()];
    const kept = elements.filter((element) => element !== 0);
    for (const element of kept) expect(element).toBeCloseTo(4 / 3, 6);
    // 5 standard deviations: sqrt(0.25 0.75 / 10,000) = 0.0043.
    expect(Math.abs(kept.length / 10_000 - 0.75)).toBeLessThan(0.022);
  });

  test("the gradient uses the mask of the forward pass", () => {
    const x = leaf(new Array<number>(64).fill(1));
    const y = new Dropout().forward(x);
    y.sum().backward();
    expect([...(x.grad?.dataSync() ?? [])]).toEqual([...y.dataSync()]);
  });

  test("is the identity in evaluation mode, also when compiled before", () => {
    const layer = new Dropout();
    const run = compile((x) => layer.forward(x));
    const x = ones([256]);
    expect([...run(x).dataSync()]).not.toEqual([...run(x).dataSync()]);
    layer.eval();
    expect([...run(x).dataSync()]).toEqual([...x.dataSync()]);
    expect(run.programs).toBe(2);
    layer.train();
    expect([...run(x).dataSync()]).toContain(0);
    expect(run.programs).toBe(2);
  });

  test.each([-0.1, 1, Number.NaN])("refuses p = %s", (p) => {
    expect(() => new Dropout(p)).toThrow(`Dropout: received p ${p}, expected 0 <= p < 1`);
  });

  test("p = 0 drops nothing", () => {
    expectElements(new Dropout(0).forward(tensor([1, 2])), [1, 2]);
  });
});
