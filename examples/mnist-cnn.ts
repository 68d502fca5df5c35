// A convolutional network reads handwritten digits: more than 99 of 100 right after five passes.
//   versant train examples/mnist-cnn.ts
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

/**
 * Two convolutions find strokes, then parts of digits, wherever they stand; after each the largest
 * of 2 x 2 places stays, which halves the image. What is left is read by a perceptron.
 */
class DigitReader extends nn.Module {
  readonly strokes: nn.Conv2d;
  readonly parts: nn.Conv2d;
  readonly pool = new nn.MaxPool2d(2);
  readonly dropout: nn.Dropout;
  readonly hidden: nn.Linear;
  readonly output: nn.Linear;

  constructor(channels: number, width: number, drop: number) {
    super();
    this.strokes = new nn.Conv2d(1, channels, 3, { padding: "same" });
    this.parts = new nn.Conv2d(channels, 2 * channels, 3, { padding: "same" });
    this.hidden = new nn.Linear(2 * channels * 7 * 7, width);
    this.dropout = new nn.Dropout(drop);
    this.output = new nn.Linear(width, 10);
  }

  /** (N, 1, 28, 28) pixels to (N, 10) scores, one for each digit. */
  forward(x: Tensor): Tensor {
    x = this.pool.forward(this.strokes.forward(x).relu()); // (N, 16, 14, 14)
    x = this.pool.forward(this.parts.forward(x).relu()); // (N, 32, 7, 7)
    x = this.hidden.forward(x.flatten(1)).relu();
    return this.output.forward(this.dropout.forward(x));
  }
}

/** Rows of bytes become images of numbers with mean 0 and deviation 1, about. */
const transform = (images: Tensor, labels: Tensor): [Tensor, Tensor] => [
  images.reshape([-1, 1, 28, 28]).cast("float32").sub(33).div(79),
  labels,
];

export default experiment({
  name: "mnist-cnn",
  about: "a convolutional network reads handwritten digits",
  hyperparameters: {
    learningRate: real(1e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    channels: int(16, { min: 1, max: 64, about: "kernels of the first convolution" }),
    width: int(128, { min: 1, max: 1024, about: "neurons of the hidden layer" }),
    drop: real(0.25, { min: 0, max: 0.9, about: "share of hidden neurons that drop out" }),
    epochs: int(5, { min: 1, max: 100, about: "passes over the training images" }),
    batchSize: int(64, { min: 1, max: 55_000, about: "images a step" }),
  },
  setup: ({ hyperparameters: hp, seed }) => {
    const digits = mnist();
    const [train, validation] = split(
      new TensorDataset([digits.train.images, digits.train.labels], { transform }),
      [55_000, 5_000],
      { seed },
    );
    const test = new TensorDataset([digits.test.images, digits.test.labels], { transform });
    const model = new DigitReader(hp.channels, hp.width, hp.drop);
    return {
      data: { train, validation, test },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      // The rate falls to 0 along a cosine, so that the last passes settle.
      schedule: { perEpoch: optim.schedule.cosine({ length: hp.epochs }) },
      metrics: [metrics.accuracy()],
      signature: { input: input.image({ width: 28, height: 28 }) },
    };
  },
});
