// The book's MNIST program with Versant, as examples/mnist.ts has it, for one epoch. Prints one JSON
// line. The clock starts once the library is imported; nothing is warmed up: reading the files,
// starting the device and compiling the steps all count. Unlike its rivals it also reads the test
// files and counts the right answers of training batches, because `mnist` and `Trainer` do.

import { peakMemoryMB } from "../peers/javascript/serve.mjs";

const beforeImport = performance.now();
const { DataLoader, initialize, loss, manualSeed, metrics, mnist, nn } = await import("versant");
const { optim, split, TensorDataset, Trainer } = await import("versant");
const start = performance.now();

const seed = 42;
await initialize();
manualSeed(seed);
const { images, labels } = mnist().train;
/** Bytes 0..255 become -1..1, inside the compiled step. */
const transform = (x, y) => [x.cast("float32").div(255).sub(0.5).div(0.5), y];
const [train, validation] = split(
  new TensorDataset([images, labels], { transform }),
  [48_000, 12_000],
  { seed },
);
const hidden = [784, 40, 40, 40, 40].flatMap((width) => [new nn.Linear(width, 40), new nn.ReLU()]);
const model = new nn.Sequential(...hidden, new nn.Linear(40, 10));
const trainer = new Trainer({
  model,
  loss: loss.crossEntropy,
  optimizer: new optim.Adam(model.parameters(), { learningRate: 1e-4 }),
  metrics: [metrics.accuracy()],
});
const { epochs } = await trainer.fit({
  train: new DataLoader(train, { batchSize: 64, shuffle: true, seed }),
  validation: new DataLoader(validation, { batchSize: 1000 }),
  epochs: 1,
});

const milliseconds = performance.now() - start;
console.log(
  JSON.stringify({
    importMilliseconds: start - beforeImport,
    epochMilliseconds: milliseconds,
    trainLoss: epochs[0].train.loss,
    validationLoss: epochs[0].validation.loss,
    validationAccuracy: epochs[0].validation.accuracy,
    peakMemoryMB: peakMemoryMB(),
  }),
);
