// Networks that read sequences and texts.

const encoder = (features, hidden, causal) => ({
  type: "transformerLayer",
  features,
  heads: 4,
  hidden,
  causal,
});

const transformer = {
  name: "transformer",
  kind: "training",
  batchSize: 32,
  layers: [encoder(128, 512, false)],
  loss: "mse",
  optimizer: "adam",
  learningRate: 1e-4,
  batch: (random) => {
    const shape = [32, 64, 128];
    const numbers = () => random.uniform(32 * 64 * 128, 1);
    return { x: { shape, data: numbers() }, y: { shape, data: numbers() } };
  },
};

const languageModel = {
  name: "language-model",
  kind: "training",
  batchSize: 16,
  layers: [
    { type: "tokens", vocabulary: 96, features: 256, context: 128 },
    ...Array.from({ length: 4 }, () => encoder(256, 1024, true)),
    { type: "layerNorm", features: 256 },
    { type: "linear", inputs: 256, outputs: 96 },
  ],
  loss: "crossEntropy",
  optimizer: "adamW",
  learningRate: 1e-4,
  batches: 4,
  batch: (random) => {
    const characters = () => ({ shape: [16, 128], data: random.integers(16 * 128, 96) });
    return { x: characters(), y: characters() };
  },
};

const lstm = {
  name: "lstm",
  kind: "training",
  batchSize: 32,
  layers: [
    { type: "lstm", inputs: 32, hidden: 64 },
    { type: "last" },
    { type: "linear", inputs: 64, outputs: 1 },
  ],
  loss: "mse",
  optimizer: "adam",
  learningRate: 1e-3,
  batch: (random) => ({
    x: { shape: [32, 50, 32], data: random.uniform(32 * 50 * 32, 1) },
    y: { shape: [32, 1], data: random.uniform(32, 1) },
  }),
};

const VOCABULARY = 95_811;
/** Indices of a batch: 64 texts of 20 to 60 tokens, 2560 on average, with five deviations to spare. */
const CAPACITY = 3072;

/** Ragged texts, one after the other; where the last ends, `x` is filled up with the first word. */
function texts(random) {
  const offsets = new Int32Array(65);
  for (let text = 0; text < 64; text++) offsets[text + 1] = offsets[text] + random.integer(20, 61);
  const words = new Int32Array(CAPACITY);
  // Squared, so that as in texts some words are much more frequent than others.
  for (let at = 0; at < offsets[64]; at++) words[at] = Math.floor(random.next() ** 2 * VOCABULARY);
  return {
    x: { shape: [CAPACITY], data: words },
    offsets: { shape: [65], data: offsets },
    y: { shape: [64], data: random.integers(64, 4) },
  };
}

const embeddingBag = {
  name: "embedding-bag",
  kind: "training",
  batchSize: 64,
  layers: [
    { type: "embeddingBag", vocabulary: VOCABULARY, features: 64 },
    { type: "linear", inputs: 64, outputs: 4 },
  ],
  loss: "crossEntropy",
  optimizer: "sgd",
  learningRate: 0.5,
  batch: texts,
};

export const sequenceWorkloads = [transformer, languageModel, lstm, embeddingBag];
