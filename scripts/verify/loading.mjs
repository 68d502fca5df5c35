// Does a step wait for its batches? A convolutional network reads digits that a worker rotates,
// shifts, erases and makes noisy; waiting and putting batches together may take less than 5 % of
// the time of an epoch.
//
//     npm run verify:loading [-- --workers 1 --samples 60000]

import { parseArgs } from "node:util";
import {
  DataLoader,
  imageStream,
  loss,
  mnist,
  nn,
  optim,
  StreamLoader,
  TensorDataset,
  Trainer,
  tensor,
} from "versant";

const { values: options } = parseArgs({
  options: {
    workers: { type: "string", default: "1" },
    samples: { type: "string", default: "60000" },
  },
});
const shape = [1, 28, 28];
const batchSize = 64;

/** A loader that knows how long its batches were waited for, in milliseconds. */
class TimedLoader extends StreamLoader {
  waited = 0;

  async *read(epoch) {
    const batches = super.read(epoch);
    for (;;) {
      const started = performance.now();
      const { done, value } = await batches.next();
      this.waited += performance.now() - started;
      if (done) return;
      yield value;
    }
  }
}

function network() {
  return new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: "same" }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 3, { padding: "same" }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(32 * 7 * 7, 128),
    new nn.ReLU(),
    new nn.Linear(128, 10),
  );
}

/** Seconds of the second epoch: the first one compiles, and starts the workers. */
async function secondEpoch(train) {
  const model = network();
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-3 });
  const trainer = new Trainer({ model, loss: loss.crossEntropy, optimizer });
  await trainer.fit({ train, epochs: 1 });
  train.waited = 0;
  const { epochs } = await trainer.fit({ train, epochs: 1 });
  return { seconds: epochs[0].seconds, loss: epochs[0].train.loss };
}

const toNumbers = (images, labels) => [
  images
    .reshape([-1, ...shape])
    .cast("float32")
    .sub(33)
    .div(79),
  labels,
];
const { train } = mnist();
const count = Number(options.samples);
const rows = Int32Array.from({ length: count }, (_, index) => index);
const [images, labels] = new TensorDataset([train.images, train.labels]).take(tensor(rows));

const memory = new DataLoader(new TensorDataset([images, labels], { transform: toNumbers }), {
  batchSize,
  shuffle: true,
});
const plain = await secondEpoch(memory);
console.log(`in memory, nothing varied: ${plain.seconds.toFixed(1)} s an epoch`);

const source = imageStream(
  { images, labels },
  {
    shape,
    shuffle: true,
    workers: Number(options.workers),
    augmentation: { rotate: 10, translate: 0.08, crop: 0.9, erase: 0.2, noise: 4 },
  },
);
const loader = new TimedLoader(source, { batchSize, transform: toNumbers });
const varied = await secondEpoch(loader);
const share = loader.waited / 1000 / varied.seconds;
console.log(
  `varied by ${options.workers} worker(s): ${varied.seconds.toFixed(1)} s an epoch, ` +
    `loss ${varied.loss.toFixed(4)}`,
);
const passed = share < 0.05;
console.log(
  `  ${passed ? "passed" : "FAILED"}: the step waits ${(100 * share).toFixed(2)} % of the time, ` +
    "less than 5 % is required",
);
if (!passed) process.exitCode = 1;
