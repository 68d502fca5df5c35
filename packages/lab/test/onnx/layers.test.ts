import { nn, type Tensor } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { architectures, indices, numbers } from "../../../core/test/portable/architectures.js";
import { modelMessage } from "../../src/onnx/schema.js";
import { expectAgreement } from "./runOnnx.js";

describe("architectures answer the same, for 1, 2 and 16 samples", () => {
  test.each(architectures)("$name", async ({ make, inputs, options }) => {
    const sizes = [
      [2, 7],
      [1, 1],
      [16, 9],
    ] as const;
    await expectAgreement(
      make(),
      sizes.map(([n, t]) => inputs(n, t)),
      options,
    );
  });
});

const recurrent = new nn.RNN(6, 4);

interface Family {
  readonly forward: nn.Module<Tensor[]> | ((...inputs: Tensor[]) => Tensor);
  readonly inputs: (samples: number) => Tensor[];
  /** Operators that the graph consists of, in any order; undefined where their number is large. */
  readonly operators?: readonly string[];
}

const image = (samples: number): Tensor[] => [numbers([samples, 4, 8, 9])];
const series = (samples: number): Tensor[] => [numbers([samples, 4, 11])];
const features = (samples: number): Tensor[] => [numbers([samples, 6])];
const sequence = (samples: number): Tensor[] => [numbers([samples, 5, 6])];

/** A layer of one input as one of a list of inputs. */
const only = (layer: nn.Module) => layer as nn.Module<Tensor[]>;

const families: Readonly<Record<string, Family>> = {
  "Linear over sequences": {
    forward: only(new nn.Linear(6, 3)),
    inputs: sequence,
    operators: ["Add", "MatMul", "Transpose"],
  },
  "Conv1d, dilated": {
    forward: only(new nn.Conv1d(4, 6, 3, { dilation: 2, stride: 2, padding: 1 })),
    inputs: series,
    operators: ["Conv"],
  },
  "Conv2d in groups, without bias": {
    forward: only(new nn.Conv2d(4, 8, [3, 2], { groups: 2, bias: false, padding: "same" })),
    inputs: image,
    operators: ["Conv"],
  },
  "Conv2d of many places, sample by sample": {
    forward: only(new nn.Conv2d(1, 3, 3)),
    inputs: (samples) => [numbers([samples, 1, 15, 14])],
    operators: ["Conv"],
  },
  "Conv2d, depthwise with stride": {
    forward: only(new nn.Conv2d(4, 4, 3, { groups: 4, stride: 2 })),
    inputs: image,
    operators: ["Conv"],
  },
  ConvTranspose1d: {
    forward: only(new nn.ConvTranspose1d(4, 3, 3, { stride: 2 })),
    inputs: series,
  },
  ConvTranspose2d: {
    forward: only(new nn.ConvTranspose2d(4, 3, 3, { stride: 2, padding: 1, outputPadding: 1 })),
    inputs: image,
  },
  "MaxPool1d, overlapping": {
    forward: only(new nn.MaxPool1d(3, { stride: 2 })),
    inputs: series,
    operators: ["MaxPool"],
  },
  "MaxPool2d, side by side": {
    forward: only(new nn.MaxPool2d(2)),
    inputs: image,
    operators: ["MaxPool", "Slice"],
  },
  "MaxPool2d of large tiles": {
    forward: only(new nn.MaxPool2d(4)),
    inputs: image,
    operators: ["MaxPool", "MaxPool", "Slice"],
  },
  "MaxPool2d with padding": {
    forward: only(new nn.MaxPool2d(3, { stride: 1, padding: 1 })),
    inputs: image,
  },
  AvgPool2d: { forward: only(new nn.AvgPool2d(2)), inputs: image },
  "AvgPool1d, overlapping": {
    forward: only(new nn.AvgPool1d(3, { stride: 1, padding: 1 })),
    inputs: series,
  },
  AdaptiveAvgPool2d: { forward: only(new nn.AdaptiveAvgPool2d(1)), inputs: image },
  AdaptiveMaxPool2d: { forward: only(new nn.AdaptiveMaxPool2d(3)), inputs: image },
  BatchNorm1d: { forward: only(new nn.BatchNorm1d(6)), inputs: features },
  LayerNorm: { forward: only(new nn.LayerNorm(6)), inputs: sequence },
  RMSNorm: { forward: only(new nn.RMSNorm(6)), inputs: sequence },
  GroupNorm: { forward: only(new nn.GroupNorm(2, 4)), inputs: image },
  PReLU: { forward: only(new nn.PReLU()), inputs: features },
  Embedding: {
    forward: only(new nn.Embedding(9, 4)),
    inputs: (samples) => [indices([samples, 5], 9)],
    operators: ["Gather"],
  },
  SinusoidalEncoding: { forward: only(new nn.SinusoidalEncoding(6)), inputs: sequence },
  "softmax and its logarithm": {
    forward: (x) => (x as Tensor).softmax(1).add((x as Tensor).logSoftmax(1)),
    inputs: features,
  },
  RNN: {
    forward: (x) => recurrent.forward(x as Tensor).output,
    inputs: sequence,
  },
};

describe("layers answer the same, for 1, 2 and 16 samples", () => {
  test.each(Object.entries(families))("%s", async (_, { forward, inputs, operators }) => {
    const { file } = await expectAgreement(forward, [2, 1, 16].map(inputs));
    if (operators) expect(operatorsOf(file)).toEqual(operators);
  });

  const activations = [
    new nn.LeakyReLU(),
    new nn.ELU(),
    new nn.GELU(),
    new nn.GELU({ approximate: "tanh" }),
    new nn.SiLU(),
    new nn.Softplus(),
    new nn.Threshold(),
  ];
  test.each(activations)("%s", async (layer) => {
    await expectAgreement(only(layer), [2, 3].map(features));
  });
});

test("every geometry of a convolution is one operator", async () => {
  const size = fc.integer({ min: 1, max: 3 });
  const geometry = fc.record({
    groups: size,
    parts: fc.tuple(size, size),
    kernel: fc.tuple(size, size),
    stride: fc.tuple(size, size),
    padding: fc.tuple(fc.nat(2), fc.nat(2)),
    dilation: fc.tuple(size, size),
    bias: fc.boolean(),
  });
  const property = fc.asyncProperty(geometry, async ({ groups, parts, kernel, ...options }) => {
    const [channels, outputs] = [groups * parts[0], groups * parts[1]];
    const layer = new nn.Conv2d(channels, outputs, kernel, { groups, ...options });
    const inputs = [2, 5].map((samples) => [numbers([samples, channels, 12, 11])]);
    const { file } = await expectAgreement(only(layer), inputs);
    expect(operatorsOf(file)).toEqual(["Conv"]);
  });
  await fc.assert(property, { numRuns: 6 });
});

function operatorsOf(file: Uint8Array): string[] {
  const { graph } = modelMessage.toObject(modelMessage.decode(file));
  return (graph.node as { opType: string }[]).map(({ opType }) => opType).sort();
}
