import { ArgumentError, arange, DTypeError, nn, ones, ShapeError, tensor } from "@versant/core";
import { checkLayer, type Refusal } from "@versant/core/testing";
import { describe, test } from "vitest";
import { describeLayers, type LayerEntry } from "./describeLayers.js";

/** What every activation refuses. */
const refusesIntegers: readonly Refusal<nn.Module>[] = [
  {
    call: (layer) => layer.forward(arange(4)),
    error: DTypeError,
    message: 'received int32, expected a floating dtype; convert the input with .cast("float32")',
  },
  {
    call: (layer) => layer.forward([1, 2] as never),
    error: ArgumentError,
    message: "received a list of 2 as the input, expected a Tensor",
  },
];

const activation = (make: () => nn.Module): LayerEntry => ({ make, refuses: refusesIntegers });

/** Trained slopes have a dtype that the input has to meet. */
const refusesIntegersForSlopes: readonly Refusal<nn.Module>[] = [
  {
    call: (layer) => layer.forward(ones([2, 4]).cast("int32")),
    error: DTypeError,
    message: "received int32, expected float32",
  },
];

/** The input has no axis 1. */
const refusesVectors: readonly Refusal<nn.Module>[] = [
  {
    call: (layer) => layer.forward(ones([4])),
    error: ShapeError,
    message: "received axis 1, expected an integer from -1 to 0",
  },
];

describeLayers("activations", {
  identity: { make: () => new nn.Identity() },
  threshold: activation(() => new nn.Threshold()),
  relu: activation(() => new nn.ReLU()),
  leakyRelu: activation(() => new nn.LeakyReLU()),
  leakyReluSlope: activation(() => new nn.LeakyReLU(0.2)),
  prelu: { make: (dtype) => new nn.PReLU({ dtype }), refuses: refusesIntegersForSlopes },
  preluPerChannel: {
    make: (dtype) => new nn.PReLU({ channels: 4, dtype }),
    refuses: [
      ...refusesIntegersForSlopes,
      {
        call: (prelu: nn.PReLU) => prelu.forward(ones([4, 3])),
        error: ShapeError,
        message: "received shape (4, 3), expected (N, 4, ...)",
      },
    ],
  },
  elu: activation(() => new nn.ELU()),
  eluAlpha: activation(() => new nn.ELU(0.25)),
  gelu: activation(() => new nn.GELU()),
  geluTanh: activation(() => new nn.GELU({ approximate: "tanh" })),
  silu: activation(() => new nn.SiLU()),
  softplus: activation(() => new nn.Softplus()),
  softplusOptions: activation(() => new nn.Softplus({ beta: 2, threshold: 1.5 })),
  sigmoid: activation(() => new nn.Sigmoid()),
  tanh: activation(() => new nn.Tanh()),
  softmax: activation(() => new nn.Softmax()),
  softmaxOfAxis: { make: () => new nn.Softmax(1), refuses: refusesVectors },
  logSoftmax: activation(() => new nn.LogSoftmax()),
  logSoftmaxOfAxis: activation(() => new nn.LogSoftmax(0)),
});

describe("Dropout", () => {
  const inputs = [tensor([0.5, -1.25, 2, 1])];

  test.each([true, false])("evaluation: %s", async (evaluation) => {
    const make = () => new nn.Dropout(0.25);
    await checkLayer({ make, inputs, outputShape: [4], evaluation, refuses: refusesIntegers });
  });
});
