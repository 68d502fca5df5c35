import {
  concatenate,
  DTypeError,
  loss,
  nn,
  ones,
  ShapeError,
  type Tensor,
  zeros,
} from "@versant/core";
import { checkLayer } from "@versant/core/testing";
import { test } from "vitest";
import { describeLayers, type LayerEntry } from "./describeLayers.js";

const network = (options: nn.MemoryNetworkOptions): LayerEntry => ({
  make: (dtype) => new nn.MemoryNetwork(5, 2, { ...options, dtype }),
});

const story = zeros([1, 4, 3], "int32");
const question = zeros([1, 3], "int32");

describeLayers("memory", {
  memoryOneHop: {
    ...network({ hops: 1 }),
    refuses: [
      {
        call: (layer: nn.MemoryNetwork) => layer.forward(story, zeros([2, 3], "int32")),
        error: ShapeError,
        message: "received shape (2, 3) for the question, expected (1, words)",
      },
    ],
  },
  memoryTwoHops: {
    ...network({ hops: 2, capacity: 3 }),
    refuses: [
      {
        call: (layer: nn.MemoryNetwork) => layer.forward(story, question),
        error: ShapeError,
        message: "received shape (1, 4, 3) for the story, expected at most 3 facts",
      },
    ],
  },
  memoryThreeHops: network({ positionEncoding: false }),
  memoryLayerWise: {
    ...network({ hops: 2, tying: "layerWise", initializer: nn.init.normal(0.5) }),
    refuses: [
      {
        call: (layer: nn.MemoryNetwork) => layer.forward(ones([1, 4, 3]), question),
        error: DTypeError,
        message: "received float32 for the story, expected int32 or uint8",
      },
    ],
  },
  memoryLayerWiseInTime: network({ tying: "layerWise", positionEncoding: false, capacity: 4 }),
  autoEncoder: {
    make: (dtype) =>
      new nn.AutoEncoder(
        new nn.Sequential(new nn.Linear(4, 2, { dtype }), new nn.Tanh()),
        new nn.Linear(2, 4, { dtype }),
      ),
    refuses: [
      {
        call: (model: nn.AutoEncoder) => model.forward(ones([3, 5])),
        error: ShapeError,
        message: "received shape (3, 5), expected (..., 4)",
      },
    ],
  },
  tiedAutoEncoder: {
    make: (dtype) => {
      const linear = new nn.Linear(4, 2, { dtype });
      return new nn.AutoEncoder(
        new nn.Sequential(linear, new nn.Sigmoid()),
        new nn.TiedLinear(linear),
      );
    },
    refuses: [
      {
        call: (model: nn.AutoEncoder) => model.decode(ones([3, 4])),
        error: ShapeError,
        message: "received shape (3, 4), expected (..., 2)",
      },
    ],
  },
  variationalAutoEncoder: {
    make: (dtype) =>
      new nn.VariationalAutoEncoder(new nn.Linear(3, 4, { dtype }), new nn.Linear(2, 3, { dtype })),
    call: (model: nn.VariationalAutoEncoder, x: Tensor) => {
      const { reconstruction, mean, logVariance } = model.forward(x);
      const divergence = loss.gaussianDivergence(mean, logVariance, { reduction: "none" });
      return concatenate([reconstruction, divergence.unsqueeze(-1)], -1);
    },
  },
});

const noises: [string, () => nn.Module][] = [
  ["GaussianNoise", () => new nn.GaussianNoise(0.5)],
  ["MaskingNoise", () => new nn.MaskingNoise(0.5)],
];
test.each(noises)("%s", async (_, make) => {
  const inputs = [ones([2, 3]).mul(0.75)];
  await checkLayer({ make, inputs, outputShape: [2, 3] });
  await checkLayer({ make, inputs, outputShape: [2, 3], evaluation: true });
});

test("codes that are drawn", () =>
  checkLayer({
    make: (dtype) =>
      new nn.VariationalAutoEncoder(new nn.Linear(3, 4, { dtype }), new nn.Linear(2, 3, { dtype })),
    call: (model, x) => model.forward(x).reconstruction,
    inputs: [ones([2, 3]).mul(0.75)],
    outputShape: [2, 3],
  }));
