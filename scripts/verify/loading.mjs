// Does a step wait for its batches? A convolutional network reads digits that a worker rotates,
// shifts, erases and makes noisy; waiting and putting batches together may take less than 5 % of
// the time of an epoch. Measured twice, with a kernel's thread for each core and with one core left to
// the workers: whoever trains chooses by VERSANT_THREADS, so that the better of the two is judged.
// Each figure is the median of some epochs, which take turns with epochs from memory, so that what
// else the machine does meets both.
//
//     npm run verify:loading [-- --workers 1 --samples 60000 --epochs 3]

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
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
    epochs: { type: "string", default: "3" },
    measure: { type: "boolean", default: false },
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

const toNumbers = (images, labels) => [
  images
    .reshape([-1, ...shape])
    .cast("float32")
    .sub(33)
    .div(79),
  labels,
];

/** Trains a network an epoch at each call, and tells what that took. */
function training(train) {
  const model = network();
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-3 });
  const trainer = new Trainer({ model, loss: loss.crossEntropy, optimizer });
  return async () => {
    train.waited = 0;
    const { epochs } = await trainer.fit({ train, epochs: 1 });
    const [{ seconds, train: scores }] = epochs;
    return { seconds, loss: scores.loss, share: train.waited / 1000 / seconds };
  };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Measures in this process, and prints the result as JSON. */
async function measure() {
  const { train } = mnist();
  const count = Number(options.samples);
  const rows = Int32Array.from({ length: count }, (_, index) => index);
  const [images, labels] = new TensorDataset([train.images, train.labels]).take(tensor(rows));
  const data = new TensorDataset([images, labels], { transform: toNumbers });
  const source = imageStream(
    { images, labels },
    {
      shape,
      shuffle: true,
      workers: Number(options.workers),
      augmentation: { rotate: 10, translate: 0.08, crop: 0.9, erase: 0.2, noise: 4 },
    },
  );
  const plain = training(new DataLoader(data, { batchSize, shuffle: true }));
  const varied = training(new TimedLoader(source, { batchSize, transform: toNumbers }));
  // The first epochs compile, and start the workers.
  await plain();
  await varied();
  const results = [];
  for (let epoch = 0; epoch < Number(options.epochs); epoch++) {
    results.push({ plain: await plain(), varied: await varied() });
  }
  const shares = results.map(({ varied }) => varied.share);
  return {
    plain: median(results.map(({ plain }) => plain.seconds)),
    varied: median(results.map(({ varied }) => varied.seconds)),
    loss: results.at(-1).varied.loss,
    share: median(shares),
    least: Math.min(...shares),
    most: Math.max(...shares),
  };
}

/** In a process of its own, because the number of threads is decided when the package is loaded. */
function measureWith(threads) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), "--measure", ...process.argv.slice(2)],
    { encoding: "utf8", env: { ...process.env, VERSANT_THREADS: String(threads) } },
  );
  if (status !== 0) throw new Error(`${threads} threads ended with ${status}:\n${stdout}${stderr}`);
  const result = JSON.parse(stdout);
  const percent = (share) => (100 * share).toFixed(2);
  console.log(
    `${threads} thread(s) and ${options.workers} worker(s): ${result.plain.toFixed(1)} s an epoch in ` +
      `memory, nothing varied; ${result.varied.toFixed(1)} s varied, loss ${result.loss.toFixed(4)}; ` +
      `waits ${percent(result.share)} % (${percent(result.least)} to ${percent(result.most)} %)`,
  );
  return { ...result, threads };
}

if (options.measure) {
  console.log(JSON.stringify(await measure()));
} else {
  const cores = availableParallelism();
  const all = [...new Set([cores, Math.max(1, cores - Number(options.workers))])].map(measureWith);
  // Better is what trains faster, not what waits less: a slow step waits for nothing.
  const { share, threads } = all.toSorted((a, b) => a.varied - b.varied)[0];
  const passed = share < 0.05;
  console.log(
    `  ${passed ? "passed" : "FAILED"}: with ${threads} thread(s), the faster, the step waits ` +
      `${(100 * share).toFixed(2)} % of the time, less than 5 % is required`,
  );
  if (!passed) process.exitCode = 1;
}
