import { ArgumentError, DTypeError, nn, ones, ShapeError, type Tensor, zeros } from "@versant/core";
import { describeLayers, type LayerEntry } from "./describeLayers.js";

/** The inputs of a bag in the order of PyTorch's: indices, then offsets if they have one axis. */
function forward(bag: nn.EmbeddingBag, indices: Tensor, ...rest: Tensor[]): Tensor {
  if (indices.rank === 1) {
    const [offsets, weights] = rest as [Tensor, Tensor?];
    return bag.forward(indices, weights ? { offsets, weights } : { offsets });
  }
  const [weights] = rest;
  return bag.forward(indices, weights ? { weights } : {});
}

const bag = (options: nn.EmbeddingBagOptions): LayerEntry => ({
  make: (dtype) => new nn.EmbeddingBag(5, 3, { ...options, dtype }),
  call: forward,
});

const indices = zeros([2, 3], "int32");

describeLayers("embedding", {
  embedding: {
    make: (dtype) => new nn.Embedding(5, 3, { dtype }),
    refuses: [
      {
        call: (embedding: nn.Embedding) => embedding.forward(ones([2])),
        error: DTypeError,
        message: "received float32 for the indices, expected int32 or uint8",
      },
    ],
  },
  embeddingOfOne: {
    make: (dtype) => nn.Embedding.fromPretrained(zeros([1, 1], dtype), { freeze: false }),
  },
  embeddingWithPadding: {
    make: (dtype) => new nn.Embedding(5, 3, { paddingIndex: 1, dtype }),
    // The padding vector gets no gradient, whatever depends on it.
    gradcheck: false,
  },
  bagSum: {
    ...bag({ mode: "sum" }),
    refuses: [
      {
        call: (layer: nn.EmbeddingBag) => layer.forward(indices, { weights: ones([3]) }),
        error: ShapeError,
        message: "received shape (3,) for the weights, expected (2, 3)",
      },
    ],
  },
  bagMean: {
    ...bag({ mode: "mean", initializer: nn.init.xavierNormal() }),
    refuses: [
      {
        call: (layer: nn.EmbeddingBag) => layer.forward(indices, { weights: ones([2, 3]) }),
        error: ArgumentError,
        message: 'received weights in mode "mean", expected them in mode "sum" only',
      },
    ],
  },
  bagWithPadding: bag({ paddingIndex: 1 }),
  bagSumWithPadding: bag({ mode: "sum", paddingIndex: 1 }),
  bagsThatEnd: {
    ...bag({ includeLastOffset: true }),
    refuses: [
      {
        call: (layer: nn.EmbeddingBag) => layer.forward(indices, { offsets: zeros([2], "int32") }),
        error: ShapeError,
        message: "received shape (2, 3) for the indices, expected (L,); leave out the offsets",
      },
    ],
  },
});
