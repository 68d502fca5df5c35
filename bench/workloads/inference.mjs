// Trained networks in use: forward only, in evaluation mode, without gradients.

import { digits, flatImages } from "./dense.mjs";
import { cnn, images } from "./images.mjs";

const inference = ({ name, layers }, batchSize, batch) => ({
  name: `${name}-inference-${batchSize}`,
  kind: "inference",
  batchSize,
  layers,
  batch: (random) => ({ x: batch(random).x }),
});

export const inferenceWorkloads = [
  inference(digits, 1, flatImages(1)),
  inference(digits, 256, flatImages(256)),
  inference(cnn, 1, images(1, 1, 28)),
  inference(cnn, 256, images(256, 1, 28)),
];
