import { describe, expect, test } from "vitest";
import {
  ELU,
  functional,
  GELU,
  GroupNorm,
  Identity,
  LayerNorm,
  LeakyReLU,
  Linear,
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
} from "../../src/nn/index.js";
import { gradients, manualSeed, type Tensor } from "../../src/tensor/index.js";
import { gradcheck } from "../../src/testing/index.js";
import { leaf } from "./values.js";

// No element stands at a kink, and none closer to it than the difference moves.
const x = leaf([
  [-1.5, 0.25, 2],
  [0.75, -0.125, -2.5],
]);

const layers: [string, () => Module][] = [
  ["Linear", () => new Linear(3, 2)],
  ["Linear without bias", () => new Linear(3, 2, { bias: false })],
  ["Identity", () => new Identity()],
  ["Sigmoid", () => new Sigmoid()],
  ["Tanh", () => new Tanh()],
  ["ReLU", () => new ReLU()],
  ["LeakyReLU", () => new LeakyReLU()],
  ["PReLU", () => new PReLU()],
  ["PReLU by channel", () => new PReLU({ channels: 3 })],
  ["ELU", () => new ELU()],
  ["SiLU", () => new SiLU()],
  ["Softplus", () => new Softplus()],
  ["LogSoftmax", () => new LogSoftmax()],
  ["GELU", () => new GELU()],
  ["GELU, tanh", () => new GELU({ approximate: "tanh" })],
  ["Softmax", () => new Softmax()],
  ["LayerNorm", () => new LayerNorm(3)],
  ["GroupNorm", () => new GroupNorm(1, 3)],
  ["MLP", () => new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2), new Softmax())],
];

// First derivatives are checked with everything else of a layer, in test/layers.
describe("second derivatives of layers", () => {
  test.each(layers)("%s", (_, make) => {
    manualSeed(1);
    const layer = make();
    gradcheck(
      (input) => {
        const [gradient] = gradients(layer.forward(input).square().sum(), [input]);
        return gradient as Tensor;
      },
      [x],
    );
  });
});

// Over channels of three values, by the closed form and by the chain rule through mean and variance.
describe("batch normalisation by the statistics of its input", () => {
  const [weight, bias] = [leaf([0.5, -1.5]), leaf([0.25, 1])];
  const { batchNorm, channelStatistics } = functional;
  const closed = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    batchNorm(x.transpose(), null, { weight, bias });
  const chained = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    batchNorm(x.transpose(), channelStatistics(x.transpose()), { weight, bias });
  const cubes = (y: Tensor): Tensor => y.multiply(y.square()).sum();

  test("first and second derivatives", () => {
    gradcheck((x, weight, bias) => cubes(closed(x, weight, bias)), [x, weight, bias]);
    gradcheck(
      (x, weight, bias) => {
        const [first, second] = gradients(cubes(closed(x, weight, bias)), [x, weight]);
        return (first as Tensor)
          .square()
          .sum()
          .add((second as Tensor).sum());
      },
      [x, weight, bias],
    );
  });

  test("are those of the chain rule", () => {
    const [one, other] = [closed, chained].map((normalise) =>
      gradients(cubes(normalise(x, weight, bias)), [x, weight, bias]).map((each) => [
        ...each.dataSync(),
      ]),
    );
    one?.flat().forEach((value, index) => {
      expect(value).toBeCloseTo(other?.flat()[index] as number, 4);
    });
  });
});
