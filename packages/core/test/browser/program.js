// What every engine runs alike: a page, a Worker, a bundle, and Node.
import {
  compile,
  DataLoader,
  defaultDevice,
  devices,
  loss,
  manualSeed,
  nn,
  optim,
  randn,
  TensorDataset,
  Trainer,
} from "../../dist/index.js";

/** Learns sin(a + b) from 64 samples: 600 compiled steps, then 40 epochs of a Trainer. */
async function train() {
  manualSeed(7);
  const x = randn([64, 2]);
  const y = x.sum([1], { keepDims: true }).sin();
  const model = new nn.Sequential(
    new nn.Linear(2, 16),
    new nn.Tanh(),
    new nn.Dropout(0.01),
    new nn.Linear(16, 1),
  );
  const optimizer = new optim.Adam(model.parameters(), { learningRate: 0.02 });
  const step = compile((x, y) => {
    const cost = loss.meanSquaredError(model.forward(x), y);
    cost.backward();
    optimizer.step();
    return cost;
  });
  const first = await step(x, y).item();
  for (let i = 0; i < 600; i++) step(x, y);
  const trainer = new Trainer({ model, loss: loss.meanSquaredError, optimizer });
  const data = new DataLoader(new TensorDataset([x, y]), { batchSize: 16, seed: 3 });
  await trainer.fit({ train: data, epochs: 40 });
  const scores = await trainer.evaluate(data);
  return { model, first, last: scores.loss };
}

async function sha256(model) {
  const arrays = [];
  for (const parameter of model.parameters()) arrays.push(await parameter.data());
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(arrays).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function report() {
  const { model, first, last } = await train();
  const { name, arithmetic, description } = defaultDevice();
  return {
    device: { name, arithmetic, description },
    devices: (await devices()).map(({ name, device }) => [name, device !== null]),
    losses: { first, last },
    weights: await sha256(model),
  };
}
