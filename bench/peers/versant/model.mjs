// Versant's modules for the layers of a description, with the given initial parameters.

import { nn, slice, tensor } from "versant";

/** The time step that a sequence (N, T, C) ends with. */
class Last extends nn.Module {
  forward(sequence) {
    return sequence.at(slice(), -1);
  }
}

class GlobalAverage extends nn.Module {
  forward(images) {
    return images.mean([2, 3]);
  }
}

/** The outputs of an LSTM, without its final state. */
class Outputs extends nn.Module {
  constructor(lstm) {
    super();
    this.lstm = lstm;
  }
  forward(sequence) {
    return this.lstm.forward(sequence).output;
  }
}

class Causal extends nn.Module {
  constructor(layer) {
    super();
    this.layer = layer;
  }
  forward(sequence) {
    return this.layer.forward(sequence, { causal: true });
  }
}

/** Assigns the next of the given arrays to each parameter. */
function fill(take, ...parameters) {
  for (const each of parameters) each.assign(tensor(take(), { shape: each.shape }));
}

/** PyTorch keeps the projections of queries, keys and values in one array, as thirds. */
function fillThirds(take, ...parameters) {
  const values = take();
  const third = values.length / 3;
  parameters.forEach((each, index) => {
    fill(() => values.subarray(index * third, (index + 1) * third), each);
  });
}

function withParameters(take, module) {
  fill(take, module.weight, module.bias);
  return module;
}

const modules = {
  relu: () => new nn.ReLU(),
  flatten: () => new nn.Flatten(),
  maxPool: ({ size }) => new nn.MaxPool2d(size),
  globalAveragePool: () => new GlobalAverage(),
  last: () => new Last(),
  linear: ({ inputs, outputs }, take) => withParameters(take, new nn.Linear(inputs, outputs)),
  conv: ({ inputs, outputs, kernel, padding }, take) =>
    withParameters(take, new nn.Conv2d(inputs, outputs, kernel, { padding })),
  batchNorm: ({ channels }, take) => withParameters(take, new nn.BatchNorm2d(channels)),
  layerNorm: ({ features }, take) => withParameters(take, new nn.LayerNorm(features)),
  transformerLayer: ({ features, heads, hidden, causal }, take) => {
    const options = { feedForward: hidden, dropout: 0 };
    const layer = new nn.TransformerEncoderLayer(features, heads, options);
    const { query, key, value, output } = layer.selfAttention;
    fillThirds(take, query.weight, key.weight, value.weight);
    fillThirds(take, query.bias, key.bias, value.bias);
    for (const each of [output, layer.feedForward.hidden, layer.feedForward.output]) {
      withParameters(take, each);
    }
    for (const each of [layer.selfAttentionNorm, layer.feedForwardNorm]) withParameters(take, each);
    return causal ? new Causal(layer) : layer;
  },
  lstm: ({ inputs, hidden }, take) => {
    const lstm = new nn.LSTM(inputs, hidden);
    const [cell] = lstm.cells;
    fill(take, cell.inputWeight, cell.hiddenWeight, cell.inputBias, cell.hiddenBias);
    return new Outputs(lstm);
  },
  embeddingBag: ({ vocabulary, features }, take) => {
    const bags = new nn.EmbeddingBag(vocabulary, features, { includeLastOffset: true });
    fill(take, bags.weight);
    return bags;
  },
  tokens: ({ vocabulary, features, context }, take) => {
    const tokens = new nn.Embedding(vocabulary, features);
    const positions = new nn.PositionalEmbedding(context, features);
    fill(take, tokens.weight, positions.weight);
    return new nn.Sequential(tokens, positions);
  },
};

/** Layer after layer; the first of them may read offsets beside its input. */
class Model extends nn.Module {
  constructor(layers) {
    super();
    this.layers = layers;
  }
  forward(input, offsets) {
    const [first, ...others] = this.layers;
    const start = offsets ? first.forward(input, { offsets }) : first.forward(input);
    return others.reduce((x, layer) => layer.forward(x), start);
  }
}

/**
 * @param {{ type: string }[]} layers
 * @param {() => Float32Array} take gives the values of the next parameter
 */
export const modelOf = (layers, take) =>
  new Model(layers.map((layer) => modules[layer.type](layer, take)));
