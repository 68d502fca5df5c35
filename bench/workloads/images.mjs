// Convolutional networks.

const relu = { type: "relu" };
const halve = { type: "maxPool", size: 2 };
const conv = (inputs, outputs) => ({ type: "conv", inputs, outputs, kernel: 3, padding: 1 });

/** A convolution with batch normalisation and ReLU behind it. */
const block = (inputs, outputs) => [
  conv(inputs, outputs),
  { type: "batchNorm", channels: outputs },
  relu,
];

/** Square images with pixels in [-1, 1], labels of ten classes. */
export const images = (batchSize, channels, side) => (random) => {
  const shape = [batchSize, channels, side, side];
  return {
    x: { shape, data: random.uniform(batchSize * channels * side ** 2, 1) },
    y: { shape: [batchSize], data: random.integers(batchSize, 10) },
  };
};

export const cnn = {
  name: "cnn",
  kind: "training",
  batchSize: 64,
  layers: [
    conv(1, 16),
    relu,
    halve,
    conv(16, 32),
    relu,
    halve,
    { type: "flatten" },
    { type: "linear", inputs: 1568, outputs: 128 },
    relu,
    { type: "linear", inputs: 128, outputs: 10 },
  ],
  loss: "crossEntropy",
  optimizer: "adam",
  learningRate: 1e-4,
  batch: images(64, 1, 28),
};

export const deepCnn = {
  name: "deep-cnn",
  kind: "training",
  batchSize: 64,
  layers: [
    ...block(3, 32),
    ...block(32, 32),
    halve,
    ...block(32, 64),
    ...block(64, 64),
    halve,
    ...block(64, 128),
    ...block(128, 128),
    halve,
    ...block(128, 256),
    ...block(256, 256),
    { type: "globalAveragePool" },
    { type: "linear", inputs: 256, outputs: 10 },
  ],
  loss: "crossEntropy",
  optimizer: "adam",
  learningRate: 1e-4,
  batches: 4,
  batch: images(64, 3, 32),
};
