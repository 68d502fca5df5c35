// The side of bench/scaling.mjs that trains, in a process of its own because the number of threads
// is fixed when a device starts (VERSANT_THREADS). Answers each message with a time.

import {
  compile,
  DataLoader,
  initialize,
  loss,
  manualSeed,
  mnist,
  nn,
  optim,
  randn,
  split,
  TensorDataset,
  Trainer,
} from "versant";

const perceptron = (sizes) =>
  new nn.Sequential(
    ...sizes
      .slice(1)
      .flatMap((outputs, layer) => [new nn.ReLU(), new nn.Linear(sizes[layer], outputs)])
      .slice(1),
  );

/** What runs one training step, as far as the loss read by the host. */
function prepareStep({ sizes, batchSize }) {
  const model = perceptron(sizes);
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-4 });
  const step = compile((x, y) => {
    const cost = loss.mse(model.forward(x), y);
    cost.backward();
    optimizer.step();
    return cost;
  });
  const x = randn([batchSize, sizes[0]]);
  const y = randn([batchSize, sizes.at(-1)]);
  x.dataSync();
  y.dataSync();
  return async () => step(x, y).itemSync();
}

let images;
function prepareEpoch({ sizes, batchSize, samples }) {
  images ??= mnist().train;
  const transform = (x, y) => [x.cast("float32").div(255).sub(0.5).div(0.5), y];
  const all = new TensorDataset([images.images, images.labels], { transform });
  const [train] = split(all, [samples, all.length - samples]);
  const model = perceptron(sizes);
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 1e-4 });
  const trainer = new Trainer({ model, loss: loss.crossEntropy, optimizer });
  const loader = new DataLoader(train, { batchSize, shuffle: true });
  return () => trainer.fit({ train: loader, epochs: 1 });
}

/** Enough repetitions for a median of what short ones take, and at least three of a long one. */
const milliseconds = 60;
const fewest = 3;

async function measure(run) {
  const times = [];
  for (let spent = 0; spent < milliseconds || times.length < fewest; ) {
    const start = performance.now();
    await run();
    const time = performance.now() - start;
    times.push(time);
    spent += time;
  }
  times.sort((a, b) => a - b);
  return 1000 * times[times.length >> 1];
}

const kinds = { step: prepareStep, epoch: prepareEpoch };
let points = [];

await initialize();
process.on("message", async ({ prepare, measure: point }) => {
  if (prepare) {
    manualSeed(42);
    points = prepare.map((request) => kinds[request.kind](request));
    // The first run compiles.
    for (const run of points) await run();
    process.send({});
  } else {
    // The first run after another point finds cold caches and sleeping threads.
    await points[point]();
    process.send({ microseconds: await measure(points[point]) });
  }
});
