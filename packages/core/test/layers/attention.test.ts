import { DTypeError, nn, ones, ShapeError, type Tensor } from "@versant/core";
import { describeLayers } from "./describeLayers.js";

/** The function, as a layer without parameters. */
class Attention extends nn.Module<[query: Tensor, key: Tensor, value: Tensor, mask?: Tensor]> {
  constructor(readonly causal = false) {
    super();
  }

  forward(query: Tensor, key: Tensor, value: Tensor, mask?: Tensor): Tensor {
    const options = { causal: this.causal, ...(mask && { mask }) };
    return nn.functional.scaledDotProductAttention(query, key, value, options);
  }
}

type DType = "float32" | "float64";

const multihead = (dtype: DType, options: nn.MultiheadAttentionOptions = {}) =>
  new nn.MultiheadAttention(4, 2, { ...options, dtype });

const encoderLayer = (dtype: DType, options: nn.TransformerOptions = {}) =>
  new nn.TransformerEncoderLayer(3, 1, { feedForward: 4, dropout: 0, ...options, dtype });

const decoderLayer = (dtype: DType, options: nn.TransformerOptions = {}) =>
  new nn.TransformerDecoderLayer(3, 1, { feedForward: 2, dropout: 0, ...options, dtype });

const stacked = { feedForward: 2, dropout: 0, normFirst: true };

