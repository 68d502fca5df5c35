import { describe, test } from "vitest";
import {
  ELU,
  GELU,
  Identity,
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
