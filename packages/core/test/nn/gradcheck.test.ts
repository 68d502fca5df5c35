import { describe, test } from "vitest";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  meanAbsoluteError,
  meanSquaredError,
} from "../../src/loss/index.js";
import {
  GELU,
  Identity,
  LeakyReLU,
  Linear,
  type Module,
  PReLU,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  Tanh,
} from "../../src/nn/index.js";
import { gradients, manualSeed, type Tensor, tensor } from "../../src/tensor/index.js";
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
  ["GELU", () => new GELU()],
  ["GELU, tanh", () => new GELU({ approximate: "tanh" })],
  ["Softmax", () => new Softmax()],
  ["MLP", () => new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2), new Softmax())],
];

describe("layers", () => {
  test.each(layers)("%s: gradients in float64, of input and parameters", (_, make) => {
    manualSeed(1);
    const layer = make();
    gradcheck((input) => layer.forward(input), [x, ...layer.parameters()]);
  });

  test.each(layers)("%s: second derivatives", (_, make) => {
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

describe("losses", () => {
  const p = leaf([0.1, 0.625, 0.9]);
  const y = tensor([0, 1, 0.25]);
  const labels = tensor([2, 0], { dtype: "int32" });
  const losses: [string, (input: Tensor) => Tensor, Tensor][] = [
    ["MSE", (input) => meanSquaredError(input, y), p],
    ["MAE", (input) => meanAbsoluteError(input, y), p],
    ["BCE", (input) => binaryCrossEntropy(input, y), p],
    ["BCE with logits", (input) => binaryCrossEntropyWithLogits(input, y), p],
    ["cross-entropy", (input) => crossEntropy(input, labels), x],
  ];
  test.each(losses)("%s", (_, loss, input) => {
    gradcheck(loss, [input]);
    gradcheck((each) => loss(each).square(), [input]);
  });
});
