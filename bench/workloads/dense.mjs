// Networks of linear layers.

const relu = { type: "relu" };

/** Linear layers of the given sizes with ReLU between them. */
const dense = (...sizes) =>
  sizes.slice(1).flatMap((outputs, index) => {
    const linear = { type: "linear", inputs: sizes[index], outputs };
    return index === sizes.length - 2 ? [linear] : [linear, relu];
  });

/** Images as 784 pixels in [-1, 1], labels of ten classes; what they show does not change the time. */
export const flatImages = (batchSize) => (random) => ({
  x: { shape: [batchSize, 784], data: random.uniform(batchSize * 784, 1) },
  y: { shape: [batchSize], data: random.integers(batchSize, 10) },
});

/** Sums of two integers from 0 to 100, scaled. */
function sums(random) {
  const x = Float32Array.from({ length: 128 }, () => random.integer(0, 101) / 100);
  const y = Float32Array.from({ length: 64 }, (_, row) => (x[2 * row] + x[2 * row + 1]) / 2);
  return { x: { shape: [64, 2], data: x }, y: { shape: [64, 1], data: y } };
}

export const digits = {
  name: "digits",
  kind: "training",
  batchSize: 64,
  layers: dense(784, 40, 40, 40, 40, 40, 10),
  loss: "crossEntropy",
  optimizer: "adam",
  learningRate: 1e-4,
  batch: flatImages(64),
};

export const denseWorkloads = [
  {
    name: "calculator",
    kind: "training",
    batchSize: 64,
    layers: dense(2, 16, 16, 16, 1),
    loss: "mse",
    optimizer: "sgd",
    learningRate: 0.1,
    batch: sums,
  },
  digits,
  {
    name: "mlp-512",
    kind: "training",
    batchSize: 128,
    layers: dense(784, 512, 512, 10),
    loss: "crossEntropy",
    optimizer: "adam",
    learningRate: 1e-4,
    batch: flatImages(128),
  },
  {
    name: "mlp-2048",
    kind: "training",
    batchSize: 256,
    layers: dense(1024, 2048, 2048, 1024),
    loss: "mse",
    optimizer: "adam",
    learningRate: 1e-4,
    batches: 4,
    batch: (random) => ({
      x: { shape: [256, 1024], data: random.uniform(256 * 1024, 1) },
      y: { shape: [256, 1024], data: random.uniform(256 * 1024, 1) },
    }),
  },
];
