import { GraphModel, nn, type Tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { indices, numbers } from "./architectures.js";

type Layer = nn.Module<Tensor[]>;

const image = (n: number): Tensor[] => [numbers([n, 4, 9, 8])];
const sequence = (n: number): Tensor[] => [numbers([n, 4, 9])];
const rows = (n: number): Tensor[] => [numbers([n, 6])];
const words = (n: number): Tensor[] => [indices([n, 5], 12)];
const steps = (n: number): Tensor[] => [numbers([n, 5, 6])];

/** A layer of each family, and its input for n samples. */
const layers: Readonly<Record<string, readonly [() => nn.AnyModule, (n: number) => Tensor[]]>> = {
  Linear: [() => new nn.Linear(6, 3), rows],
  TiedLinear: [() => new nn.TiedLinear(new nn.Linear(3, 6)), rows],
  Residual: [() => new nn.Residual(new nn.Linear(6, 6)), rows],
  Softmax: [() => new nn.Softmax(), rows],
  LogSoftmax: [() => new nn.LogSoftmax(), rows],
  GELU: [() => new nn.GELU(), rows],
  SiLU: [() => new nn.SiLU(), rows],
  Softplus: [() => new nn.Softplus(), rows],
  ELU: [() => new nn.ELU(), rows],
  LeakyReLU: [() => new nn.LeakyReLU(), rows],
  PReLU: [() => new nn.PReLU(), rows],
  Threshold: [() => new nn.Threshold(), rows],
  GaussianNoise: [() => new nn.GaussianNoise(), rows],
  Conv1d: [() => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1 }), sequence],
  Conv2d: [() => new nn.Conv2d(4, 6, 3, { padding: 1, dilation: 2 }), image],
  "Conv2d in groups": [() => new nn.Conv2d(4, 8, 3, { groups: 4 }), image],
  ConvTranspose1d: [() => new nn.ConvTranspose1d(4, 3, 3, { stride: 2 }), sequence],
  ConvTranspose2d: [() => new nn.ConvTranspose2d(4, 3, 2, { stride: 2 }), image],
  MaxPool2d: [() => new nn.MaxPool2d(3, { stride: 2, padding: 1 }), image],
  AvgPool2d: [() => new nn.AvgPool2d(3, { stride: 2, padding: 1 }), image],
  AdaptiveAvgPool2d: [() => new nn.AdaptiveAvgPool2d(4), image],
  AdaptiveMaxPool1d: [() => new nn.AdaptiveMaxPool1d(4), sequence],
  BatchNorm1d: [() => new nn.BatchNorm1d(6), rows],
  BatchNorm2d: [() => new nn.BatchNorm2d(4), image],
  LayerNorm: [() => new nn.LayerNorm(6), rows],
  RMSNorm: [() => new nn.RMSNorm(6), rows],
  GroupNorm: [() => new nn.GroupNorm(2, 4), image],
  Flatten: [() => new nn.Flatten(), image],
  Embedding: [() => new nn.Embedding(12, 3, { paddingIndex: 0 }), words],
  EmbeddingBag: [() => new nn.EmbeddingBag(12, 3, { mode: "sum" }), words],
  SinusoidalEncoding: [() => new nn.SinusoidalEncoding(6), steps],
  PositionalEmbedding: [() => new nn.PositionalEmbedding(9, 6), steps],
  MultiheadAttention: [() => new nn.MultiheadAttention(6, 2), steps],
  TransformerEncoder: [() => new nn.TransformerEncoder(6, 2, 2, { feedForward: 8 }), steps],
  RNN: [() => last(new nn.RNN(6, 3)), steps],
  LSTM: [() => last(new nn.LSTM(6, 3, { bidirectional: true })), steps],
  GRU: [() => last(new nn.GRU(6, 3, { layers: 2 })), steps],
};

/** The outputs of a recurrent layer alone. */
function last(layer: nn.RNN | nn.LSTM | nn.GRU): nn.AnyModule {
  return new (class extends nn.Module {
    readonly layer = layer;
    forward(x: Tensor): Tensor {
      return this.layer.forward(x).output;
    }
  })();
}

describe("layers as graphs for any number of samples", () => {
  test.each(Object.entries(layers))("%s", (_, [make, inputs]) => {
    const layer = make() as Layer;
    const traced = GraphModel.trace(layer, inputs(3));
    const state = new Map([...layer.stateDict(), ...traced.stateDict()]);
    const read = GraphModel.fromJSON(JSON.parse(JSON.stringify(traced)), state);
    layer.eval();
    for (const samples of [1, 4, 17]) {
      const x = inputs(samples);
      expect(read.forward(...x).dataSync()).toEqual(layer.forward(...x).dataSync());
    }
  });
});
