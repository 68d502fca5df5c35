// Versant's side of bench/step.mjs, with the protocol of pytorch.py. Device and threads come from
// the environment (VERSANT_DEVICE, VERSANT_THREADS).

import { createInterface } from "node:readline";
import { compile, initialize, loss, nn, optim, tensor } from "versant";

const losses = { mse: loss.mse, crossEntropy: loss.crossEntropy };
const optimizers = { sgd: optim.SGD, adam: optim.Adam };

function build({ layers, batches, batchSize, learningRate, ...workload }) {
  const linears = layers.map(({ inputs, outputs, weight, bias }) => {
    const linear = new nn.Linear(inputs, outputs);
    linear.weight.assign(tensor(Float32Array.from(weight), { shape: linear.weight.shape }));
    linear.bias.assign(tensor(Float32Array.from(bias)));
    return linear;
  });
  const modules = linears.flatMap((linear) => [linear, new nn.ReLU()]).slice(0, -1);
  const model = new nn.Sequential(...modules);
  const optimizer = new optimizers[workload.optimizer](model.parameters(), { learningRate });
  const step = compile((x, y) => {
    const cost = losses[workload.loss](model.forward(x), y);
    cost.backward();
    optimizer.step();
    return cost;
  });
  const target = (y) =>
    workload.loss === "mse"
      ? tensor(Float32Array.from(y), { shape: [batchSize, 1] })
      : tensor(Int32Array.from(y));
  return {
    step,
    batches: batches.map(({ x, y }) => [
      tensor(Float32Array.from(x), { shape: [batchSize, x.length / batchSize] }),
      target(y),
    ]),
  };
}

function run({ step, batches }, steps) {
  const values = [];
  const times = [];
  for (let index = 0; index < steps; index++) {
    const [x, y] = batches[index % batches.length];
    const start = performance.now();
    values.push(step(x, y).itemSync());
    times.push(performance.now() - start);
  }
  const sorted = times.sort((a, b) => a - b);
  return { median: 1000 * sorted[steps >> 1], losses: values.slice(0, 20) };
}

await initialize();
const workloads = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer = {};
  if (request.load) workloads.set(request.load.name, build(request.load));
  else answer = run(workloads.get(request.workload), request.steps);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
