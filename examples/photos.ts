// Pictures from folders, one for each class: decoded, resized and varied by a worker thread while the network
// learns. The example draws its pictures (support/shapes.ts); your folders take their place.
//   versant train examples/photos.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  experiment,
  imageFolder,
  imageStream,
  int,
  loss,
  manualSeed,
  metrics,
  nn,
  optim,
  output,
  real,
  StreamLoader,
  type Tensor,
} from "versant";
import { drawShapes } from "./support/shapes.js";

const shape = [3, 32, 32] as const;

/** Bytes become numbers around 0, inside the compiled step. */
const transform = (images: Tensor, labels: Tensor): [Tensor, Tensor] => [
  images.cast("float32").sub(128).div(64),
  labels,
];

/** (N, 3, 32, 32) to (N, classes) */
const network = (channels: number, classes: number): nn.Sequential =>
  new nn.Sequential(
    new nn.Conv2d(3, channels, 3, { padding: "same" }),
    new nn.BatchNorm2d(channels),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(channels, 2 * channels, 3, { padding: "same" }),
    new nn.BatchNorm2d(2 * channels),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(2 * channels * 8 * 8, classes),
  );

export default experiment({
  name: "photos",
  about: "a convolutional network tells pictures in folders apart",
  hyperparameters: {
    learningRate: real(2e-3, { min: 1e-5, max: 1e-1, scale: "log", about: "step size of Adam" }),
    channels: int(8, { min: 1, max: 64, about: "kernels of the first convolution" }),
    pictures: int(200, {
      min: 2,
      max: 10_000,
      about: "training pictures of each class",
      searched: false,
    }),
    epochs: int(10, { min: 1, max: 1000, about: "passes over the pictures" }),
    batchSize: int(32, { min: 1, max: 1000, about: "pictures a step" }),
  },
  setup: async ({ hyperparameters: hp, seed }) => {
    const folder = mkdtempSync(join(tmpdir(), "versant-photos-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await drawShapes(join(folder, "train"), hp.pictures, seed);
    await drawShapes(join(folder, "test"), 50, seed + 1);
    manualSeed(seed); // the initial weights do not depend on how many pictures were drawn
    const learnt = imageFolder(join(folder, "train"));
    const kept = imageFolder(join(folder, "test"), { classes: learnt.classes });
    const { batchSize } = hp;
    const augmentation = { flip: 0.5, rotate: 10, translate: 0.1 };
    const train = imageStream(learnt, { shape, shuffle: true, seed, augmentation });
    const model = network(hp.channels, learnt.classes.length);
    return {
      data: {
        train: new StreamLoader(train, { batchSize, transform }),
        test: new StreamLoader(imageStream(kept, { shape }), { batchSize: 50, transform }),
      },
      model,
      loss: loss.crossEntropy,
      optimizer: new optim.Adam(model.parameters(), { learningRate: hp.learningRate }),
      metrics: [metrics.accuracy()],
      signature: { output: output.classes(learnt.classes) },
    };
  },
});