describeLayers("attention", {
  attention: { make: () => new Attention() },
  attentionMasked: { make: () => new Attention() },
  attentionCausal: { make: () => new Attention(true) },

  multihead: {
    make: (dtype) => multihead(dtype),
    refuses: [
      {
        call: (layer: nn.MultiheadAttention) => layer.forward(ones([2, 3, 5])),
        error: ShapeError,
        message: "received shape (2, 3, 5) for the query, expected (N, T, 4)",
      },
      {
        call: (layer: nn.MultiheadAttention) => layer.forward(ones([2, 3, 4]), ones([1, 3, 4])),
        error: ShapeError,
        message: "received shape (1, 3, 4) for the key, expected (2, S, 4)",
      },
      {
        call: (layer: nn.MultiheadAttention) =>
          layer.forward(ones([2, 3, 4]), ones([2, 5, 4]), ones([2, 3, 4])),
        error: ShapeError,
        message: "received shape (2, 3, 4) for the value, expected (2, 5, 4)",
      },
      {
        call: (layer: nn.MultiheadAttention) => layer.forward(ones([2, 3, 4], "int32")),
        error: DTypeError,
        message: "received int32 for the query, expected float32",
      },
    ],
  },
  multiheadSelf: { make: (dtype) => multihead(dtype) },
  multiheadOfMemory: { make: (dtype) => multihead(dtype) },
  multiheadCausal: {
    make: (dtype) => multihead(dtype),
    call: (layer: nn.MultiheadAttention, x: Tensor) => layer.forward(x, x, x, { causal: true }),
  },
  multiheadMasked: {
    make: (dtype) => multihead(dtype),
    call: (layer: nn.MultiheadAttention, x: Tensor, mask: Tensor) =>
      layer.forward(x, x, x, { mask }),
    refuses: [
      {
        call: (layer: nn.MultiheadAttention) => {
          const [x, mask] = [ones([2, 3, 4]), ones([2, 3, 3], "bool")];
          return layer.forward(x, x, x, { mask });
        },
        error: ShapeError,
        message: "received a mask of shape (2, 3, 3), expected (T, S) or (N, heads, T, S)",
      },
    ],
  },
  multiheadKeyMask: {
    make: (dtype) => multihead(dtype),
    call: (layer: nn.MultiheadAttention, x: Tensor, keyMask: Tensor) =>
      layer.forward(x, x, x, { keyMask }),
    refuses: [
      {
        call: (layer: nn.MultiheadAttention) => {
          const [x, keyMask] = [ones([2, 3, 4]), ones([2, 4], "bool")];
          return layer.forward(x, x, x, { keyMask });
        },
        error: ShapeError,
        message: "received shape (2, 4) for the keyMask, expected (2, 3)",
      },
      {
        call: (layer: nn.MultiheadAttention) => {
          const [x, keyMask] = [ones([2, 3, 4]), ones([2, 3])];
          return layer.forward(x, x, x, { keyMask });
        },
        error: DTypeError,
        message: "received float32 for the keyMask, expected bool",
      },
    ],
  },
  multiheadBothMasks: {
    make: (dtype) => multihead(dtype),
    call: (layer: nn.MultiheadAttention, x: Tensor, mask: Tensor, keyMask: Tensor) =>
      layer.forward(x, x, x, { mask, keyMask }),
  },
  multiheadSizes: { make: (dtype) => multihead(dtype, { keyFeatures: 2, valueFeatures: 3 }) },
  multiheadWithoutBias: { make: (dtype) => multihead(dtype, { bias: false }) },
  multiheadOne: { make: (dtype) => new nn.MultiheadAttention(3, 1, { dtype }) },
  multiheadEach: { make: (dtype) => new nn.MultiheadAttention(3, 3, { dtype }) },

  encoderLayer: {
    make: (dtype) => encoderLayer(dtype),
    refuses: [
      {
        call: (layer: nn.TransformerEncoderLayer) => layer.forward(ones([3, 3])),
        error: ShapeError,
        message: "received shape (3, 3), expected (N, T, 3)",
      },
    ],
  },
  encoderLayerNormFirst: { make: (dtype) => encoderLayer(dtype, { normFirst: true }) },
  encoderLayerGelu: {
    make: (dtype) => encoderLayer(dtype, { activation: "gelu", epsilon: 0.5 }),
  },
  encoderLayerMasked: {
    make: (dtype) => encoderLayer(dtype, { normFirst: true }),
    call: (layer: nn.TransformerEncoderLayer, x: Tensor, keyMask: Tensor) =>
      layer.forward(x, { causal: true, keyMask }),
  },
  decoderLayer: {
    make: (dtype) => decoderLayer(dtype),
    call: (layer: nn.TransformerDecoderLayer, x: Tensor, memory: Tensor) =>
      layer.forward(x, memory, { causal: false }),
    refuses: [
      {
        call: (layer: nn.TransformerDecoderLayer) =>
          layer.forward(ones([2, 3, 3]), ones([2, 3, 4])),
        error: ShapeError,
        message: "received shape (2, 3, 4) for the memory, expected (N, T, 3)",
      },
    ],
  },
  decoderLayerCausal: {
    make: (dtype) => decoderLayer(dtype, { normFirst: true, activation: "gelu" }),
  },
  decoderLayerMasked: {
    make: (dtype) => decoderLayer(dtype),
    call: (layer: nn.TransformerDecoderLayer, x: Tensor, memory: Tensor, ...masks: Tensor[]) => {
      const [mask, keyMask, memoryMask, memoryKeyMask] = masks as [Tensor, Tensor, Tensor, Tensor];
      return layer.forward(x, memory, { causal: false, mask, keyMask, memoryMask, memoryKeyMask });
    },
  },
  encoder: {
    make: (dtype) => new nn.TransformerEncoder(3, 1, 2, { ...stacked, dtype }),
    call: (stack: nn.TransformerEncoder, x: Tensor) => stack.forward(x, { causal: true }),
  },
  decoder: {
    make: (dtype) => new nn.TransformerDecoder(3, 1, 2, { ...stacked, dtype }),
  },

  positionalEmbedding: {
    make: (dtype) => new nn.PositionalEmbedding(5, 4, { dtype }),
    refuses: [
      {
        call: (layer: nn.PositionalEmbedding) => layer.forward(ones([2, 6, 4])),
        error: ShapeError,
        message: "received 6 positions (shape (2, 6, 4)), expected at most 5",
      },
      {
        call: (layer: nn.PositionalEmbedding) => layer.forward(ones([4])),
        error: ShapeError,
        message: "received shape (4,), expected (..., T, 4)",
      },
    ],
  },
  sinusoidalEncoding: {
    make: () => new nn.SinusoidalEncoding(4),
    refuses: [
      {
        call: (layer: nn.SinusoidalEncoding) => layer.forward(ones([2, 3])),
        error: ShapeError,
        message: "received shape (2, 3), expected (..., T, 4)",
      },
    ],
  },
  sinusoidalEncodingOdd: { make: () => new nn.SinusoidalEncoding(5) },
});
