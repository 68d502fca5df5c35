// The book's reader of handwritten digits: 60,000 images to learn from, 10,000 to be tested on.
//   versant train examples/mnist.ts
import {
  experiment,
  input,
  int,
  loss,
  metrics,
  mnist,
  nn,
  optim,
  real,
  split,
  type Tensor,
  TensorDataset,
} from "versant";

class DigitReader extends nn.Module {
  readonly hidden: nn.Linear[];
  readonly output: nn.Linear;

  constructor(hiddenLayers: number, width: number) {
    super();
    this.hidden = Array.from(
      { length: hiddenLayers },
      (_, layer) => new nn.Linear(layer === 0 ? 784 : width, width),
    );
    this.output = new nn.Linear(width, 10);
  }

  /** (N, 784) pixels to (N, 10) scores, one for each digit. */
  forward(x: Tensor): Tensor {
    for (const layer of this.hidden) x = layer.forward(x).relu();
    return this.output.forward(x);
  }
}

/** Bytes 0..255 become -1..1. It happens inside the training step, so the images stay bytes. */
const transform = (images: Tensor, labels: Tensor): [Tensor, Tensor] => [
  images.cast("float32").div(255).sub(0.5).div(0.5),
  labels,
];

export default experiment({
  name: "mnist",
  about: "a multilayer perceptron reads handwritten digits",
  hyperparameters: {
    learningRate: real(1e-4, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    hiddenLayers: int(5, { min: 1, max: 8, about: "layers between input and output" }),
    width: int(40, { min: 1, max: 1024, about: "neurons a hidden layer" }),
    epochs: int(100, { min: 1, max: 1000, about: "passes over the training images" }),
    batchSize: int(64, { min: 1, max: 48_000, about: "images a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const digits = mnist();
    const [train, validation] = split(
      new TensorDataset([digits.train.images, digits.train.labels], { transform }),
      [48_000, 12_000],
      { seed },
    );
    const test = new TensorDataset([digits.test.images, digits.test.labels], { transform });
    const model = new DigitReader(hp.hiddenLayers, hp.width);
    return {
      data: { train, validation, test },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.accuracy()],
      signature: { input: input.image({ width: 28, height: 28 }) },
    };
  },
});
